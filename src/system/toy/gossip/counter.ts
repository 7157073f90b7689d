/**
 * A counter that goes up and down, for the workloads `g-counter` and `pn-counter`.
 *
 * Each node has a slot of its own with the sums of what it added and what it took away. Only the node itself changes
 * its slot, and both sums only grow, so the newer of two versions of a slot has the larger sums: the join is the
 * maximum. The count is the sum over all slots.
 */
import type { BugName } from '../bugs.ts';
import { errorBody, errorCode } from '../wire.ts';
import { type DataType, plain, sortedRecord } from './data-type.ts';
import type { Join, LatticeMap } from './lattice-map.ts';

/** What one node has added (`up`) and taken away (`down`), both not negative. */
export interface Slot {
  readonly up: number;
  readonly down: number;
}

export function counter(id: string, bugs: ReadonlySet<BugName>): DataType<Slot> {
  // BUG counter-drift: peers are sent the increment and add it, which counts it again when it comes twice, or when
  // anti-entropy has already brought the sum that contains it.
  const incremental = bugs.has('counter-drift');
  return {
    ...plain(joinSlots),
    joinPushed: incremental ? add : joinSlots,
    handle({ type, delta }, map) {
      if (type === 'read') return { kind: 'answer', body: { type: 'read_ok', value: count(map) } };
      if (type !== 'add') return null;
      if (typeof delta !== 'number' || !Number.isFinite(delta)) {
        return { kind: 'answer', body: errorBody(errorCode.malformedRequest, 'add lacks a numeric delta') };
      }
      const increment = { up: Math.max(delta, 0), down: Math.max(-delta, 0) };
      const slot = add(map.get(id) ?? { up: 0, down: 0 }, increment);
      return {
        kind: 'update',
        entry: [id, slot],
        pushed: [id, incremental ? increment : slot],
        body: { type: 'add_ok' },
      };
    },
    replica: map => sortedRecord([...map.entries()].map(([node, slot]) => [node, slot.up - slot.down])),
  };
}

export const joinSlots: Join<Slot> = (mine, other) =>
  other.up <= mine.up && other.down <= mine.down
    ? mine
    : { up: Math.max(mine.up, other.up), down: Math.max(mine.down, other.down) };

function add(slot: Slot, { up, down }: Slot): Slot {
  return { up: slot.up + up, down: slot.down + down };
}

function count(map: LatticeMap<Slot>): number {
  let sum = 0;
  for (const [, { up, down }] of map.entries()) sum += up - down;
  return sum;
}
