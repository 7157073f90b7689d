/**
 * The last healing: whatever the faults did or failed to undo, afterwards every link is whole, every node that we laid
 * hands on runs again with all its resources and the right time, and every client may go on; or the report says in words
 * what could not be mended.
 *
 * It asks the cluster what is so and trusts no memory of ours but one: which nodes we have laid hands on, and on what in
 * them. A node that died by itself is not started again, because that would hide it.
 */
import type { NodeName } from '../base/names.ts';
import { type Clock, withDeadline } from '../base/time.ts';
import type { Hold } from '../fault/fault.ts';
import { type LinkTable, linkName } from '../fault/network.ts';
import { lookUntil } from '../fault/node-state.ts';
import { awaitLinks } from '../fault/probe.ts';
import type { ClientProcesses, Cluster, ProcessState } from '../runtime/cluster.ts';

export interface HealOptions {
  readonly cluster: Cluster;
  readonly links: LinkTable;
  /** Nodes that a fault has had hold of, or tried to, and of what in them. */
  readonly touched: ReadonlyMap<NodeName, ReadonlySet<Hold>>;
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
  /** No client is stopped. */
  readonly clients: boolean;
  /** Nodes that were touched and do not run, or lack something that we took. */
  readonly lame: readonly NodeName[];
  /** A sentence for each thing that could not be mended. */
  readonly errors: readonly string[];
}

/** Never rejects, and takes no longer than its steps may. */
export async function healCluster(options: HealOptions): Promise<Healing> {
  const errors: string[] = [];
  const [network, clients, lame] = await Promise.all([
    healNetwork(options, errors),
    healClients(options, errors),
    healNodes(options, errors),
  ]);
  return { network, clients, lame, errors };
}

/** Whether nothing is left of a fault that took hold of this. */
export function isMended(
  healing: Healing,
  { holds, targets }: { readonly holds: Hold; readonly targets: readonly NodeName[] },
): boolean {
  if (holds === 'links') return healing.network;
  if (holds === 'clients') return healing.clients;
  return !targets.some(node => healing.lame.includes(node));
}

/** By the table first; when that hangs behind an earlier call, past it. */
async function healNetwork(options: HealOptions, errors: string[]): Promise<boolean> {
  const { cluster, links, deadlines } = options;
  const heal = within(options, deadlines.beginMs, 'healing the network');
  try {
    await heal(() => links.clear()).catch(() => heal(() => cluster.network.apply([])));
    await within(options, deadlines.beginMs, 'probing the network')(() => requireOpen(options));
    return true;
  } catch (error) {
    errors.push(`the network could not be healed: ${(error as Error).message}`);
    return false;
  }
}

const openWithinMs = 3_000;

/** Where it can be measured, every link that was ever cut. */
async function requireOpen({ cluster: { network }, links, clock }: HealOptions): Promise<void> {
  if (!network.probe) return;
  const closed = await awaitLinks({
    probe: network.probe.bind(network),
    clock,
    wanted: 'open',
    withinMs: openWithinMs,
    links: () => links.everCut(),
  });
  if (closed.length > 0) throw new Error(`${closed.map(linkName).join(' ')} still closed`);
}

async function healClients(options: HealOptions, errors: string[]): Promise<boolean> {
  const { clientProcesses } = options.cluster;
  if (!clientProcesses) return true;
  const mended = await Promise.all(
    clientProcesses.names().map(name => healClient({ name, clientProcesses, options, errors })),
  );
  return mended.every(Boolean);
}

interface ClientHealing {
  readonly name: string;
  readonly clientProcesses: ClientProcesses;
  readonly options: HealOptions;
  readonly errors: string[];
}

async function healClient({ name, clientProcesses, options, errors }: ClientHealing): Promise<boolean> {
  const ask = within(options, options.deadlines.askMs, `client ${name}`);
  try {
    if ((await ask(() => clientProcesses.inspect(name))).status !== 'paused') return true;
    await ask(() => clientProcesses.resume(name));
    const inspect = (): Promise<ProcessState> => clientProcesses.inspect(name);
    const after = await ask(() => lookUntil({ clock: options.clock, inspect }, status => status !== 'paused'));
    if (after.status !== 'paused') return true;
    throw new Error('still paused');
  } catch (error) {
    // It may have ended meanwhile.
    if (!clientProcesses.names().includes(name)) return true;
    errors.push(`client ${name} could not be let go: ${(error as Error).message}`);
    return false;
  }
}

async function healNodes(options: HealOptions, errors: string[]): Promise<NodeName[]> {
  const results = await Promise.all([...options.touched.keys()].map(node => healNode(node, options)));
  const failures = results.filter(({ sentences }) => sentences.length > 0);
  errors.push(...failures.flatMap(({ sentences }) => sentences));
  return failures.map(({ node }) => node);
}

/** First what it needs to live, then its life. */
async function healNode(
  node: NodeName,
  options: HealOptions,
): Promise<{ readonly node: NodeName; readonly sentences: readonly string[] }> {
  const given = await Promise.all(belongings(node, options).map(belonging => giveBack(node, options, belonging)));
  return { node, sentences: [...given, await healProcess(node, options)].filter(sentence => sentence !== null) };
}

interface Belonging {
  /** `its disk` */
  readonly what: string;
  readonly mend: () => Promise<void>;
}

/** What faults may have taken of this node. To give it back twice is no harm. */
function belongings(node: NodeName, { cluster, touched }: HealOptions): Belonging[] {
  const { resources, disks, clocks } = cluster;
  const holds = touched.get(node);
  return [
    ...(resources && holds?.has('limits') ? [{ what: 'its limits', mend: () => resources.limit(node, {}) }] : []),
    ...(disks && holds?.has('disk') ? [{ what: 'its disk', mend: () => disks.release(node) }] : []),
    ...(clocks && holds?.has('clock') ? [{ what: 'its clock', mend: () => clocks.skew(node, 0) }] : []),
  ];
}

async function giveBack(node: NodeName, options: HealOptions, { what, mend }: Belonging): Promise<string | null> {
  try {
    await within(options, options.deadlines.beginMs, `${what} of ${node}`)(mend);
    return null;
  } catch (error) {
    return `${node} did not get ${what} back: ${(error as Error).message}`;
  }
}

async function healProcess(node: NodeName, options: HealOptions): Promise<string | null> {
  const { deadlines } = options;
  const { processes } = options.cluster;
  const ask = within(options, deadlines.askMs, `state of ${node}`);
  try {
    const { status } = await ask(() => processes.inspect(node));
    if (status === 'running') return null;
    await within(
      options,
      deadlines.endMs,
      `start of ${node}`,
    )(() => (status === 'paused' ? processes.resume(node) : processes.start(node)));
    const inspect = (): Promise<ProcessState> => processes.inspect(node);
    const after = await ask(() => lookUntil({ clock: options.clock, inspect }, now => now !== status));
    return after.status === 'running' ? null : `${node} is ${after.status} after healing`;
  } catch (error) {
    return `${node} could not be brought back: ${(error as Error).message}`;
  }
}

function within({ clock }: HealOptions, deadlineMs: number, what: string) {
  return <T>(task: () => Promise<T>): Promise<T> => withDeadline({ clock, deadlineMs, what }, task);
}
