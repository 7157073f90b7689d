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
import type { Bite, Fault, FaultKind, Hold } from '../fault/fault.ts';
import { LinkTable } from '../fault/network.ts';
import type { ScheduledFault } from '../fault/programme.ts';
import { asksPrimaries, onlyRunning, resolveTarget, type Targets } from '../fault/target.ts';
import type { FaultRecord } from '../history/event.ts';
import type { Cluster, Node, ProcessState } from '../runtime/cluster.ts';
import { type Deadlines, defaultDeadlines, healCluster, isMended } from './heal.ts';
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
  /** `another fault has hold of every node` */
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
  requireCapabilities(options.schedule, options.cluster.capabilities, options.cluster.missing);
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
  readonly holds: Hold;
}

class Nemesis {
  readonly errors: string[] = [];
  readonly skipped: SkippedFault[] = [];
  private readonly options: NemesisOptions;
  private readonly nodes: readonly NodeName[];
  private readonly deadlines: Deadlines;
  private readonly links: LinkTable;
  private readonly startedAt: number;
  /** Nodes that a fault has hold of now. */
  private readonly busy = new Set<NodeName>();
  /** Nodes that a fault has ever had hold of, and of what in them. */
  private readonly touched = new Map<NodeName, ReadonlySet<Hold>>();
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
      if (this.mayBegin.aborted) this.skip(planned, overBefore);
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
    for (const { planned, record, holds } of this.open.values()) {
      if (isMended(healing, { holds, targets: record.targets })) this.close(planned, record);
    }
  }

  /** One fault from its begin to its end. Never rejects. */
  private async live(planned: ScheduledFault): Promise<void> {
    const name = `fault ${planned.id} (${planned.kind} ${planned.target})`;
    try {
      const kind = faultKind(planned.kind);
      const random = this.options.random.fork('fault', planned.id);
      const primaries = asksPrimaries(planned.target) ? await this.askPrimaries() : [];
      const { targets, note } = resolveTarget(planned.target, {
        nodes: this.nodes,
        busy: kind.exclusive ? this.busy : new Set(),
        primaries,
        random: random.fork('targets'),
      });
      if (this.mayBegin.aborted) return this.skip(planned, overBefore);
      if (targets.length === 0) return this.skip(planned, note ?? kind.whyNothing);
      const life = { random: random.fork('fault'), planned, kind, name, targets, note };
      await (kind.exclusive ? this.liveAlone(life) : this.prepareAndPerform(life));
    } catch (error) {
      this.errors.push(`${name}: ${(error as Error).message}`);
    }
  }

  /** Keeps every other such fault away from these nodes; for good, when it fails to undo what it did. */
  private async liveAlone(life: Life): Promise<void> {
    const release = (nodes: readonly NodeName[]): void => {
      for (const node of nodes) this.busy.delete(node);
    };
    for (const node of life.targets) this.busy.add(node);
    const { processes } = this.options.cluster;
    const inspect = (node: NodeName): Promise<ProcessState> =>
      this.within(this.deadlines.askMs, `state of ${node}`, () => processes.inspect(node));
    const fit = await onlyRunning(life, inspect).catch((error: unknown) => {
      release(life.targets);
      throw error;
    });
    release(life.targets.filter(node => !fit.targets.includes(node)));
    if (this.mayBegin.aborted) this.skip(life.planned, overBefore);
    else if (fit.targets.length === 0) this.skip(life.planned, fit.note ?? life.kind.whyNothing);
    else if (!(await this.prepareAndPerform({ ...life, ...fit }))) return;
    release(fit.targets);
  }

  /** True when nothing is left of it. */
  private async prepareAndPerform({ kind, planned, random, targets, note, name }: Life): Promise<boolean> {
    const { cluster, clock } = this.options;
    const { target, parameters } = planned;
    const fault = kind.prepare({ cluster, clock, links: this.links, target, targets, random }, parameters);
    if (!fault) {
      this.skip(planned, kind.whyNothing);
      return true;
    }
    const held = kind.exclusive ? targets : [];
    for (const node of held) this.touched.set(node, new Set(this.touched.get(node)).add(kind.holds));
    return await this.perform({ planned, kind, fault, note, name });
  }

  private async perform({ planned, kind, fault, note, name }: Performance): Promise<boolean> {
    const { ledger, recorder } = this.options;
    const description = note === null ? fault.description : `${fault.description} (${note})`;
    const record: FaultRecord = { id: planned.id, kind: planned.kind, targets: fault.targets, description };
    ledger.write({ ...record, phase: 'begin' });
    this.open.set(planned.id, { planned, record, holds: kind.holds });
    recorder.fault('begin', record);
    const bite = await this.beginAndMeasure({ planned, fault, name });
    const measured = { ...record, ...bite };
    this.open.set(planned.id, { planned, record: measured, holds: kind.holds });
    try {
      await this.within(this.deadlines.endMs, 'end', () => fault.end());
    } catch (error) {
      this.errors.push(`${sentenceStart(name, fault)} did not heal: ${(error as Error).message}`);
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
      this.errors.push(`${sentenceStart(name, fault)} did not begin: ${message}`);
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

const overBefore = 'the run was over before it began';

/** A fault whose targets are known. */
interface Life extends Targets {
  readonly planned: ScheduledFault;
  readonly kind: FaultKind;
  readonly random: Random;
  readonly name: string;
}

interface Performance {
  readonly planned: ScheduledFault;
  readonly kind: FaultKind;
  readonly fault: Fault;
  readonly note: string | null;
  /** For sentences. */
  readonly name: string;
}

function sentenceStart(name: string, { targets, description }: Fault): string {
  return `${name} on ${targets.length > 0 ? targets.join(' ') : description}`;
}
