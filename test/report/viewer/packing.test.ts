/**
 * Operations in as few lanes as needed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportOperations } from '../../../src/report/data.ts';
import { mostLanes, type Packing, pack } from '../../../src/report/viewer/run/lanes/packing.ts';
import { inOrder } from '../../../src/report/viewer/run/lanes/rows.ts';
import { all, someOperations } from './random-operations.ts';

const overlap = ({ callTime, returnTime, call, completion }: ReportOperations, one: number, other: number): boolean => {
  const end = (id: number) => ((completion[id] as number) < 0 ? Infinity : (completion[id] as number));
  const [first, second] = [Math.min(one, other), Math.max(one, other)];
  return end(first) > (call[second] as number) && (returnTime[first] as number) > (callTime[second] as number);
};

function lanes({ laneIds, ids }: Packing): number[][] {
  return Array.from({ length: laneIds.length - 1 }, (_, lane) => [...ids.subarray(laneIds[lane], laneIds[lane + 1])]);
}

test('every operation lies in a lane of its row, none over another, and no lane is wasted', () => {
  fc.assert(
    fc.property(someOperations, operations => {
      const { key } = operations;
      const packing = pack(operations, { ids: all(operations), rows: 4, rowOf: id => key[id] as number });
      const seen = lanes(packing);
      expect(seen.flat().toSorted((a, b) => a - b)).toEqual([...all(operations)]);
      for (const [lane, ids] of seen.entries()) {
        expect(ids.every(id => packing.laneOf[id] === lane)).toBe(true);
        expect(ids.every((id, at) => at === 0 || !overlap(operations, ids[at - 1] as number, id))).toBe(true);
      }
      for (let row = 0; row < 4; row++) {
        const [first, end] = [packing.rowLanes[row] as number, packing.rowLanes[row + 1] as number];
        const own = seen.slice(first, end).flat();
        expect(own.every(id => key[id] === row)).toBe(true);
        // As many lanes as there were operations at once, at most.
        const atOnce = own.map(
          id => own.filter(other => other === id || (other < id && overlap(operations, other, id))).length,
        );
        expect(end - first).toBe(Math.max(0, ...atOnce));
      }
    }),
  );
});

test('a row has no more lanes than it can: the bar that began first ends early, and that is counted', () => {
  const length = mostLanes + 5;
  const packing = pack(
    {
      length,
      call: Int32Array.from({ length }, (_, id) => id),
      completion: new Int32Array(length).fill(-1),
      callTime: Float64Array.from({ length }, (_, id) => id),
      returnTime: new Float64Array(length).fill(Infinity),
      outcome: new Uint8Array(length).fill(2),
    } as unknown as ReportOperations,
    { ids: Int32Array.from({ length }, (_, id) => id), rows: 1, rowOf: () => 0 },
  );
  expect(packing.crowded).toBe(5);
  expect(lanes(packing).slice(0, 6)).toEqual([[0, 60], [1, 61], [2, 62], [3, 63], [4, 64], [5]]);
});

test('names are ordered as people count', () => {
  const names = ['k10', 'k2', 'k1', 'a', '', '7', '-3', 'k', '10'];
  expect(inOrder(names).map(at => names[at])).toEqual(['', '-3', '7', '10', 'a', 'k', 'k1', 'k2', 'k10']);
});
