/**
 * What the faults of nodes ask before and after their deed, always of the operating system and never of memory.
 */
import type { NodeName } from '../base/names.ts';
import { type Clock, nanosPerMs, sleep } from '../base/time.ts';
import type { ProcessControl, ProcessState } from '../runtime/cluster.ts';

export async function inspectAll(
  processes: ProcessControl,
  nodes: readonly NodeName[],
): Promise<ReadonlyMap<NodeName, ProcessState>> {
  return new Map(await Promise.all(nodes.map(async node => [node, await processes.inspect(node)] as const)));
}

/** All at once: a cluster that was killed whole may need all its nodes to come up. One that fails does not stop the others. */
export async function forEachNode(nodes: readonly NodeName[], task: (node: NodeName) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(nodes.map(task));
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${nodes[index]}: ${(result.reason as Error).message}`] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('; '));
}

/** SIGKILL, and rejects when it lives on. */
export async function killNode(processes: ProcessControl, node: NodeName): Promise<void> {
  await processes.kill(node);
  const { status, pid } = await processes.inspect(node);
  if (status !== 'dead') throw new Error(`still ${status} as pid ${pid} after SIGKILL`);
}

/** Starts it when it is dead, and rejects when it does not run then. */
export async function revive(processes: ProcessControl, node: NodeName): Promise<void> {
  if ((await processes.inspect(node)).status === 'dead') await processes.start(node);
  const { status } = await processes.inspect(node);
  if (status !== 'running') throw new Error(`${status} after its restart`);
}

/** Rejects when it does not run, after a fault that kills nobody. */
export async function requireRunning(processes: ProcessControl, node: NodeName): Promise<void> {
  const { status } = await processes.inspect(node);
  if (status !== 'running') throw new Error(`${status} at the end of a fault that does not do that`);
}

/** A signal is delivered when the kernel gets to it: looks again until it is so. The last look, whatever it saw. */
export async function lookUntil(
  { clock, inspect }: { readonly clock: Clock; readonly inspect: () => Promise<ProcessState> },
  isSo: (status: ProcessState['status']) => boolean,
): Promise<ProcessState> {
  const deadline = clock.now() + signalWithinMs * nanosPerMs;
  for (;;) {
    const state = await inspect();
    if (isSo(state.status) || clock.now() >= deadline) return state;
    await sleep(clock, betweenLooksMs);
  }
}

const signalWithinMs = 1_000;
const betweenLooksMs = 20;

/** What became of the process that was there when the fault began. */
export function fate(before: ProcessState | undefined, now: ProcessState | undefined): Fate {
  const was = before?.pid ?? null;
  const is = now?.pid ?? null;
  if (was === null) return { gone: false, words: 'was already dead' };
  if (is === null) return { gone: true, words: `pid ${was} is gone` };
  if (is !== was) return { gone: true, words: `pid ${was} became ${is}` };
  return { gone: false, words: `pid ${was} is still there` };
}

export interface Fate {
  readonly gone: boolean;
  readonly words: string;
}
