/**
 * A fault made of link rules, whatever the rules: it adds them, and proves itself by the network's own counters. Where
 * the network can be probed, each cut is seen to be closed when it begins and to be open again when it ends.
 *
 *     probe (before) → rules in force → probe: closed → ... → rules out of force → probe: open
 *
 * How it can mislead: a counter belongs to a link, not to a fault. When two faults hold on the same link, both see what
 * either of them did. And where another fault still holds on a link, its end cannot be seen: then nothing is asked of it.
 */
import type { NodeName } from '../base/names.ts';
import { nanosPerMs } from '../base/time.ts';
import type { Link, LinkCounters, LinkRule } from '../runtime/cluster.ts';
import type { Bite, Fault, FaultContext } from './fault.ts';
import { linkName } from './network.ts';
import { awaitLinks, type ProbeOptions } from './probe.ts';

export interface NetworkFaultOptions {
  readonly context: Pick<FaultContext, 'cluster' | 'links' | 'clock'>;
  /** One for each link. */
  readonly rules: readonly LinkRule[];
  readonly description: string;
  readonly targets: readonly NodeName[];
  /** The counter that shows that the rules were at work. */
  readonly effect: Exclude<keyof LinkCounters, 'sent'>;
}

export function networkFault(options: NetworkFaultOptions): Fault {
  const { rules } = options;
  const { cluster, links } = options.context;
  const cuts = cutProof(options);
  const count = (): Promise<LinkCounters[]> => Promise.all(rules.map(rule => cluster.network.counters(rule)));
  let before: readonly LinkCounters[] = [];
  let over = false;
  return {
    description: options.description,
    targets: options.targets,
    async begin() {
      before = await count();
      await cuts?.before();
      // Given up on while it counted: it must not begin after its end.
      if (over) return;
      const closed = cuts?.closed();
      await links.add(rules);
      await closed?.verify();
    },
    async bit() {
      const { bit, evidence } = measure({ before, after: await count(), effect: options.effect });
      return { bit, evidence: [evidence, ...(cuts?.words() ?? [])].join('; ') };
    },
    async end() {
      over = true;
      await links.remove(rules);
      await cuts?.reopened();
    },
  };
}

/** How long a cut may take until nothing passes, and a heal until everything does. */
const closedWithinMs = 1_000;
const openWithinMs = 3_000;

interface CutProof {
  /** Looks at the links as they were. */
  before(): Promise<void>;
  /** From now on the links are cut: `verify` rejects when one is seen to be open. */
  closed(): { verify(): Promise<void> };
  /** Rejects when a link is still closed that nobody else holds and that was open before. */
  reopened(): Promise<void>;
  words(): readonly string[];
}

/** Null where nothing is cut, or nothing can be measured. */
function cutProof({ context, rules }: NetworkFaultOptions): CutProof | null {
  const { clock, links, cluster } = context;
  const { network } = cluster;
  const cuts: readonly Link[] = rules.filter(rule => rule.cut).map(({ from, to }) => ({ from, to }));
  if (!network.probe || cuts.length === 0) return null;
  const common: Pick<ProbeOptions, 'probe' | 'clock'> = { probe: network.probe.bind(network), clock };
  let stray: readonly Link[] = [];
  let closedAfterMs: number | null = null;
  let owed = false;
  return {
    async before() {
      const open = await common.probe(cuts);
      stray = cuts.filter((link, index) => open[index] !== true && links.rulesOn(link).length === 0);
    },
    closed() {
      const since = clock.now();
      owed = true;
      return {
        async verify() {
          const left = await awaitLinks({ ...common, wanted: 'closed', withinMs: closedWithinMs, links: () => cuts });
          if (left.length > 0) throw new Error(`the cut did not cut: ${names(left)} still open`);
          closedAfterMs = Math.round((clock.now() - since) / nanosPerMs);
        },
      };
    },
    async reopened() {
      if (!owed) return;
      const free = (): readonly Link[] =>
        cuts.filter(link => links.rulesOn(link).length === 0 && !stray.includes(link));
      const left = await awaitLinks({ ...common, wanted: 'open', withinMs: openWithinMs, links: free });
      if (left.length > 0) throw new Error(`the heal did not heal: ${names(left)} still closed`);
      owed = false;
    },
    words() {
      const total = cuts.length;
      const closed = closedAfterMs === null ? [] : [`probed: ${total} of ${total} closed in ${closedAfterMs} ms`];
      return stray.length === 0 ? closed : [...closed, `closed before it began, by no fault: ${names(stray)}`];
    },
  };
}

function names(links: readonly Link[]): string {
  return links.map(linkName).join(' ');
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
