/**
 * Linearizability while the test runs: events in, one after the other, and out comes the first completion after which no
 * order explains the answers any more.
 *
 * Each key is a `Part` of its own. Memory is bounded by the open operations, and what happened beside them; of a key on
 * which nothing is open only its state is kept. `info` operations are open for ever.
 *
 * How it can mislead: silence is no verdict. A key that needs too many configurations is given up (`givenUp`), and an
 * operation that the model does not know ends all of it (`stopped`).
 */
import { present } from '../../base/assert.ts';
import type { Key, ProcessId } from '../../base/names.ts';
import type { CompletionEvent, HistoryEvent, InvokeEvent } from '../../history/event.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { Bench, type Rest } from './frontier.ts';
import { Part, type Tracked } from './part.ts';

export interface Alarm {
  readonly key: Key | null;
  /** Of the completion after which nothing explains the answers: an `ok`, or a `fail` of what must have happened. */
  readonly index: number;
  /** What it completes. Its id is that of the recorded history. */
  readonly operation: Operation;
  /** As a person says it: `read -> 3`. */
  readonly description: string;
  /** Whether nothing was impossible before. Else it would have taken too long to tell. */
  readonly isFirst: boolean;
}

export interface StreamOptions {
  /** Of one key; with more it is given up. @default 10000 */
  readonly configurations?: number;
  /** `add` checks after so many events. @default 256 */
  readonly interval?: number;
  /** What is remembered of a key is tidied when it has more entries. @default 512 */
  readonly entries?: number;
  /** With more keys, those on which nothing is open are put to rest. @default 64 */
  readonly keys?: number;
}

/** `part` is null when the key has been given up. */
interface Open {
  readonly key: Key | null;
  readonly part: Part | null;
  readonly operation: Tracked | null;
}

export class LinearizabilityStream {
  private readonly model: Model;
  private readonly functions: ReadonlySet<string>;
  private readonly bench: Bench;
  private readonly interval: number;
  private readonly awake = new Map<Key | null, Part>();
  private readonly asleep = new Map<Key | null, Rest>();
  private readonly lost = new Set<Key | null>();
  private readonly open = new Map<ProcessId, Open>();
  private readonly touched = new Map<Part, Key | null>();
  private readonly fewKeys: number;
  private keyLimit: number;
  private operations = 0;
  private unchecked = 0;
  private alarm: Alarm | null = null;
  private hindrance: string | null = null;

  constructor(model: Model, options: StreamOptions = {}) {
    this.model = model;
    this.functions = new Set(model.functions);
    this.bench = new Bench(options.configurations ?? 10_000, options.entries ?? 512);
    this.interval = options.interval ?? 256;
    this.fewKeys = options.keys ?? 64;
    this.keyLimit = this.fewKeys;
  }

  /**
   * Events in order, as they were recorded. Null; or, every so many events, what `check` finds. After an alarm there is no
   * other.
   */
  add(event: HistoryEvent): Alarm | null {
    if (this.alarm !== null || this.hindrance !== null) return this.alarm;
    if (event.type === 'invoke') this.call(event);
    else if (event.type === 'ok' || event.type === 'fail' || event.type === 'info') this.complete(event);
    else return null;
    this.unchecked++;
    return this.unchecked < this.interval ? null : this.check();
  }

  /** The first impossible completion among all events so far. */
  check(): Alarm | null {
    this.unchecked = 0;
    for (const [part, key] of this.touched) {
      const trouble = part.check();
      if (trouble === null) continue;
      if (trouble.kind === 'too many') this.giveUp(key);
      else if (this.alarm === null || trouble.operation.end < this.alarm.index) {
        this.alarm = this.alarmOf(key, trouble.operation, trouble.isFirst);
      }
    }
    this.touched.clear();
    if (this.awake.size >= this.keyLimit) this.putToRest();
    return this.alarm;
  }

  /** The keys that were given up: nothing is known of them. */
  get givenUp(): ReadonlySet<Key | null> {
    return this.lost;
  }

  /** Why nothing more is judged, in words, or null. */
  get stopped(): string | null {
    return this.hindrance;
  }

  /** What is kept now. */
  get size(): {
    readonly keys: number;
    readonly entries: number;
    readonly configurations: number;
    readonly events: number;
  } {
    const total = { keys: this.awake.size, entries: 0, configurations: 0, events: 0 };
    for (const part of this.awake.values()) {
      const { entries, configurations, events } = part.size;
      total.entries += entries;
      total.configurations += configurations;
      total.events += events;
    }
    return total;
  }

  private call(event: InvokeEvent): void {
    const asked = askedBy(event, this.operations++);
    this.hindrance = this.hindranceOf(asked);
    if (this.hindrance !== null) return;
    const key = this.model.partition?.(asked) ?? null;
    const part = this.lost.has(key) ? null : this.partOf(key);
    this.open.set(event.process, { key, part, operation: part?.call(asked) ?? null });
    if (part !== null) this.touched.set(part, key);
  }

  private complete(event: CompletionEvent): void {
    const { key, part, operation } = present(this.open.get(event.process), 'what completes was called');
    this.open.delete(event.process);
    if (part === null || operation === null || this.lost.has(key)) return;
    part.ended(operation, event);
    this.touched.set(part, key);
  }

  private partOf(key: Key | null): Part {
    const known = this.awake.get(key);
    if (known) return known;
    const asleep = this.asleep.get(key);
    const part = new Part(this.model, this.bench, asleep);
    this.asleep.delete(key);
    this.awake.set(key, part);
    return part;
  }

  private giveUp(key: Key | null): void {
    this.lost.add(key);
    this.awake.delete(key);
  }

  private putToRest(): void {
    for (const [key, part] of this.awake) {
      const rest = part.rest();
      if (rest === null) continue;
      this.awake.delete(key);
      this.asleep.set(key, rest);
    }
    this.keyLimit = this.awake.size + Math.max(this.fewKeys, this.awake.size >> 1);
  }

  private hindranceOf(operation: Operation): string | null {
    const { name } = this.model;
    if (!this.functions.has(operation.f)) return `the model ${name} does not know the operation "${operation.f}"`;
    const malformed = this.model.malformed?.(operation) ?? null;
    return malformed === null ? null : `operation #${operation.id} (${operation.f}) is malformed: ${malformed}`;
  }

  private alarmOf(key: Key | null, { end, ended, asked }: Tracked, isFirst: boolean): Alarm {
    const operation = ended ?? asked;
    return { key, index: end, operation, description: this.model.describe.operation(operation), isFirst };
  }
}

/** As if nobody knew how it ends. */
function askedBy({ process, node, f, key, value, index, time }: InvokeEvent, id: number): Operation {
  return {
    id,
    process,
    node,
    f,
    key,
    input: value ?? null,
    outcome: 'info',
    output: undefined,
    error: null,
    call: index,
    return: Infinity,
    callTime: time,
    returnTime: Infinity,
  };
}
