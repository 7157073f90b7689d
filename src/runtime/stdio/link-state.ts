/**
 * One directed link: what the rules in force do to its messages, what they have done, and its random streams.
 *
 * A stream per effect, so that a loss rule which is in force for a while does not change the delays that come after it.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import type { Link, LinkCounters, LinkRule } from '../cluster.ts';

/** How long a message between two members takes. */
export interface LinkLatency {
  readonly distribution: 'constant' | 'uniform' | 'exponential';
  /** Uniform: in [0, 2 * meanMs]. */
  readonly meanMs: number;
}

/** All rules of a link, added up. */
export interface Effect {
  readonly cut: boolean;
  readonly loss: number;
  readonly duplicate: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly reorder: number;
  readonly reorderMs: number;
}

type Counters = { -readonly [name in keyof LinkCounters]: number };

const defaultReorderMs = 50;

export class LinkState {
  readonly counters: Counters = {
    sent: 0,
    dropped: 0,
    delayed: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    throttled: 0,
  };
  effect: Effect | null = null;
  private readonly random: Random;
  private readonly streams = new Map<string, Random>();

  constructor(link: Link, random: Random) {
    this.random = random.fork('link', link.from, link.to);
  }

  /** Draws whether the rules take this message away, and why; counts it. */
  drops(): 'cut' | 'loss' | null {
    const { effect } = this;
    if (!effect || !(effect.cut || this.happens('loss', effect.loss))) return null;
    this.counters.dropped++;
    return effect.cut ? 'cut' : 'loss';
  }

  /** Draws whether the rules double this message, and counts it. */
  duplicates(): boolean {
    if (!this.effect || !this.happens('duplicate', this.effect.duplicate)) return false;
    this.counters.duplicated++;
    return true;
  }

  /**
   * Draws how long a message is under way when no rule holds. To be drawn for every message, also for one that is lost;
   * copies have a stream of their own. So the draws of those that follow stay the same.
   */
  latencyMs({ distribution, meanMs }: LinkLatency, of: 'message' | 'copy'): number {
    if (distribution === 'constant' || meanMs === 0) return meanMs;
    const stream = this.stream(of);
    return distribution === 'uniform' ? stream.fraction() * 2 * meanMs : stream.exponential(meanMs);
  }

  /** Draws what the rules add to the latency of this message, and counts it. */
  addedMs(): number {
    const { effect } = this;
    if (!effect) return 0;
    let addedMs = effect.delayMs;
    if (effect.jitterMs > 0) addedMs += this.stream('jitter').fraction() * effect.jitterMs;
    if (effect.delayMs > 0 || effect.jitterMs > 0) this.counters.delayed++;
    if (this.happens('reorder', effect.reorder)) {
      this.counters.reordered++;
      addedMs += this.stream('hold').fraction() * effect.reorderMs;
    }
    return addedMs;
  }

  private happens(effect: string, probability: number): boolean {
    return probability > 0 && this.stream(effect).chance(probability);
  }

  private stream(name: string): Random {
    let stream = this.streams.get(name);
    if (!stream) this.streams.set(name, (stream = this.random.fork(name)));
    return stream;
  }
}

/** Delays add up; probabilities combine as independent chances; the longest `reorderMs` counts. */
export function addRule(effect: Effect | null, rule: LinkRule): Effect {
  const before = effect ?? { cut: false, loss: 0, duplicate: 0, delayMs: 0, jitterMs: 0, reorder: 0, reorderMs: 0 };
  return {
    cut: before.cut || rule.cut === true,
    loss: either(before.loss, rule.loss),
    duplicate: either(before.duplicate, rule.duplicate),
    delayMs: before.delayMs + duration(rule.delayMs),
    jitterMs: before.jitterMs + duration(rule.jitterMs),
    reorder: either(before.reorder, rule.reorder),
    reorderMs: rule.reorder
      ? Math.max(before.reorderMs, duration(rule.reorderMs ?? defaultReorderMs))
      : before.reorderMs,
  };
}

function either(first: number, second = 0): number {
  assert(second >= 0 && second <= 1, `a probability must be between 0 and 1, not ${second}`);
  return 1 - (1 - first) * (1 - second);
}

function duration(valueMs = 0): number {
  assert(valueMs >= 0 && Number.isFinite(valueMs), `a delay must be a number of milliseconds, not ${valueMs}`);
  return valueMs;
}
