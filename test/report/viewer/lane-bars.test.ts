/**
 * What is visible of a lane, and what is under the pointer.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gutter, margin, timeScale } from '../../../src/report/viewer/parts/time-scale.ts';
import { visibleBars } from '../../../src/report/viewer/run/lanes/bars.ts';
import { laneTop, layoutOf, rowAt, rowTop } from '../../../src/report/viewer/run/lanes/layout.ts';
import { firstInRow, neighbourInRow, neighbourRow, operationAt } from '../../../src/report/viewer/run/lanes/search.ts';
import { noFilter } from '../../../src/report/viewer/run/operations/filter.ts';
import { reportOf, someOperations } from './random-operations.ts';

const width = gutter + margin + 40;
const scales = fc
  .record({ from: fc.nat({ max: 60_000 }), span: fc.integer({ min: 10, max: 400_000 }) })
  .map(({ from, span }) => timeScale({ from, to: from + span, width }));

test('every visible operation is in one bar or in one dense pixel, and bars never lie over another', () => {
  fc.assert(
    fc.property(someOperations, scales, (operations, scale) => {
      const report = reportOf(operations);
      const { packing } = layoutOf(report, { ...noFilter, group: 'key' });
      const last = 200_000;
      for (let lane = 0; lane + 1 < packing.laneIds.length; lane++) {
        const [start, end] = [packing.laneIds[lane] as number, packing.laneIds[lane + 1] as number];
        const seen: number[] = [];
        let right = -Infinity;
        visibleBars(
          operations,
          packing.ids,
          { start, end, scale, last },
          {
            bar: (id, begin, stop) => {
              expect(stop - begin).toBeGreaterThanOrEqual(1.5);
              expect(begin).toBeGreaterThanOrEqual(right - 1.5);
              right = stop;
              seen.push(id);
            },
            dense: (x, first, after) => {
              expect(x).toBeGreaterThanOrEqual(right - 2.5);
              right = x + 1;
              seen.push(...packing.ids.subarray(first, after));
            },
          },
        );
        const visible = [...packing.ids.subarray(start, end)].filter(id => {
          const [begin, stop] = [
            operations.callTime[id] as number,
            Math.min(operations.returnTime[id] as number, last),
          ];
          return scale.x(begin) <= width - margin && Math.max(scale.x(stop), scale.x(begin)) >= gutter;
        });
        expect(seen.filter(id => visible.includes(id))).toEqual(visible);
        expect(new Set(seen).size).toBe(seen.length);
      }
    }),
  );
});

test('a pointer in the middle of a bar finds its operation', () => {
  fc.assert(
    fc.property(someOperations, operations => {
      const layout = layoutOf(reportOf(operations), { ...noFilter, group: 'process' });
      const scale = timeScale({ from: 0, to: 400_000, width: 5000 });
      for (let id = 0; id < operations.length; id++) {
        const [begin, end] = [operations.callTime[id] as number, operations.returnTime[id] as number];
        if (end - begin < 500) continue;
        const y = laneTop(layout.packing, layout.rows.rowOf(id), layout.packing.laneOf[id] as number) + 4;
        const x = scale.x(Math.min((begin + end) / 2, begin + 5000));
        expect(operationAt(operations, layout, { scale, place: { x, y } })).toBe(id);
      }
    }),
  );
});

test('rows are found by their height', () => {
  fc.assert(
    fc.property(someOperations, operations => {
      const { packing, height } = layoutOf(reportOf(operations), { ...noFilter, group: 'key' });
      for (let row = 0; row < packing.rows; row++) {
        expect([rowAt(packing, rowTop(packing, row)), rowAt(packing, rowTop(packing, row + 1) - 1)]).toEqual([
          row,
          row,
        ]);
      }
      expect(height).toBe(rowTop(packing, packing.rows));
    }),
  );
});

test('steps to the side go through all operations of a row in order; steps up and down reach the nearest in time', () => {
  fc.assert(
    fc.property(someOperations, operations => {
      const layout = layoutOf(reportOf(operations), { ...noFilter, group: 'key' });
      const { rows, packing } = layout;
      const ids = [...Array(operations.length).keys()];
      for (let row = 0; row < packing.rows; row++) {
        const own = ids.filter(id => rows.rowOf(id) === row);
        const walked: number[] = [];
        for (
          let id = firstInRow(operations, packing, { row, time: 0 });
          id !== null;
          id = neighbourInRow(layout, id, 1)
        )
          walked.push(id);
        expect(walked).toEqual(own);
        expect(own.map(id => neighbourInRow(layout, id, -1))).toEqual([null, ...own.slice(0, -1)]);
        const below = ids.filter(id => rows.rowOf(id) === row + 1);
        for (const id of own) {
          const reached = neighbourRow(operations, layout, { id, by: 1 });
          const away = (other: number) =>
            Math.abs((operations.callTime[other] as number) - (operations.callTime[id] as number));
          if (below.length === 0) expect(reached).toBe(null);
          else expect(away(reached as number)).toBe(Math.min(...below.map(away)));
        }
      }
    }),
  );
});
