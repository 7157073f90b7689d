/**
 * The last healing: whatever the faults did or failed to undo, afterwards every link is whole and every node that we
 * stopped runs again; or the report says in words what could not be mended.
 *
 * It asks the cluster what is so and trusts no memory of ours but one: which nodes we have laid hands on. A node that
 * died by itself is not started again, because that would hide it.
 */
import type { NodeName } from '../base/names.ts';
import { type Clock, withDeadline } from '../base/time.ts';
import type { LinkTable } from '../fault/network.ts';
import type { Cluster, ProcessState } from '../runtime/cluster.ts';

export interface HealOptions {
  readonly cluster: Cluster;
  readonly links: LinkTable;
  /** Nodes whose process a fault has killed or stopped, or tried to. */
  readonly touched: ReadonlySet<NodeName>;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
}

/** Each is the longest that one step may take. */
export interface Deadlines {
  /** To begin a fault. */
  readonly beginMs: number;
  /** To ask something: a counter, a process, who leads. */
  readonly askMs: number;
  /** To end a fault: also a node's whole start. */
  readonly endMs: number;
}

export const defaultDeadlines: Deadlines = { beginMs: 10_000, askMs: 5_000, endMs: 60_000 };

export interface Healing {
  /** Every link is whole. */
  readonly network: boolean;
  /** Nodes that were touched and do not run. */
  readonly lame: readonly NodeName[];
  /** A sentence for each thing that could not be mended. */
  readonly errors: readonly string[];
}

/** Never rejects, and takes no longer than its steps may. */
export async function healCluster(options: HealOptions): Promise<Healing> {
  const errors: string[] = [];
  const [network, lame] = await Promise.all([healNetwork(options, errors), healProcesses(options, errors)]);
  return { network, lame, errors };
}

/** By the table first; when that hangs behind an earlier call, past it. */
async function healNetwork({ cluster, links, clock, deadlines }: HealOptions, errors: string[]): Promise<boolean> {
  const limit = { clock, deadlineMs: deadlines.beginMs, what: 'healing the network' };
  try {
    await withDeadline(limit, () => links.clear());
    return true;
  } catch {
    try {
      await withDeadline(limit, () => cluster.network.apply([]));
      return true;
    } catch (error) {
      errors.push(`the network could not be healed: ${(error as Error).message}`);
      return false;
    }
  }
}

async function healProcesses(options: HealOptions, errors: string[]): Promise<NodeName[]> {
  const results = await Promise.all([...options.touched].map(node => healProcess(node, options)));
  const failures = results.filter(result => result !== null);
  errors.push(...failures.map(({ sentence }) => sentence));
  return failures.map(({ node }) => node);
}

async function healProcess(
  node: NodeName,
  { cluster: { processes }, clock, deadlines }: HealOptions,
): Promise<{ readonly node: NodeName; readonly sentence: string } | null> {
  const ask = (): Promise<ProcessState> =>
    withDeadline({ clock, deadlineMs: deadlines.askMs, what: `state of ${node}` }, () => processes.inspect(node));
  try {
    const { status } = await ask();
    if (status === 'running') return null;
    await withDeadline({ clock, deadlineMs: deadlines.endMs, what: `start of ${node}` }, () =>
      status === 'paused' ? processes.resume(node) : processes.start(node),
    );
    const after = await ask();
    return after.status === 'running' ? null : { node, sentence: `${node} is ${after.status} after healing` };
  } catch (error) {
    return { node, sentence: `${node} could not be brought back: ${(error as Error).message}` };
  }
}
