/**
 * Events in, a history out: pairs invocations with completions and the begin of each fault with its end.
 *
 * What does not fit comes back as a `Misfit`, because the reader adds the line to it and `historyFromEvents` asserts.
 */
import { assert } from '../base/assert.ts';
import type { Key, NodeName } from '../base/names.ts';
import { ColumnOperations, ColumnsBuilder, columnsOf, type Row, type Tables } from './columns.ts';
import type { CompletionEvent, FaultEvent, HistoryEvent, HistoryHeader, PhaseEvent, ReplicaEvent } from './event.ts';
import type { FaultWindow, History } from './history.ts';
import { jsonHindrance } from './json-value.ts';
import { ProcessLedger } from './process-ledger.ts';

/**
 * The history of these events. Indexes must increase, and may leave gaps (a part of a longer history keeps its indexes);
 * `eventCount` is one more than the last index. Values are copied. Events that break the protocol are a bug of the caller.
 */
export function historyFromEvents(header: HistoryHeader, events: Iterable<HistoryEvent>): History {
  const assembly = new HistoryAssembly({ fresh: false, echoes: false });
  for (const event of events) {
    const hindrance = hindranceOf(event);
    assert(hindrance === null, `event ${event.index} cannot be in a history: ${hindrance}`);
    const misfit = assembly.add(event);
    assert(misfit === null, `event ${event.index}: ${misfit?.message}`);
  }
  return assembly.history(header, null);
}

/** The same operations, faults, phases and replicas as events again. What an `info` carried as value is not kept. */
export function* eventsOf(history: History): Generator<HistoryEvent> {
  const events: HistoryEvent[] = [...history.phases, ...history.replicas];
  for (const { fault, begin, beginTime, end, endTime } of history.faults) {
    const { id, kind, targets, description } = fault;
    // Of a fault that has no end, nothing else says what was seen of it.
    const first = end === Number.POSITIVE_INFINITY ? fault : { id, kind, targets, description };
    events.push({ index: begin, time: beginTime, type: 'fault', phase: 'begin', fault: first });
    if (end !== Number.POSITIVE_INFINITY) {
      events.push({ index: end, time: endTime, type: 'fault', phase: 'end', fault });
    }
  }
  const { completion } = columnsOf(history.operations);
  for (const operation of history.operations) {
    const { id, process, node, f, key, input, output, error } = operation;
    events.push({
      index: operation.call,
      time: operation.callTime,
      process,
      type: 'invoke',
      f,
      key,
      value: input,
      node,
    });
    const index = completion[id] as number;
    if (index < 0) continue;
    events.push({
      index,
      time: operation.returnTime,
      process,
      type: operation.outcome,
      ...(output === undefined ? {} : { value: output }),
      ...(error === null ? {} : { error }),
    });
  }
  yield* events.toSorted((a, b) => a.index - b.index);
}

function hindranceOf(event: HistoryEvent): string | null {
  if (event.type === 'replica') return jsonHindrance(event.state, 'state');
  if (event.type === 'fault' || event.type === 'phase' || event.value === undefined) return null;
  return jsonHindrance(event.value, 'value');
}

/** Why an event cannot come now: the member that is wrong, a sentence, and what to do. */
export interface Misfit {
  readonly member: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a completion's line may repeat of its invocation, undefined where it does not. It must agree. */
export interface Repeated {
  readonly f: string | undefined;
  readonly key: Key | null | undefined;
  readonly node: NodeName | null | undefined;
}

const largestIndex = 0x7fff_ffff;
const orderHint = 'the order of the lines must be the order in which things happened';
const processHint =
  'a process does one operation at a time; after "info" it goes on under a new number, as the operation may still happen';

interface AssemblyOptions {
  /** The events' values belong to nobody else. */
  readonly fresh: boolean;
  /** A failed operation may repeat its argument as its value, which then says nothing. */
  readonly echoes: boolean;
}

export class HistoryAssembly {
  private readonly options: AssemblyOptions;
  private readonly ledger = new ProcessLedger();
  private readonly columns = new ColumnsBuilder();
  private readonly faults = new Map<number, FaultWindow>();
  private readonly phases: PhaseEvent[] = [];
  private readonly replicas: ReplicaEvent[] = [];
  private lastIndex = -1;
  private lastTime = 0;

  constructor(options: AssemblyOptions) {
    this.options = options;
  }

  /** Takes the next event. Null, or why it cannot come now; then nothing may be added any more. `echoes`: of this one. */
  add(event: HistoryEvent, repeated: Repeated | null = null, echoes = this.options.echoes): Misfit | null {
    const { index, time } = event;
    if (!(index > this.lastIndex)) return { member: 'index', message: `index ${index} comes after ${this.lastIndex}` };
    if (index > largestIndex) return { member: 'index', message: `index ${index} is more than ${largestIndex}` };
    if (!(time >= this.lastTime)) {
      return { member: 'time', message: `time goes back from ${this.lastTime} to ${time}`, hint: orderHint };
    }
    this.lastIndex = index;
    this.lastTime = time;
    switch (event.type) {
      case 'invoke': {
        const id = this.ledger.invoke(event.process);
        if (typeof id === 'string') return { member: 'process', message: id, hint: processHint };
        const row = this.columns.invoke(event, this.options.fresh);
        assert(row === id, 'the ledger and the columns count the same operations');
        return null;
      }
      case 'fault':
        return this.fault(event);
      case 'phase':
        this.phases.push(event);
        return null;
      case 'replica':
        this.replicas.push(event);
        return null;
      default:
        return this.complete(event, { repeated, echoes });
    }
  }

  /** For whoever fills rows himself. */
  get tables(): Tables {
    return this.columns;
  }

  /** The event of an operation, from ids: false when it does not fit. Then nothing has changed, and `add` says why. */
  addRow(row: Row): boolean {
    const { index, time, process } = row;
    if (!(index > this.lastIndex) || index > largestIndex || !(time >= this.lastTime)) return false;
    if (row.type === 'invoke') {
      if (typeof this.ledger.invoke(process) === 'string') return false;
      this.columns.invokeRow(row);
    } else {
      const id = this.ledger.opened(process);
      if (typeof id === 'string') return false;
      this.ledger.complete(process, row.type);
      this.columns.completeRow(id, row);
    }
    this.lastIndex = index;
    this.lastTime = time;
    return true;
  }

  history(header: HistoryHeader, truncated: string | null): History {
    return {
      header,
      truncated,
      eventCount: this.lastIndex + 1,
      operations: new ColumnOperations(this.columns.build()),
      faults: [...this.faults.values()],
      phases: this.phases,
      replicas: this.replicas,
      duration: this.lastTime,
    };
  }

  private complete(
    event: CompletionEvent,
    { repeated, echoes }: { readonly repeated: Repeated | null; readonly echoes: boolean },
  ): Misfit | null {
    const id = this.ledger.opened(event.process);
    if (typeof id === 'string') return { member: 'process', message: id, hint: processHint };
    if (repeated !== null && !this.columns.agrees(id, repeated)) {
      return disagreement(repeated, this.columns.invocation(id), event);
    }
    this.ledger.complete(event.process, event.type);
    this.columns.complete(id, event, this.options.fresh);
    if (echoes && event.type === 'fail') this.columns.forgetEcho(id);
    return null;
  }

  private fault(event: FaultEvent): Misfit | null {
    const { index, time, fault } = event;
    const before = this.faults.get(fault.id);
    if (event.phase === 'begin') {
      if (before !== undefined) return { member: 'fault', message: `fault ${fault.id} begins a second time` };
      const open = { end: Number.POSITIVE_INFINITY, endTime: Number.POSITIVE_INFINITY };
      this.faults.set(fault.id, { fault, begin: index, beginTime: time, ...open });
      return null;
    }
    if (before === undefined) return { member: 'fault', message: `fault ${fault.id} ends, but never began` };
    if (before.end !== Number.POSITIVE_INFINITY)
      return { member: 'fault', message: `fault ${fault.id} ends a second time` };
    this.faults.set(fault.id, { ...before, fault, end: index, endTime: time });
    return null;
  }
}

function disagreement(repeated: Repeated, invocation: Repeated, event: CompletionEvent): Misfit | null {
  for (const member of ['f', 'key', 'node'] as const) {
    const said = repeated[member];
    if (said === undefined || said === invocation[member]) continue;
    const asked = JSON.stringify(invocation[member]);
    const message = `process ${event.process} completes with ${member} ${JSON.stringify(said)}, but invoked with ${asked}`;
    return { member, message };
  }
  return null;
}
