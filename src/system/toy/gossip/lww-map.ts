/**
 * A map in which the last writer wins, for the workload `lww-map`.
 *
 * Each key holds the newest write with its stamp; the join keeps the newer of two. A removal is a write too: it leaves
 * a tombstone, so that a replica which has not heard of it cannot bring the old value back.
 */
import type { Key } from '../../../base/names.ts';
import type { BugName } from '../bugs.ts';
import { type Body, errorBody, errorCode } from '../wire.ts';
import { type DataType, type Effect, plain, sortedRecord } from './data-type.ts';
import { HybridClock, isNewer, type Stamp } from './hybrid-clock.ts';
import type { Join, LatticeMap } from './lattice-map.ts';

export type Write =
  | { readonly stamp: Stamp; readonly value: unknown }
  /** A tombstone. */
  | { readonly stamp: Stamp; readonly removed: true };

export interface LwwMapOptions {
  readonly id: string;
  /** May jump, and may be wrong by seconds. */
  readonly wallMs: () => number;
  readonly bugs: ReadonlySet<BugName>;
}

export function lwwMap({ id, wallMs, bugs }: LwwMapOptions): DataType<Write> {
  const clock = new HybridClock({ node: id, wallMs, bugs });
  const update = (key: Key, write: Write, body: Body): Effect<Write> => {
    const entry = [JSON.stringify(key), write] as const;
    return { kind: 'update', entry, pushed: entry, body };
  };
  return {
    ...plain(joinWrites),
    witness: write => clock.witness(write.stamp),
    // BUG resurrect: without a tombstone, any replica that still has the value brings it back.
    drops: write => 'removed' in write && bugs.has('resurrect'),
    handle(body, map) {
      const { type, key } = body;
      if (type !== 'put' && type !== 'remove' && type !== 'get') return null;
      if (typeof key !== 'string' && typeof key !== 'number') return malformed(`${type} lacks a key`);
      if (type === 'get') return { kind: 'answer', body: { type: 'get_ok', value: current(map, key) } };
      if (type === 'remove') return update(key, { stamp: clock.next(), removed: true }, { type: 'remove_ok' });
      if (!('value' in body)) return malformed('put lacks a value');
      return update(key, { stamp: clock.next(), value: body['value'] }, { type: 'put_ok' });
    },
    replica: map => sortedRecord(living(map)),
  };
}

export const joinWrites: Join<Write> = (mine, other) => (isNewer(other.stamp, mine.stamp) ? other : mine);

function current(map: LatticeMap<Write>, key: Key): unknown {
  const write = map.get(JSON.stringify(key));
  return write === undefined || 'removed' in write ? null : write.value;
}

/** Keys as clients name them, with their values. */
function* living(map: LatticeMap<Write>): IterableIterator<readonly [string, unknown]> {
  for (const [key, write] of map.entries()) {
    if ('value' in write) yield [String(JSON.parse(key)), write.value];
  }
}

function malformed(text: string): Effect<Write> {
  return { kind: 'answer', body: errorBody(errorCode.malformedRequest, text) };
}
