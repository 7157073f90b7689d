/**
 * Stores for the simulation, each right in its own simple way: what is acknowledged is on disk of the node that
 * acknowledged it; what came by gossip is in memory.
 */
import type { Key, NodeName } from '../../src/base/names.ts';
import type { Random } from '../../src/base/random.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import type { SimulatedStore } from './simulation.ts';

const ok = (value?: unknown): Completion => ({ type: 'ok', ...(value === undefined ? {} : { value }) });

/** Bugs to be switched on, each where a real implementer would make it. */
export type PlantedBug =
  | 'forgets-disk'
  | 'replaces-on-gossip'
  | 'doubles'
  | 'adds-on-gossip'
  | 'no-tombstone'
  | 'raw-clock'
  | 'drops-sends'
  | 'reuses-offsets'
  | 'forgets-commits';

/** `add` or `broadcast`, and `read`, in any order of elements. */
export function gossipSet(random: Random, nodes: readonly NodeName[], bug?: PlantedBug): SimulatedStore {
  const disk = new Map(nodes.map(node => [node, new Set<unknown>()]));
  const memory = new Map(nodes.map(node => [node, new Set<unknown>()]));
  const all = (node: NodeName) => [...new Set([...(disk.get(node) ?? []), ...(memory.get(node) ?? [])])];
  return {
    apply(node, { f, value }, durable) {
      if (f === 'read') return ok(random.shuffle([...all(node), ...(bug === 'doubles' ? all(node).slice(0, 1) : [])]));
      (durable ? disk : memory).get(node)?.add(value);
      return ok();
    },
    gossip(from, to) {
      if (bug === 'replaces-on-gossip') memory.get(to)?.clear();
      for (const element of all(from)) memory.get(to)?.add(element);
    },
    kill(node) {
      memory.get(node)?.clear();
      if (bug === 'forgets-disk') disk.get(node)?.clear();
    },
  };
}

/** A pn-counter: each node counts its own additions, and learns the counts of the others. */
export function gossipCounter(_random: Random, nodes: readonly NodeName[], bug?: PlantedBug): SimulatedStore {
  type Counts = Map<NodeName, readonly [number, number]>;
  const known = new Map<NodeName, Counts>(nodes.map(node => [node, new Map()]));
  const raise = (counts: Counts, node: NodeName, [up, down]: readonly [number, number]) => {
    const [oldUp, oldDown] = counts.get(node) ?? [0, 0];
    if (bug === 'adds-on-gossip') counts.set(node, [oldUp + up, oldDown + down]);
    else counts.set(node, [Math.max(oldUp, up), Math.max(oldDown, down)]);
  };
  return {
    apply(node, { f, value }) {
      const counts = known.get(node) as Counts;
      if (f === 'read') return ok([...counts.values()].reduce((sum, [up, down]) => sum + up - down, 0));
      const delta = value as number;
      const [up, down] = counts.get(node) ?? [0, 0];
      counts.set(node, [up + Math.max(0, delta), down + Math.max(0, -delta)]);
      return ok();
    },
    gossip(from, to) {
      for (const [node, pair] of known.get(from) ?? []) raise(known.get(to) as Counts, node, pair);
    },
    kill(node) {
      const own = known.get(node)?.get(node);
      known.set(node, new Map(own === undefined ? [] : [[node, own]]));
    },
  };
}

/** The last writer wins, by Lamport clocks, of which a node remembers after a kill only what its own writes show. */
export function lastWriterWins(_random: Random, nodes: readonly NodeName[], bug?: PlantedBug): SimulatedStore {
  interface Entry {
    readonly time: number;
    readonly node: NodeName;
    readonly value: unknown;
  }
  type Entries = Map<Key, Entry>;
  const disk = new Map<NodeName, Entries>(nodes.map(node => [node, new Map()]));
  const memory = new Map<NodeName, Entries>(nodes.map(node => [node, new Map()]));
  const clocks = new Map<NodeName, number>(nodes.map(node => [node, 0]));
  const newer = (left: Entry | undefined, right: Entry | undefined) =>
    !right || (left && (left.time - right.time || (left.node > right.node ? 1 : -1)) > 0) ? left : right;
  const put = (entries: Entries, key: Key, entry: Entry) => entries.set(key, newer(entries.get(key), entry) as Entry);
  const current = (node: NodeName, key: Key) => newer(disk.get(node)?.get(key), memory.get(node)?.get(key));
  return {
    apply(node, { f, key, value }) {
      if (key === null) return ok();
      if (f === 'get') return ok(current(node, key)?.value ?? null);
      if (f === 'remove' && bug === 'no-tombstone') {
        for (const entries of [disk, memory]) entries.get(node)?.delete(key);
        return ok();
      }
      const time = (clocks.get(node) ?? 0) + 1;
      clocks.set(node, time);
      put(disk.get(node) as Entries, key, { time, node, value: f === 'put' ? value : null });
      return ok();
    },
    gossip(from, to) {
      for (const entries of [disk.get(from), memory.get(from)]) {
        for (const [key, entry] of entries ?? []) {
          put(memory.get(to) as Entries, key, entry);
          if (bug !== 'raw-clock') clocks.set(to, Math.max(clocks.get(to) ?? 0, entry.time));
        }
      }
    },
    kill(node) {
      memory.set(node, new Map());
      clocks.set(node, Math.max(0, ...[...(disk.get(node)?.values() ?? [])].map(({ time }) => time)));
    },
  };
}

/** One log for each key with sparse offsets; nodes lag behind it. Commits are the greatest, or the latest. */
export function sparseLogs(random: Random, nodes: readonly NodeName[], bug?: PlantedBug): SimulatedStore {
  const logs = new Map<string, (readonly [number, unknown])[]>();
  const seen = new Map(nodes.map(node => [node, new Map<string, number>()]));
  const commits = new Map<string, number>();
  const keepsGreatest = random.chance(0.5);
  const poll = (node: NodeName, starts: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(starts)
        .map(
          ([key, start]) =>
            [
              key,
              (logs.get(key) ?? []).slice(0, seen.get(node)?.get(key) ?? 0).filter(([offset]) => offset >= start),
            ] as const,
        )
        .filter(([, entries]) => entries.length > 0 || random.chance(0.5)),
    );
  const send = ({ key, value }: Invocation): Completion => {
    const log = logs.get(String(key)) ?? [];
    const offset = (log.at(-1)?.[0] ?? -1) + random.integer(bug === 'reuses-offsets' && random.chance(0.1) ? 0 : 1, 3);
    if (bug !== 'drops-sends' || random.chance(0.8)) logs.set(String(key), [...log, [offset, value]]);
    return ok(offset);
  };
  return {
    apply(node, invocation) {
      switch (invocation.f) {
        case 'send':
          return send(invocation);
        case 'poll':
          return ok(poll(node, invocation.value as Record<string, number>));
        case 'commit_offsets':
          for (const [key, offset] of Object.entries(invocation.value as Record<string, number>)) {
            commits.set(key, keepsGreatest ? Math.max(offset, commits.get(key) ?? -1) : offset);
          }
          return ok();
        default:
          return ok(Object.fromEntries([...commits].filter(([key]) => (invocation.value as string[]).includes(key))));
      }
    },
    gossip(_from, to) {
      for (const [key, log] of logs) seen.get(to)?.set(key, log.length);
    },
    kill() {
      if (bug === 'forgets-commits') commits.clear();
    },
  };
}
