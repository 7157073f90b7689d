/**
 * One run, in two acts. First safety: anything may break, and nothing may be wrong. Then everything is healed, the
 * members settle, and final reads ask each of them whether they agree.
 *
 * It records and never judges. Every way out (the end, an error, Ctrl-C, a node that died) goes through the same steps:
 * heal, stop the nodes, close the history. Nothing waits without a deadline.
 */
import { OrdealError } from '../base/errors.ts';
import type { Key, ProcessId } from '../base/names.ts';
import { Random } from '../base/random.ts';
import { type Clock, nanosPerMs, nanosPerSecond, sleep, wallTime, withDeadline } from '../base/time.ts';
import { stagger, timeLimit } from '../generator/timing.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import type { HistoryEvent } from '../history/event.ts';
import { Recorder } from '../history/recorder.ts';
import type { OpenSystem, System } from '../system/system.ts';
import { finalReads } from './final-reads.ts';
import { interpret } from './interpreter.ts';
import { Ledger } from './ledger.ts';
import { runNemesis } from './nemesis.ts';
import type { Plan } from './plan.ts';
import { type RunDirectory, writeJson } from './run-directory.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly system: System;
  readonly directory: RunDirectory;
  readonly clock: Clock;
  /** Aborted by the user: stop asking, heal, stop the nodes, keep what was recorded. */
  readonly signal: AbortSignal;
  /** Aborted when enough was seen: the clients stop, everything is healed, and nobody is asked for final reads. */
  readonly enough?: AbortSignal;
  /** Told of every event that was recorded, for live progress. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** See `RecorderOptions`. */
  readonly onLines?: (lines: string) => void;
  /** Told of what takes long before the first event: an image that is built. */
  readonly onProgress?: (sentence: string) => void;
}

/** What the run itself knows beside the history. Written into `verdict.json`. */
export interface RunFacts {
  /** What went wrong in the harness or the faults: a fault that did not begin, a node that did not come back. */
  readonly errors: readonly string[];
  /** A node of the system died and nobody had killed it: the sentence that says so. */
  readonly crashed: string | null;
  readonly interrupted: boolean;
  /** What was seen while it ran, so that it was ended early. Absent: it went on for as long as it was meant to. */
  readonly endedEarly?: string;
  /** Faults of the schedule that were not done, and why: they are not in the history. */
  readonly skipped: readonly string[];
}

const openDeadlineMs = 30_000;
const settleMs = 300;
/** Final reads ask every node for every key: of a long fast run, only those that were used last. */
const mostFinalKeys = 250;

/** Runs the plan. Rejects with an `OrdealError` when the system does not start; what happens later is in the facts. */
export async function run(options: RunOptions): Promise<RunFacts> {
  const { plan, directory, clock } = options;
  const workload = workloadByName(plan.workload);
  const random = Random.fromSeed(plan.seed);
  await using recorder = Recorder.create({
    path: directory.history,
    clock,
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    ...(options.onLines ? { onLines: options.onLines } : {}),
    header: {
      ordeal: 1,
      system: describeSystem(plan),
      workload: plan.workload,
      model: workload.model,
      seed: plan.seed,
      nodes: plan.nodes,
      startedAt: wallTime(),
    },
  });
  recorder.phase('start');
  await using open = await openSystem(options, random);
  if (open.environment) writeJson(directory.environment, open.environment);
  const facts = await bothActs({ ...options, recorder, open, random });
  recorder.phase('stop');
  const { signal, enough } = options;
  return {
    ...facts,
    interrupted: signal.aborted,
    ...(enough?.aborted ? { endedEarly: (enough.reason as Error).message } : {}),
  };
}

/** For people: the name, and what was asked of it. */
export function describeSystem(plan: Plan): string {
  if ('command' in plan.system) return plan.system.command.join(' ');
  return [plan.system.name, ...plan.system.bugs.map(bug => `with ${bug}`)].join(' ');
}

async function openSystem(options: RunOptions, random: Random): Promise<OpenSystem> {
  const { plan, system, clock, signal } = options;
  if (!system.workloads.includes(plan.workload)) {
    throw new OrdealError(`${system.name} cannot run the workload ${plan.workload}`, {
      code: 'WORKLOAD_NOT_SUPPORTED',
      hint: `it can run: ${system.workloads.join(', ')}`,
    });
  }
  const deadlineMs = system.openDeadlineMs ?? openDeadlineMs;
  return await withDeadline({ clock, signal, deadlineMs, what: `start of ${system.name}` }, stop =>
    system.open({
      nodes: plan.nodes,
      workload: plan.workload,
      random: random.fork('system'),
      clock,
      directory: options.directory.path,
      latency: plan.latency,
      ...(plan.network ? { network: plan.network } : {}),
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      signal: stop,
    }),
  );
}

interface Acts extends RunOptions {
  readonly recorder: Recorder;
  readonly open: OpenSystem;
  readonly random: Random;
}

async function bothActs(acts: Acts): Promise<Omit<RunFacts, 'interrupted'>> {
  const { plan, open, recorder, clock } = acts;
  const died = new AbortController();
  let crashed: string | null = null;
  void open.cluster.crashed.then(sentence => {
    crashed = sentence;
    died.abort(new Error(sentence));
  });
  const signal = AbortSignal.any([acts.signal, died.signal, ...(acts.enough ? [acts.enough] : [])]);

  recorder.phase('main');
  using ledger = Ledger.create(acts.directory.ledger);
  const nemesis = runNemesis({
    schedule: plan.schedule,
    cluster: open.cluster,
    ...(open.primaries ? { primaries: open.primaries.bind(open) } : {}),
    recorder,
    ledger,
    clock,
    random: acts.random.fork('nemesis'),
    signal,
  });
  const safety = await safetyAct(acts, signal).finally(() => nemesis.stop());

  recorder.phase('heal');
  await nemesis.heal();
  const errors = nemesis.errors();
  if (!signal.aborted && errors.length === 0) {
    recorder.phase('settle');
    await settle(acts, signal);
    await finalReads({ plan, open, recorder, clock, signal, keys: safety.keys, firstProcess: safety.nextProcess });
  }
  const skipped = nemesis.skipped().map(fault => `#${fault.id} ${fault.kind} ${fault.target}: ${fault.reason}`);
  return { errors, crashed, skipped };
}

/** Until the members say that they work together again, or have had as long as they may take to agree. */
async function settle({ plan, open, clock }: Acts, signal: AbortSignal): Promise<void> {
  const deadline = clock.now() + plan.convergenceDeadlineMs * nanosPerMs;
  try {
    await sleep(clock, settleMs, signal);
    while (clock.now() < deadline && ((await open.settled?.(signal)) ?? null) !== null) {
      await sleep(clock, settleMs, signal);
    }
  } catch (error) {
    // Given up on: the second act is left out.
    if (!signal.aborted) throw error;
  }
}

/** What the second act must know of the first. */
interface SafetyOutcome {
  readonly keys: readonly Key[];
  readonly nextProcess: ProcessId;
}

/** Clients work while the nemesis does, for as long as the plan says or until the signal. */
async function safetyAct(acts: Acts, signal: AbortSignal): Promise<SafetyOutcome> {
  const { plan, open, recorder, clock } = acts;
  const random = acts.random.fork('workload');
  const keys = new Set<Key>();
  const main = workloadByName(plan.workload).main({ random, nodes: plan.nodes, concurrency: plan.concurrency });
  const meanIntervalNanos = plan.rate === 0 ? 0 : nanosPerSecond / plan.rate;
  const { nextProcess } = await interpret({
    generator: timeLimit(
      plan.timeLimitMs * nanosPerMs,
      stagger({ meanIntervalNanos, random: random.fork('stagger') }, main),
    ),
    threads: plan.concurrency,
    nodes: plan.nodes,
    connect: (node, process) => open.connect(node, process),
    recorder,
    clock,
    operationTimeoutMs: plan.operationTimeoutMs,
    signal,
    onEvent(event) {
      if (event.type === 'invoke' && event.key !== null) keys.add(event.key);
    },
  });
  return { keys: [...keys].slice(-mostFinalKeys), nextProcess };
}
