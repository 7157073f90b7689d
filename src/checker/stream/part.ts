/**
 * One key of a history that is still being written: whether some order explains everything up to the last event.
 *
 * The frontier wants to know at a call how the operation ends. So the events since the oldest open call are kept. What is
 * known to have ended goes through them as it ended; what is open goes as `info`: it may happen, or never. To know less is
 * to allow more: if no order explains the events so, none ever will, whatever the open operations answer.
 *
 *     a  |----------------------------------- ?     before the call of each open operation the frontier is copied;
 *     b       |----|                                when `c` ends, everything is done again from the call of `c`,
 *     c              |----------| ok                but nothing before it.
 *     d                      |------------- ?
 *        copy        (copy)  copy
 *
 * So what is kept is bounded by the open operations and what happened beside them. When no order explains all the events,
 * the first event of which that is true is found by bisection: again with what was known at each of them.
 */
import { assert } from '../../base/assert.ts';
import type { CompletionEvent } from '../../history/event.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { type Bench, beginning, Frontier, type Rest, type Step } from './frontier.ts';
import { Table } from './table.ts';

/** An operation that is open, or was while another one was that is. */
export interface Tracked {
  /** As if nobody knew whether it happens. */
  readonly asked: Operation;
  /** Of its call among the events of the key. */
  readonly position: number;
  /** As it ended, also as `info`; null while it is open. */
  ended: Operation | null;
  /** Index of the completion. */
  end: number;
  /** From before its call, while it is open. */
  before: Frontier | null;
  /** In the frontiers after its call, once it has ended. */
  slot: number;
  /** Classes in the table: as it ended, and as if nobody knew; or -1. */
  known: number;
  unknown: number;
}

/** What a check comes to, when it is not that all is well. */
export type Trouble =
  /** `isFirst`: nothing was impossible before. Else there may have been something, but it would take too long to find. */
  | { readonly kind: 'impossible'; readonly operation: Tracked; readonly isFirst: boolean }
  | { readonly kind: 'too many' };

export class Part {
  private readonly model: Model;
  private readonly fewEntries: number;
  private table: Table;
  private entryLimit: number;
  /** The events since the oldest open call, without those before `begin`: an operation twice, or once while it is open. */
  private events: Tracked[] = [];
  private begin = 0;
  /** How many events of the key came before the first of `events`. */
  private dropped = 0;
  /** After the events that were looked at. */
  private latest: Frontier;
  /** So many events were looked at. */
  private reached = 0;
  /** Ended since; among those that were looked at the one called first. */
  private restart: Tracked | null = null;
  private changed = false;

  constructor(model: Model, bench: Bench, rest: Rest = beginning(model.initial)) {
    this.model = model;
    this.fewEntries = bench.fewEntries;
    this.entryLimit = bench.fewEntries;
    this.table = new Table(model);
    this.latest = Frontier.resume(bench, this.table, rest);
  }

  call(asked: Operation): Tracked {
    const operation: Tracked = {
      asked,
      position: this.length,
      ended: null,
      end: Infinity,
      before: null,
      slot: -1,
      known: -1,
      unknown: -1,
    };
    this.events.push(operation);
    this.changed = true;
    return operation;
  }

  ended(operation: Tracked, { type, value, index, time }: CompletionEvent): void {
    operation.ended = endedAs(operation.asked, { type, value, index, time });
    operation.end = index;
    this.changed = true;
    if (type === 'info') {
      // That nobody knows was assumed all the time.
      operation.before = null;
      return;
    }
    if (operation.position < this.reached && (this.restart?.position ?? Infinity) > operation.position) {
      this.restart = operation;
    }
    if (this.isJudged(operation.ended)) this.events.push(operation);
  }

  /** Looks at the events that were added. After trouble it must not be asked again. */
  check(): Trouble | null {
    if (!this.changed) return null;
    this.changed = false;
    const { restart, latest } = this;
    const from = restart?.position ?? this.reached;
    const base = restart === null ? latest : restart.before;
    assert(base !== null, 'before each open call the frontier was copied');
    const frontier = base.copy();
    const step = this.run(frontier, from, Infinity);
    if (step === 'impossible') return this.firstImpossible(base, from);
    if (step === 'too many') return { kind: 'too many' };
    if (restart !== null) restart.before = null;
    this.restart = null;
    this.latest = frontier;
    this.reached = this.length;
    this.drop();
    this.tidy();
    return null;
  }

  /** What must be kept to go on later. Null while something is open. */
  rest(): Rest | null {
    return this.changed || this.begin < this.events.length ? null : this.latest.rest();
  }

  /** What is kept, in numbers. */
  get size(): { readonly entries: number; readonly configurations: number; readonly events: number } {
    let configurations = this.latest.count;
    for (const operation of this.open()) configurations += operation.before?.count ?? 0;
    return { entries: this.table.size, configurations, events: this.events.length - this.begin };
  }

  /** Of the events of the key. */
  private get length(): number {
    return this.dropped + this.events.length;
  }

  /** Takes the events from this one on, with what was known at event `index`. */
  private run(frontier: Frontier, from: number, index: number): Step {
    for (let position = from; position < this.length; position++) {
      const operation = this.events[position - this.dropped]!;
      if (operation.position === position) {
        if (operation.asked.call > index) return 'alive';
        this.takeCall(frontier, operation, index);
      } else {
        if (operation.end > index) return 'alive';
        const step = frontier.returned(operation.slot);
        if (step !== 'alive') return step;
      }
    }
    return 'alive';
  }

  private takeCall(frontier: Frontier, operation: Tracked, index: number): void {
    const { ended } = operation;
    if (ended !== null && ended.outcome !== 'info' && operation.end <= index) {
      if (index === Infinity) operation.before = null;
      if (this.isJudged(ended)) operation.slot = frontier.call(this.knownClass(operation, ended), operation.end);
      return;
    }
    if (index === Infinity && ended === null) operation.before = frontier.copy();
    const unknown = this.unknownClass(operation);
    if (unknown >= 0) frontier.offer(unknown);
  }

  /** Whether what became of it says something: it happened, or its failure is an observation. */
  private isJudged(ended: Operation): boolean {
    return ended.outcome === 'ok' || (ended.outcome === 'fail' && this.model.observes?.(ended) === true);
  }

  private knownClass(operation: Tracked, ended: Operation): number {
    if (operation.known < 0) operation.known = this.table.classId(ended);
    return operation.known;
  }

  /** -1: nobody can notice whether it happens. */
  private unknownClass(operation: Tracked): number {
    const { asked } = operation;
    if (operation.unknown < 0 && !this.model.isRead(asked)) operation.unknown = this.table.classId(asked);
    return operation.unknown;
  }

  /** Whether something is impossible can be asked of each completion since the last check: what was known then decides. */
  private firstImpossible(base: Frontier, from: number): Trouble {
    const ended = new Map<number, Tracked>();
    for (const operation of this.events.slice(this.begin)) {
      if (operation.ended !== null && operation.ended.outcome !== 'info') ended.set(operation.end, operation);
    }
    const ends = [...ended.keys()].toSorted((one, other) => one - other);
    let low = 0;
    let high = ends.length - 1;
    let isFirst = true;
    while (low < high) {
      const middle = (low + high) >> 1;
      const step = this.run(base.copy(), from, ends[middle]!);
      if (step === 'impossible') high = middle;
      else {
        low = middle + 1;
        if (step === 'too many') isFirst = false;
      }
    }
    return { kind: 'impossible', operation: ended.get(ends[high]!)!, isFirst };
  }

  /** Everything before the oldest open call is settled. */
  private drop(): void {
    const { events } = this;
    while (this.begin < events.length && events[this.begin]!.ended !== null) this.begin++;
    if (this.begin === events.length) {
      this.dropped += events.length;
      this.events = [];
      this.begin = 0;
    } else if (this.begin > 64 && this.begin * 2 > events.length) {
      this.dropped += this.begin;
      this.events = events.slice(this.begin);
      this.begin = 0;
    }
  }

  private *open(): Generator<Tracked> {
    for (let at = this.begin; at < this.events.length; at++) {
      const operation = this.events[at]!;
      if (operation.ended === null) yield operation;
    }
  }

  /** When the table has grown, a new one with what is alive. */
  private tidy(): void {
    if (this.table.size <= this.entryLimit) return;
    const table = new Table(this.model);
    this.latest.moveTo(table);
    for (const operation of this.events) {
      operation.before?.moveTo(table);
      operation.known = operation.unknown = -1;
    }
    this.table = table;
    this.entryLimit = Math.max(this.fewEntries, 2 * table.size);
  }
}

/** As a model sees it. */
function endedAs(
  { id, process, node, f, key, input, call, callTime }: Operation,
  { type, value, index, time }: Pick<CompletionEvent, 'type' | 'value' | 'index' | 'time'>,
): Operation {
  return {
    id,
    process,
    node,
    f,
    key,
    input,
    outcome: type,
    output: type === 'info' ? undefined : value,
    error: null,
    call,
    return: type === 'info' ? Infinity : index,
    callTime,
    returnTime: time,
  };
}
