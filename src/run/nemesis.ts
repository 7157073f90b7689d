/**
 * The nemesis: does what the schedule says, when it says so, and undoes it on every way out.
 *
 *     ledger begin → event begin → fault.begin ... fault.bit → fault.end → event end → ledger end
 *
 * So a crash of ours leaves a line for everything that may still be broken, and a fault's shadow in the history is never
 * narrower than the fault. Faults overlap; each lives for itself, and one that fails to begin or to end puts its sentence
 * into `errors` and stops nobody else. Every step has a deadline.
 *
 * How it can mislead: a fault begins when the event loop gets to it, and lasts while it is being undone. The times in the
 * history are true; those of the schedule are what was asked for.
 */
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import { type Clock, nanosPerMs, sleep, withDeadline } from '../base/time.ts';
import { checkSchedule, faultKind, requireCapabilities } from '../fault/catalogue.ts';
import type { Bite, Fault, FaultKind } from '../fault/fault.ts';
import { LinkTable } from '../fault/network.ts';
import type { ScheduledFault } from '../fault/programme.ts';
import { resolveTarget } from '../fault/target.ts';
import type { FaultRecord } from '../history/event.ts';
import type { Cluster, Node } from '../runtime/cluster.ts';
import { type Deadlines, defaultDeadlines, healCluster } from './heal.ts';
import type { LedgerLine } from './ledger.ts';

export interface NemesisOptions {
  /** Times count from the call of `runNemesis`. */
  readonly schedule: readonly ScheduledFault[];
  readonly cluster: Cluster;
  /** Who says that it leads. Left out when the system cannot tell; may fail, may answer nobody. */
  readonly primaries?: (nodes: readonly Node[]) => Promise<readonly NodeName[]>;
  readonly recorder: { fault(phase: 'begin' | 'end', record: FaultRecord): unknown };
  readonly ledger: { write(line: LedgerLine): void };
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted: nothing begins any more, and what is active ends now. */
  readonly signal: AbortSignal;
  /** Told of faults that were not done; the others are in the recorder's hands. */
  readonly onSkip?: (skipped: SkippedFault) => void;
  readonly deadlines?: Deadlines;
}

/** A fault of the schedule that was not done. Nothing of it is in the history. */
export interface SkippedFault {
  readonly id: number;
  readonly kind: string;
  readonly target: string;
  /** `every node is already dead or paused` */
  readonly reason: string;
}

export interface RunningNemesis {
  /** When every fault of the schedule has ended or was skipped. Never rejects. */
  readonly done: Promise<void>;
  /** Nothing begins any more. What is active goes on until its time, or until `heal`. */
  stop(): void;
  /** Ends everything, mends what failed to end, and verifies. Idempotent, never rejects, and never hangs. */
  heal(): Promise<void>;
  /** Sentences: each makes the run an error. Complete after `heal`. */
  errors(): readonly string[];
  skipped(): readonly SkippedFault[];
}

/** Starts at once. Throws an `OrdealError` when the schedule is malformed or asks what the cluster cannot do. */
export function runNemesis(options: NemesisOptions): RunningNemesis {
  const nodes = options.cluster.nodes.map(node => node.name);
  checkSchedule(options.schedule, nodes);
  requireCapabilities(options.schedule, options.cluster.capabilities);
  const nemesis = new Nemesis(options, nodes);
  const done = nemesis.execute();
  let healed: Promise<void> | null = null;
  return {
    done,
    stop: () => nemesis.stop(),
    heal: () => (healed ??= nemesis.heal(done)),
    errors: () => [...nemesis.errors],
    skipped: () => [...nemesis.skipped],
  };
}

/** What `end` is still owed for. */
interface OpenFault {
  readonly planned: ScheduledFault;
  readonly record: FaultRecord;
  readonly exclusive: boolean;
}

class Nemesis {
  readonly errors: string[] = [];
  readonly skipped: SkippedFault[] = [];
  private readonly options: NemesisOptions;
  private readonly nodes: readonly NodeName[];
  private readonly deadlines: Deadlines;
  private readonly links: LinkTable;
  private readonly startedAt: number;
  /** Nodes whose process is in the hands of a fault now. */
  private readonly busy = new Set<NodeName>();
  /** Nodes whose process has ever been. */
  private readonly touched = new Set<NodeName>();
  private readonly open = new Map<number, OpenFault>();
  private readonly stopped = new AbortController();
  private readonly finished = new AbortController();
  private readonly mayBegin: AbortSignal;
  private readonly mayLast: AbortSignal;

  constructor(options: NemesisOptions, nodes: readonly NodeName[]) {
    this.options = options;
    this.nodes = nodes;
    this.deadlines = options.deadlines ?? defaultDeadlines;
    this.links = new LinkTable(options.cluster.network);
    this.startedAt = options.clock.now();
    this.mayLast = AbortSignal.any([options.signal, this.finished.signal]);
    this.mayBegin = AbortSignal.any([this.mayLast, this.stopped.signal]);
  }

  async execute(): Promise<void> {
    const inOrder = this.options.schedule.toSorted((left, right) => left.beginMs - right.beginMs || left.id - right.id);
    const lives: Promise<void>[] = [];
    for (const planned of inOrder) {
      await this.waitUntil(planned.beginMs, this.mayBegin);
      if (this.mayBegin.aborted) this.skip(planned, 'the run was over before it began');
      else lives.push(this.live(planned));
    }
    await Promise.all(lives);
  }

  stop(): void {
    this.stopped.abort();
  }

  async heal(done: Promise<void>): Promise<void> {
    this.finished.abort();
    await done;
    const { cluster, clock } = this.options;
    const { links, touched, deadlines } = this;
    const healing = await healCluster({ cluster, links, touched, clock, deadlines });
    this.errors.push(...healing.errors);
    for (const { planned, record, exclusive } of this.open.values()) {
      const mended = exclusive ? !record.targets.some(node => healing.lame.includes(node)) : healing.network;
      if (mended) this.close(planned, record);
    }
  }

  /** One fault from its begin to its end. Never rejects. */
  private async live(planned: ScheduledFault): Promise<void> {
    let held: readonly NodeName[] = [];
    const name = `fault ${planned.id} (${planned.kind} ${planned.target})`;
    try {
      const kind = faultKind(planned.kind);
      const primaries = planned.target === 'primaries' ? await this.askPrimaries() : [];
      const random = this.options.random.fork('fault', planned.id);
      const { targets, note } = resolveTarget(planned.target, {
        nodes: this.nodes,
        busy: kind.exclusive ? this.busy : new Set(),
        primaries,
        random: random.fork('targets'),
      });
      if (this.mayBegin.aborted) return this.skip(planned, 'the run was over before it began');
      if (targets.length === 0) return this.skip(planned, note ?? 'no node is left for it');
      const context = { cluster: this.options.cluster, links: this.links, targets, random: random.fork('fault') };
      const fault = kind.prepare(context, planned.parameters);
      if (!fault) return this.skip(planned, 'there is no link between these nodes and others');
      if (kind.exclusive) held = this.hold(targets);
      const undone = await this.perform({ planned, kind, fault, note, name });
      if (undone) for (const node of held) this.busy.delete(node);
    } catch (error) {
      this.errors.push(`${name}: ${(error as Error).message}`);
    }
  }

  private async perform({ planned, kind, fault, note, name }: Performance): Promise<boolean> {
    const { ledger, recorder } = this.options;
    const description = note === null ? fault.description : `${fault.description} (${note})`;
    const record: FaultRecord = { id: planned.id, kind: planned.kind, targets: fault.targets, description };
    ledger.write({ ...record, phase: 'begin' });
    this.open.set(planned.id, { planned, record, exclusive: kind.exclusive });
    recorder.fault('begin', record);
    const bite = await this.beginAndMeasure({ planned, fault, name });
    const measured = { ...record, ...bite };
    this.open.set(planned.id, { planned, record: measured, exclusive: kind.exclusive });
    try {
      await this.within(this.deadlines.endMs, 'end', () => fault.end());
    } catch (error) {
      this.errors.push(`${name} on ${record.targets.join(' ')} did not heal: ${(error as Error).message}`);
      return false;
    }
    this.close(planned, measured);
    return true;
  }

  private async beginAndMeasure({ planned, fault, name }: Omit<Performance, 'kind' | 'note'>): Promise<Bite> {
    try {
      await this.within(this.deadlines.beginMs, 'begin', () => fault.begin());
    } catch (error) {
      const message = (error as Error).message;
      this.errors.push(`${name} on ${fault.targets.join(' ')} did not begin: ${message}`);
      return { bit: false, evidence: `did not begin: ${message}` };
    }
    await this.waitUntil(planned.endMs, this.mayLast);
    try {
      return await this.within(this.deadlines.askMs, 'proof', () => fault.bit());
    } catch (error) {
      return { bit: false, evidence: `could not be measured: ${(error as Error).message}` };
    }
  }

  /** It is undone: says so to the history and to the ledger. One that cannot be written does not keep the other from it. */
  private close(planned: ScheduledFault, record: FaultRecord): void {
    this.open.delete(planned.id);
    this.attempt(`the end of fault ${planned.id} is not in the history`, () =>
      this.options.recorder.fault('end', record),
    );
    this.attempt(`the end of fault ${planned.id} is not in the ledger`, () =>
      this.options.ledger.write({ ...record, phase: 'end' }),
    );
  }

  /** Empty when nobody answers: then nobody is known. */
  private async askPrimaries(): Promise<readonly NodeName[]> {
    const { primaries, cluster } = this.options;
    if (!primaries) return [];
    return await this.within(this.deadlines.askMs, 'primaries', () => primaries(cluster.nodes)).catch(() => []);
  }

  private hold(targets: readonly NodeName[]): readonly NodeName[] {
    for (const node of targets) {
      this.busy.add(node);
      this.touched.add(node);
    }
    return targets;
  }

  private skip({ id, kind, target }: ScheduledFault, reason: string): void {
    const skipped = { id, kind, target, reason };
    this.skipped.push(skipped);
    this.attempt(`fault ${id} was skipped and nobody was told`, () => this.options.onSkip?.(skipped));
  }

  private attempt(otherwise: string, task: () => unknown): void {
    try {
      task();
    } catch (error) {
      this.errors.push(`${otherwise}: ${(error as Error).message}`);
    }
  }

  private within<T>(deadlineMs: number, what: string, task: () => Promise<T>): Promise<T> {
    return withDeadline({ clock: this.options.clock, deadlineMs, what }, task);
  }

  /** Returns early when the signal is aborted. */
  private async waitUntil(timeMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    const delayMs = timeMs - (clock.now() - this.startedAt) / nanosPerMs;
    if (delayMs > 0) await sleep(clock, delayMs, signal).catch(() => undefined);
  }
}

interface Performance {
  readonly planned: ScheduledFault;
  readonly kind: FaultKind;
  readonly fault: Fault;
  readonly note: string | null;
  /** For sentences. */
  readonly name: string;
}
