/**
 * A link to a part of the time. It can be copied as any link; a click keeps everything else that is looked at.
 */
import { element } from '../../parts/dom.ts';
import type { State } from '../state.ts';
import { lookAt, type Span } from './look.ts';

interface SpanLink {
  readonly span: Span;
  readonly words: string;
  readonly title?: string;
}

export function spanLink(state: State, { span, words, title }: SpanLink): HTMLAnchorElement {
  const { from, to } = span;
  const link = element('a', { href: `#from=${from}&to=${to}`, ...(title === undefined ? {} : { title }) }, words);
  link.addEventListener('click', event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lookAt(state, span);
  });
  return link;
}
