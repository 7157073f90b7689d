/**
 * The services that Maelstrom offers to nodes: `lin-kv`, `seq-kv`, `lww-kv` and `lin-tso`.
 *
 * They are members of the network like any node, never fail, and are as bad as their contract allows:
 *
 * - `lin-kv` and `lin-tso` act on one state at the moment when the request arrives.
 * - `seq-kv` lets a request which changes nothing act on any of the last 32 states, but never on one before that which
 *   the same client has seen. One that changes something acts on the newest.
 * - `lww-kv` has five replicas. A request acts on one of them at random, and before it one of them, at random, learns
 *   what another knows. The later Lamport time wins; equal ones by value.
 *
 * Source: Maelstrom, `doc/services.md` and `service.clj`; the merge rule is written as its comment has it.
 */
import type { NodeName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Body } from './message.ts';
import { type Answer, type Canonical, canonical, stepKeyValue, stepTimestamp } from './service-steps.ts';

export interface Service {
  /** Acts at once; the reply has no `in_reply_to` yet. */
  handle(client: NodeName, body: Body): Body;
}

export function services(random: Random): ReadonlyMap<NodeName, Service> {
  return new Map([
    ['lin-kv', linearizable()],
    ['seq-kv', sequential(random.fork('service', 'seq-kv'))],
    ['lww-kv', lastWriteWins(random.fork('service', 'lww-kv'))],
    ['lin-tso', timestamps()],
  ]);
}

function linearizable(): Service {
  const state = new Map<Canonical, unknown>();
  return {
    handle(_client, body) {
      const { reply, write } = stepKeyValue(body, key => state.get(key));
      if (write) state.set(write.key, write.value);
      return reply;
    },
  };
}

function timestamps(): Service {
  let next = 0;
  return {
    handle(_client, body) {
      const step = stepTimestamp(body, next);
      next = step.next;
      return step.reply;
    },
  };
}

const rememberedStates = 32;

function sequential(random: Random): Service {
  /** Per key, what was written and in which version of the whole state, oldest first. */
  const versions = new Map<Canonical, { readonly version: number; readonly value: unknown }[]>();
  const seen = new Map<NodeName, number>();
  let newest = 0;

  const at = (version: number) => (key: Canonical) =>
    versions.get(key)?.findLast(entry => entry.version <= version)?.value;

  function write({ key, value }: NonNullable<Answer['write']>): void {
    newest++;
    const entries = versions.get(key) ?? [];
    // The newest of those that every remembered state has behind it must stay; what is older is never asked for.
    const oldest = entries.findLastIndex(entry => entry.version <= newest - rememberedStates + 1);
    versions.set(key, [...entries.slice(Math.max(0, oldest)), { version: newest, value }]);
  }

  return {
    handle(client, body) {
      const version = random.integer(Math.max(seen.get(client) ?? 0, newest - rememberedStates + 1, 0), newest);
      const past = stepKeyValue(body, at(version));
      if (!past.write || holds(at(version)(past.write.key), past.write.value)) {
        seen.set(client, version);
        return past.reply;
      }
      const present = stepKeyValue(body, at(newest));
      if (present.write) write(present.write);
      seen.set(client, newest);
      return present.reply;
    },
  };
}

/** Writing what is there already changes nothing, so it may happen in the past. */
function holds(current: unknown, value: unknown): boolean {
  return current !== undefined && canonical(current) === canonical(value);
}

interface Replica {
  clock: number;
  readonly entries: Map<Canonical, { readonly time: number; readonly value: unknown }>;
}

const replicaCount = 5;

function lastWriteWins(random: Random): Service {
  const replicas: readonly Replica[] = Array.from({ length: replicaCount }, () => ({ clock: 0, entries: new Map() }));
  return {
    handle(_client, body) {
      merge({ from: random.pick(replicas), into: random.pick(replicas) });
      const replica = random.pick(replicas);
      const { reply, write } = stepKeyValue(body, key => replica.entries.get(key)?.value);
      if (write) replica.entries.set(write.key, { time: replica.clock++, value: write.value });
      return reply;
    },
  };
}

function merge({ from, into }: { readonly from: Replica; readonly into: Replica }): void {
  if (from === into) return;
  into.clock = Math.max(into.clock, from.clock);
  for (const [key, theirs] of from.entries) {
    const ours = into.entries.get(key);
    const newer = !ours || theirs.time > ours.time;
    if (newer || (theirs.time === ours.time && canonical(theirs.value) > canonical(ours.value))) {
      into.entries.set(key, theirs);
    }
  }
}
