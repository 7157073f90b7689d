/**
 * A message in words.
 */
import type { ReportMessages } from '../../../data.ts';
import { showDuration, showForeign, showTime } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import type { MessageIndex } from './select-messages.ts';

const fates = ['arrived', 'lost', 'under way'] as const;
export type Fate = (typeof fates)[number];

export interface MessageFacts {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly fate: Fate;
  readonly sent: number;
  readonly arrived: number;
  readonly body: string;
}

export function messageFacts(messages: ReportMessages, index: MessageIndex, at: number): MessageFacts {
  const name = (id: number | undefined): string => showForeign(messages.names[id ?? -1] ?? '', 60);
  return {
    type: showForeign(index.typeOf(at), 60),
    from: name(messages.from[at]),
    to: name(messages.to[at]),
    fate: fates[messages.fate[at] as number] ?? 'arrived',
    sent: messages.sent[at] as number,
    arrived: messages.arrived[at] as number,
    body: showForeign(messages.bodies[messages.body[at] as number] ?? '', 8000),
  };
}

/** `append_entries from n1 to n2, sent at 12.300 s, lost` */
export function messageSentence({ type, from, to, sent, ...facts }: MessageFacts, hasTimes: boolean): string {
  return `${type === '' ? 'message' : type} from ${from} to ${to}, sent at ${showTime(sent, hasTimes)}, ${ending(facts, sent)}`;
}

function ending({ fate, arrived }: Pick<MessageFacts, 'fate' | 'arrived'>, sent: number): string {
  if (fate === 'lost') return 'lost: it never arrived';
  if (fate === 'under way') return 'still under way at the end';
  return arrived === sent ? 'arrived at once' : `arrived after ${showDuration(arrived - sent)}`;
}

/** All that is known of it. */
export function messageDetail(facts: MessageFacts, hasTimes: boolean): readonly HTMLElement[] {
  const { type, from, to, fate, sent, arrived, body } = facts;
  const entries: readonly (readonly [string, string])[] = [
    ['from', from],
    ['to', to],
    ['sent', showTime(sent, hasTimes)],
    ...(fate === 'arrived' ? [['arrived', showTime(arrived, hasTimes)] as const] : []),
    ['fate', ending(facts, sent)],
  ];
  return [
    element('h3', {}, type === '' ? 'message' : type),
    element(
      'dl',
      { class: 'pairs' },
      ...entries.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]),
    ),
    element('pre', { class: 'body' }, body),
  ];
}
