/**
 * Where it ran: the machine, the runtime, the images of the nodes.
 */
import type { Environment } from '../../../../run/environment.ts';
import type { ReportData } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { block, type Pair, pairs } from './pairs.ts';

export function placeBlock({ run, ordeal, header }: ReportData): HTMLElement | null {
  const { host = {}, environment = null } = run ?? {};
  return block(
    'Where it ran',
    pairs([
      ['begun', header.startedAt.startsWith('1970') ? null : `${header.startedAt.replace('T', ' ').slice(0, 19)} UTC`],
      ['report made by', `ordeal ${ordeal}`],
      ['runtime', environment?.runtime],
      ['Docker Engine', environment?.engine],
      ...Object.entries(host).map(hostPair),
    ]),
  );
}

/** What the nodes were started from. */
export function imagesBlock({ run }: ReportData): HTMLElement | null {
  const images = run?.environment?.images ?? [];
  return images.length === 0 ? null : block('The images of the nodes', imageTable(images));
}

const gibi = 1024 ** 3;

function hostPair([name, value]: readonly [string, string | number]): Pair {
  if (name === 'memoryBytes' && typeof value === 'number') return ['memory', `${(value / gibi).toFixed(1)} GiB`];
  return [name === 'ordeal' ? 'run by' : name, name === 'ordeal' ? `ordeal ${value}` : value];
}

function imageTable(images: Environment['images']): HTMLElement {
  const rows = images.map(({ nodes, name, digest }) =>
    element(
      'tr',
      {},
      element('td', {}, showForeign(nodes.join(', '), 200)),
      element('td', {}, element('code', {}, showForeign(name, 200))),
      // The whole text is there to be selected; only its beginning is seen.
      element(
        'td',
        {},
        element('code', { class: 'digest', title: showForeign(digest, 200) }, showForeign(digest, 200)),
      ),
    ),
  );
  const heads = ['nodes', 'image', 'digest'].map(name => element('th', { scope: 'col' }, name));
  return element(
    'div',
    { class: 'wide images' },
    element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows)),
  );
}
