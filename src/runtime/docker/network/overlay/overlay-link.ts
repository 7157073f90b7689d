/**
 * One directed link of the overlay: all that a link of the harness does to a message, and what only packets know:
 * bandwidth, flipped bits, and a sender who is told that nothing passes.
 *
 * The bandwidth is a line that sends one bit after the other: a packet begins when those before it are through, and
 * arrives when its last bit is. Who would have to wait too long for its beginning is lost.
 *
 *     line   ──[ first ][ second ][ third ]────>         second and third had to wait: throttled
 *               ^ free again after `busyUntil`
 */
import { assert } from '../../../../base/assert.ts';
import type { Nanos } from '../../../../base/names.ts';
import type { Random } from '../../../../base/random.ts';
import { nanosPerMs } from '../../../../base/time.ts';
import type { Link, LinkRule } from '../../../cluster.ts';
import { addRule, LinkState } from '../../../stdio/link-state.ts';
import { withFlippedBit } from './packet.ts';

/** No packet waits longer than this for the limit of the bandwidth to let it begin. */
export const longestWaitMs = 500;

export class OverlayLink {
  /** Cut, loss, duplicates, delays, and all counters. */
  readonly state: LinkState;
  /** It is cut, and whoever sends is told so. */
  rejects = false;
  private readonly chance: Random;
  private readonly bit: Random;
  private readonly probes: Random;
  private corrupt = 0;
  /** Bits in a millisecond. */
  private rateKbit = Infinity;
  private busyUntil: Nanos = 0;

  constructor(link: Link, random: Random) {
    this.state = new LinkState(link, random);
    const own = random.fork('overlay', link.from, link.to);
    this.chance = own.fork('corrupt');
    this.bit = own.fork('bit');
    this.probes = own.fork('probe');
  }

  /** The rules of a new picture, which replace those before. Chances combine, and the narrowest bandwidth counts. */
  rule(rules: readonly LinkRule[]): void {
    this.state.effect = rules.reduce(addRule, null);
    this.rejects = rules.some(({ cut, reject }) => cut && reject);
    this.corrupt = 1 - rules.reduce((spared, { corrupt = 0 }) => spared * (1 - probability(corrupt)), 1);
    this.rateKbit = rules.reduce((least, { rateKbit = Infinity }) => Math.min(least, rate(rateKbit)), Infinity);
    // What a cut takes does not occupy the line any more.
    if (this.state.effect?.cut || this.rateKbit === Infinity) this.busyUntil = 0;
  }

  /** How long a packet that comes in now needs until it is through the line; null when it would wait too long. */
  passageNanos(bytes: number, now: Nanos): number | null {
    if (this.rateKbit === Infinity) return 0;
    const waitNanos = Math.max(0, this.busyUntil - now);
    if (waitNanos > longestWaitMs * nanosPerMs) return null;
    if (waitNanos > 0) this.state.counters.throttled++;
    this.busyUntil = now + waitNanos + ((8 * bytes) / this.rateKbit) * nanosPerMs;
    return this.busyUntil - now;
  }

  /** Draws whether a probe gets through. Nothing counts it, and it takes no draw from the packets. */
  letsProbePass(): boolean {
    const { effect } = this.state;
    return effect === null || (!effect.cut && !this.probes.chance(effect.loss));
  }

  /** The packet, or a spoilt copy of it; drawn and counted. */
  carried(packet: Buffer): Buffer {
    if (this.corrupt === 0 || !this.chance.chance(this.corrupt)) return packet;
    this.state.counters.corrupted++;
    return withFlippedBit(packet, this.bit);
  }
}

function probability(value: number): number {
  assert(value >= 0 && value <= 1, `a probability must be between 0 and 1, not ${value}`);
  return value;
}

function rate(kbit: number): number {
  assert(kbit > 0, `a bandwidth must be more than nothing, not ${kbit} kbit/s`);
  return kbit;
}
