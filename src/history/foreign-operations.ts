/**
 * The lines of another tool, one after the other, become a history of ours.
 *
 * The order of the lines is the order of the history. `time` and `index` may be on every line or on none; then they are
 * the number of the line. What the nemesis did becomes faults; lines of any other process that is no number are passed
 * over. Whether values are pairs of key and value (`independent.ts`) must be known before the first operation is taken: so
 * lines wait until one of them tells, which is nearly always the first.
 */
import type { Key, Nanos } from '../base/names.ts';
import { HistoryAssembly, type Repeated } from './assemble.ts';
import { completionEvent, decodeLine } from './codec.ts';
import { type HistoryEvent, type HistoryHeader, unknownHeader } from './event.ts';
import type { History } from './history.ts';
import { evidenceOf, type Independence, isKey, isTuple } from './independent.ts';
import { LineError, maximumProcess, type RawLine } from './line.ts';
import { NemesisWindows } from './nemesis-windows.ts';
import type { MemberName, RawOperation, RawProblem } from './raw-operation.ts';

export class ForeignOperations {
  private readonly assembly = new HistoryAssembly({ fresh: true, echoes: false });
  private readonly nemesis = new NemesisWindows();
  private readonly nodes = new Set<string>();
  /** Null as long as nothing tells. */
  private independent: boolean | null;
  private readonly isGuessed: boolean;
  private readonly waiting: RawOperation[] = [];
  private declared: HistoryHeader | null = null;
  private timed: boolean | null = null;
  private indexed: boolean | null = null;
  private lines = 0;
  private lastIndex = -1;
  private lastTime = 0;

  constructor(independence: Independence) {
    this.isGuessed = independence === 'guess';
    this.independent = this.isGuessed ? null : independence === 'yes';
  }

  /** Takes the next line; it may be filled anew afterwards. Null, or why it is refused. */
  take(raw: RawOperation): RawProblem | null {
    const misfit = this.place(raw);
    if (misfit !== null) return misfit;
    if (raw.header !== undefined || raw.event !== undefined) {
      const refused = this.ours(raw);
      if (refused !== null || raw.event !== undefined) return refused;
    }
    if (typeof raw.process === 'string') return this.bystander(raw);
    if (this.independent === null && (raw.type === 'invoke' || this.waiting.length > 0)) {
      const evidence = raw.type === 'invoke' ? evidenceOf(raw) : 'either';
      if (evidence === 'either') {
        this.waiting.push(raw.copy());
        return null;
      }
      this.independent = evidence === 'yes';
      const refused = this.takeWaiting();
      if (refused !== null) return refused;
    }
    return this.operation(raw);
  }

  /** The history, or why it cannot be one. Nothing may be taken any more. */
  history(truncated: string | null): History | RawProblem {
    const [first] = this.waiting;
    if (first !== undefined) {
      return problem(first, 'value', 'nothing in the file tells whether values are pairs of a key and a value', tellUs);
    }
    const header = this.declared ?? { ...unknownHeader, nodes: [...this.nodes] };
    const history = this.assembly.history(header, truncated);
    const { windows } = this.nemesis;
    if (windows.length === 0) return history;
    return {
      ...history,
      eventCount: Math.max(history.eventCount, this.lastIndex + 1),
      duration: Math.max(history.duration, this.lastTime),
      faults: [...history.faults, ...windows].toSorted((a, b) => a.begin - b.begin),
    };
  }

  /** Gives the line its index and time. */
  private place(raw: RawOperation): RawProblem | null {
    const [timed, indexed] = [raw.time !== null, raw.index !== null];
    this.timed ??= timed;
    this.indexed ??= indexed;
    if (timed !== this.timed) return notOnEvery(raw, 'time', timed);
    if (indexed !== this.indexed) return notOnEvery(raw, 'index', indexed);
    raw.index ??= this.lines;
    raw.time ??= this.lines;
    this.lines++;
    if (!(raw.index > this.lastIndex)) {
      const message = `"index" does not increase: ${raw.index} comes after ${this.lastIndex}`;
      return problem(raw, 'index', message, 'sort the lines; their order is the order of the history');
    }
    this.lastIndex = raw.index;
    if (raw.time < this.lastTime) {
      const message = `time goes back from ${this.lastTime} to ${raw.time}`;
      return problem(raw, 'time', message, 'the order of the lines must be the order in which things happened');
    }
    this.lastTime = raw.time;
    return null;
  }

  /** What our own export adds: see `edn/write.ts`. As strict as for a file of ours. */
  private ours(raw: RawOperation): RawProblem | null {
    let member: MemberName = 'ordeal/header';
    try {
      if (raw.header !== undefined) this.declare(raw.header as RawLine);
      member = 'ordeal/event';
      return raw.event === undefined ? null : this.event(raw);
    } catch (error) {
      if (error instanceof LineError) return problem(raw, member, error.message, error.hint);
      throw error;
    }
  }

  private declare({ independent, ...header }: RawLine): void {
    const line = decodeLine({ ...header, ordeal: header['ordeal'] }, '');
    if (line.kind === 'header') this.declared = line.header;
    if (this.isGuessed) this.independent = independent === true;
  }

  private event(raw: RawOperation): RawProblem | null {
    const line = decodeLine({ ...(raw.event as RawLine), index: raw.index, time: raw.time }, '');
    if (line.kind !== 'event' || 'process' in line.event) {
      return problem(raw, 'ordeal/event', 'this is no fault, phase or replica', null);
    }
    const misfit = this.assembly.add(line.event);
    return misfit === null ? null : problem(raw, 'ordeal/event', misfit.message, misfit.hint ?? null);
  }

  private bystander(raw: RawOperation): null {
    if (raw.process !== 'nemesis' || raw.f === null) return null;
    const { f, value, error, index, time } = raw;
    this.nemesis.take({ f, value, error, index: index as number, time: time as Nanos });
    return null;
  }

  private takeWaiting(): RawProblem | null {
    for (const raw of this.waiting.splice(0)) {
      const found = this.operation(raw);
      if (found !== null) return found;
    }
    return null;
  }

  private operation(raw: RawOperation): RawProblem | null {
    if (raw.type === null) return problem(raw, 'type', '"type" is missing', null);
    const process = raw.process as number | null;
    if (process === null) return problem(raw, 'process', '"process" is missing', null);
    if (!Number.isInteger(process) || process < 0 || process > maximumProcess) {
      return problem(raw, 'process', `"process" must be a whole number from 0 to ${maximumProcess}, or a name`, null);
    }
    if (raw.key !== undefined && !isKey(raw.key))
      return problem(raw, 'key', '"key" must be a text, a number or nil', null);
    if (raw.node !== null) this.nodes.add(raw.node);
    return raw.type === 'invoke' ? this.invoke(raw, process) : this.complete(raw, process);
  }

  private invoke(raw: RawOperation, process: number): RawProblem | null {
    const { f, node } = raw;
    if (f === null) return problem(raw, 'f', '"f" is missing', null);
    let key = (raw.key ?? null) as Key | null;
    let value: unknown = raw.value ?? null;
    if (this.independent === true) {
      if (!isTuple(value))
        return problem(raw, 'value', `${f} has no pair of a key and a value, but others have`, tellUs);
      [key, value] = value;
    } else if (this.isGuessed && this.declared === null && Array.isArray(value) && evidenceOf(raw) === 'yes') {
      return problem(raw, 'value', `${f} has a pair of a key and a value, but others before it have none`, tellUs);
    }
    const [index, time] = [raw.index as number, raw.time as Nanos];
    return this.add(raw, { index, time, process, type: 'invoke', f, key, value, node }, null);
  }

  private complete(raw: RawOperation, process: number): RawProblem | null {
    const { f, node } = raw;
    const type = raw.type as 'ok' | 'fail' | 'info';
    let { value, error, key } = raw;
    if (type !== 'ok' && raw.isKeyword) {
      error ??= String(value);
      value = undefined;
    } else if (this.independent === true && value !== undefined && value !== null) {
      if (isTuple(value)) [key, value] = value;
      else if (type === 'ok') {
        return problem(raw, 'value', `${f ?? type} has no pair of a key and a value, but others have`, tellUs);
      } else value = undefined;
    }
    if (raw.echo === true) value = undefined;
    const [index, time] = [raw.index as number, raw.time as Nanos];
    const event = completionEvent({ index, time, process, type, value, error: error ?? undefined });
    const repeated: Repeated = {
      f: f ?? undefined,
      key: key as Key | null | undefined,
      node: node ?? undefined,
    };
    return this.add(raw, event, repeated);
  }

  private add(raw: RawOperation, event: HistoryEvent, repeated: Repeated | null): RawProblem | null {
    const forgetsEcho = raw.type === 'fail' && raw.echo === null;
    const misfit = this.assembly.add(event, repeated, forgetsEcho);
    return misfit === null ? null : problem(raw, misfit.member as MemberName, misfit.message, misfit.hint ?? null);
  }
}

const tellUs = 'say whether they are: --independent yes, or --independent no';

function notOnEvery(raw: RawOperation, member: 'time' | 'index', isGiven: boolean): RawProblem {
  const message = isGiven
    ? `"${member}" is given here, but not before`
    : `"${member}" is missing, but was given before`;
  return problem(raw, isGiven ? member : 'type', message, 'give it on every line or on none');
}

function problem(raw: RawOperation, member: MemberName, message: string, hint: string | null): RawProblem {
  return { raw, member, message, hint };
}

/** Whether `history` of `ForeignOperations` came to a history. */
export function isProblem(outcome: History | RawProblem): outcome is RawProblem {
  return 'raw' in outcome;
}
