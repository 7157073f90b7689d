/**
 * Waits until links are seen to be as they should be: closed after a cut, open after a heal.
 *
 * Each link is asked until it has once been seen so, because one packet proves that a link is open, while one that is
 * lost proves nothing. How it can mislead: a link that was seen closed once may only have lost that one packet.
 */
import { type Clock, nanosPerMs, sleep } from '../base/time.ts';
import type { Link, Network } from '../runtime/cluster.ts';
import { linkName } from './network.ts';

export interface ProbeOptions {
  readonly probe: NonNullable<Network['probe']>;
  readonly clock: Clock;
  readonly wanted: 'open' | 'closed';
  readonly withinMs: number;
  /** Asked again before each try: what must be so may change meanwhile. */
  readonly links: () => readonly Link[];
}

const betweenTriesMs = 100;

/** Those that were not seen so in time: empty when all is well. Rejects when nothing can be measured. */
export async function awaitLinks({ probe, clock, wanted, withinMs, links }: ProbeOptions): Promise<readonly Link[]> {
  const deadline = clock.now() + withinMs * nanosPerMs;
  const seen = new Set<string>();
  const missing = (): readonly Link[] => links().filter(link => !seen.has(linkName(link)));
  for (;;) {
    const asked = missing();
    if (asked.length === 0) return [];
    const open = await probe(asked);
    for (const [index, link] of asked.entries()) {
      if (open[index] === (wanted === 'open')) seen.add(linkName(link));
    }
    const left = missing();
    if (left.length === 0 || clock.now() >= deadline) return left;
    await sleep(clock, betweenTriesMs);
  }
}
