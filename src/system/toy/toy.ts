/**
 * The toy store as a system: a Raft key-value store and a gossiping store of replicated data types, with bugs that can
 * be switched on. The workload decides which of the two runs.
 *
 * Each node's wall clock is wrong by up to a second and a half, in every run: the correct store must not mind.
 */
import { entryPoint } from '../../base/entry.ts';
import { OrdealError } from '../../base/errors.ts';
import { suggestion } from '../../base/text.ts';
import { maelstromSystem, type NodeContext } from '../maelstrom.ts';
import type { System } from '../system.ts';
import { type StoreName, storeOf, type ToyBug, toyBugs, toyDefault } from './bugs.ts';

export interface ToyOptions {
  /** Names from `toyBugs`. */
  readonly bugs: readonly string[];
}

const largestSkewMs = 1500;
const workloads = ['lin-kv', 'g-set', 'broadcast', 'g-counter', 'pn-counter', 'lww-map', 'echo', 'unique-ids'];

/**
 * The default workload is that of the first bug. Throws `UNKNOWN_BUG`; opening it for a workload whose store does not
 * have a bug rejects with `BUG_OF_ANOTHER_STORE`.
 */
export function toySystem({ bugs: names }: ToyOptions): System {
  const bugs = names.map(bugByName);
  const preferred = bugs[0]?.workload ?? toyDefault.workload;
  const system = maelstromSystem({
    name: 'toy',
    summary: 'a Raft key-value store, and gossiping sets, counters and maps; with bugs to switch on',
    workloads: [preferred, ...workloads.filter(workload => workload !== preferred)],
    command: context => command(context, names),
    probes: 'always',
  });
  return {
    ...system,
    async open(options) {
      requireStore(bugs, options.workload);
      return await system.open(options);
    },
  };
}

function bugByName(name: string): ToyBug {
  const found = toyBugs.find(bug => bug.name === name);
  if (found) return found;
  const names = toyBugs.map(bug => bug.name);
  throw new OrdealError(`the toy store has no bug "${name}"`, {
    code: 'UNKNOWN_BUG',
    hint: `${suggestion(name, names)} (ordeal list bugs)`,
  });
}

function requireStore(bugs: readonly ToyBug[], workload: string): void {
  const store = storeOf(workload);
  const foreign = bugs.find(bug => bug.store !== store);
  if (!foreign) return;
  throw new OrdealError(
    `the bug ${foreign.name} is in the ${foreign.store} store, and ${workload} runs on the ${store} store`,
    { code: 'BUG_OF_ANOTHER_STORE', hint: `run it with the workload ${foreign.workload}` },
  );
}

const programs: Readonly<Record<StoreName, string>> = {
  raft: entryPoint(import.meta.url, './raft'),
  gossip: entryPoint(import.meta.url, './gossip'),
};

function command({ directory, random, workload }: NodeContext, bugs: readonly string[]): readonly string[] {
  const options = {
    data: directory,
    workload,
    seed: String(random.fork('seed').integer(0, 0x7fff_ffff)),
    'skew-ms': String(random.fork('skew').integer(-largestSkewMs, largestSkewMs)),
  };
  return [
    process.execPath,
    programs[storeOf(workload)],
    // Joined, since a negative number of its own would be taken for another option.
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...bugs.map(name => `--bug=${name}`),
  ];
}
