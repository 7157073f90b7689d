/**
 * A fault made of link rules, whatever the rules: it adds them, and proves itself by the network's own counters.
 *
 * How it can mislead: a counter belongs to a link, not to a fault. When two faults hold on the same link, both see what
 * either of them did.
 */
import type { NodeName } from '../base/names.ts';
import type { Cluster, LinkCounters, LinkRule } from '../runtime/cluster.ts';
import type { Bite, Fault } from './fault.ts';
import type { LinkTable } from './network.ts';

export interface NetworkFaultOptions {
  readonly cluster: Cluster;
  readonly links: LinkTable;
  /** One for each link. */
  readonly rules: readonly LinkRule[];
  readonly description: string;
  readonly targets: readonly NodeName[];
  /** The counter that shows that the rules were at work. */
  readonly effect: Exclude<keyof LinkCounters, 'sent'>;
}

export function networkFault(options: NetworkFaultOptions): Fault {
  const { cluster, links, rules } = options;
  const count = (): Promise<LinkCounters[]> => Promise.all(rules.map(rule => cluster.network.counters(rule)));
  let before: readonly LinkCounters[] = [];
  let over = false;
  return {
    description: options.description,
    targets: options.targets,
    async begin() {
      before = await count();
      // Given up on while it counted: it must not begin after its end.
      if (!over) await links.add(rules);
    },
    bit: async () => measure({ before, after: await count(), effect: options.effect }),
    async end() {
      over = true;
      await links.remove(rules);
    },
  };
}

interface Measurement {
  readonly before: readonly LinkCounters[];
  readonly after: readonly LinkCounters[];
  readonly effect: NetworkFaultOptions['effect'];
}

function measure({ before, after, effect }: Measurement): Bite {
  const growth = (counter: keyof LinkCounters): number[] =>
    after.map((counters, index) => counters[counter] - (before[index]?.[counter] ?? 0));
  const hits = growth(effect);
  const total = sum(hits);
  if (total > 0) {
    const hit = hits.filter(count => count > 0).length;
    const links = hit === hits.length ? plural(hit, 'link') : `${hit} of ${plural(hits.length, 'link')}`;
    return { bit: true, evidence: `${plural(total, 'message')} ${effect} on ${links}` };
  }
  const sent = sum(growth('sent'));
  const links = plural(hits.length, 'link');
  if (sent === 0) return { bit: false, evidence: `nothing was sent on ${links}` };
  return { bit: false, evidence: `none of ${plural(sent, 'message')} on ${links} was ${effect}` };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
