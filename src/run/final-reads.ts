/**
 * The second act: after healing, every node is asked for everything, in rounds, until all say the same or the deadline
 * has passed. Each round is recorded; whether it is good enough is for the convergence checker to say.
 *
 * How it can mislead: a read that goes through consensus shows what the cluster holds, not what this member holds. So
 * systems that can are also asked for their own copy (`replica` events).
 */
import type { Key, NodeName, ProcessId } from '../base/names.ts';
import { type Clock, nanosPerMs, sleep } from '../base/time.ts';
import { type Answer, differences, replicaAnswers } from '../checker/agreement.ts';
import { eachThread } from '../generator/threads.ts';
import { sequence } from '../generator/values.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import type { CompletionEvent, InvokeEvent } from '../history/event.ts';
import type { Recorder } from '../history/recorder.ts';
import type { OpenSystem } from '../system/system.ts';
import { interpret } from './interpreter.ts';
import type { Plan } from './plan.ts';

export interface FinalReadsOptions {
  readonly plan: Plan;
  readonly open: OpenSystem;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What was written to in the first act. */
  readonly keys: readonly Key[];
  readonly firstProcess: number;
}

const pauseMs = 250;

/** One thread for each node asks all final reads of the workload; then the copies are compared; then again. */
export async function finalReads(options: FinalReadsOptions): Promise<void> {
  const { plan, open, recorder, clock, signal } = options;
  const reads = workloadByName(plan.workload).finalReads(options.keys);
  if (reads.length === 0) return;
  recorder.phase('final-reads');
  const deadline = clock.now() + plan.convergenceDeadlineMs * nanosPerMs;
  const answers = new LastAnswers();
  let firstProcess = options.firstProcess;
  do {
    const round = await interpret({
      generator: eachThread(() => sequence(reads)),
      threads: plan.nodes.length,
      nodes: plan.nodes,
      connect: (node, process) => open.connect(node, process),
      recorder,
      clock,
      operationTimeoutMs: plan.operationTimeoutMs,
      signal,
      firstProcess,
      onEvent: event => answers.note(event),
    });
    firstProcess = round.nextProcess;
    const copies = await recordReplicas(options);
    const said = [...answers.all(), ...replicaAnswers(copies)];
    if (differences(said, { nodes: plan.nodes, workload: plan.workload, subjects: reads }).length === 0) return;
    await sleep(clock, pauseMs, signal).catch(() => undefined);
  } while (!signal.aborted && clock.now() < deadline);
}

/** Of each node and subject what was answered last. */
class LastAnswers {
  private readonly asked = new Map<ProcessId, InvokeEvent>();
  private readonly answers = new Map<string, Answer>();

  note(event: InvokeEvent | CompletionEvent): void {
    if (event.type === 'invoke') {
      this.asked.set(event.process, event);
      return;
    }
    const question = this.asked.get(event.process);
    if (event.type !== 'ok' || !question || question.node === null) return;
    const { node, f, key } = question;
    this.answers.set(JSON.stringify([node, f, key]), { node, f, key, value: event.value ?? null });
  }

  all(): Iterable<Answer> {
    return this.answers.values();
  }
}

/** The copies of all members that can show theirs, also recorded. */
async function recordReplicas(
  options: FinalReadsOptions,
): Promise<ReadonlyMap<NodeName, Readonly<Record<string, unknown>>>> {
  const { plan, open, recorder } = options;
  const copies = new Map<NodeName, Readonly<Record<string, unknown>>>();
  if (!open.replica) return copies;
  for (const node of plan.nodes) {
    const state = await open.replica(node).catch(() => null);
    if (state === null) continue;
    recorder.replica(node, state);
    copies.set(node, state);
  }
  return copies;
}
