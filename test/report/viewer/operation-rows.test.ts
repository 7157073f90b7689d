/**
 * Which operations are shown, in which order, and what was around one.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportOperations } from '../../../src/report/data.ts';
import { type Filter, matching, noFilter } from '../../../src/report/viewer/run/operations/filter.ts';
import { neighbour, overlapOf } from '../../../src/report/viewer/run/operations/neighbours.ts';
import { byTime, type Order, ordered, placeOf, within } from '../../../src/report/viewer/run/operations/order.ts';
import { all, reportOf, someOperations } from './random-operations.ts';

const filters: fc.Arbitrary<Filter> = fc.record({
  f: fc.constantFrom('', 'read', 'nothing'),
  key: fc.constantFrom('', '1', '10', 'ey'),
  node: fc.constantFrom('', 'n1'),
  outcome: fc.constantFrom('', 'ok', 'fail', 'info'),
  process: fc.constantFrom('', '2', 'x'),
  text: fc.constantFrom('', 'b', 'read', ' b OUT ', '#3', '10 1'),
});

/** The same, said plainly. */
function fits(operations: ReportOperations, id: number, filter: Filter): boolean {
  const at = (table: readonly string[], column: Int32Array | Uint8Array) => table[column[id] as number] ?? '';
  const outcome = at(['ok', 'fail', 'info'], operations.outcome);
  const key = at(operations.keys, operations.key);
  const cells = [
    at(operations.functions, operations.f),
    key,
    at(operations.nodes, operations.node),
    at(operations.values, operations.input),
    at(operations.values, operations.output),
    at(operations.errors, operations.error),
    outcome,
  ].map(cell => cell.toLowerCase());
  const fitsKey = operations.keys.includes(filter.key) ? key === filter.key : key.includes(filter.key);
  return (
    (filter.f === '' || cells[0] === filter.f) &&
    (filter.key === '' || fitsKey) &&
    (filter.node === '' || at(operations.nodes, operations.node) === filter.node) &&
    (filter.outcome === '' || outcome === filter.outcome) &&
    (filter.process === '' || String(operations.process[id]) === filter.process) &&
    filter.text
      .toLowerCase()
      .split(' ')
      .every(word => (word.startsWith('#') ? id === Number(word.slice(1)) : cells.some(cell => cell.includes(word))))
  );
}

test('a filter leaves the operations that it describes, in order', () => {
  fc.assert(
    fc.property(someOperations, filters, (operations, filter) => {
      const wanted = [...all(operations)].filter(id => fits(operations, id, filter));
      expect([...matching(reportOf(operations), filter)]).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

test('the same filter gives the same list, not a new one', () => {
  const [operations] = fc.sample(someOperations, 1);
  const report = reportOf(operations as ReportOperations);
  expect(matching(report, { ...noFilter, f: 'read' })).toBe(matching(report, { ...noFilter, f: ' read' }));
  expect(matching(report, noFilter)).toBe(matching(report, noFilter));
});

test('rows are sorted by latency, those that never ended last, and equal ones by time', () => {
  fc.assert(
    fc.property(someOperations, fc.boolean(), (operations, up) => {
      const order: Order = { column: 'latency', direction: up ? 'ascending' : 'descending' };
      const latency = (id: number) => (operations.returnTime[id] as number) - (operations.callTime[id] as number);
      const compare = (a: number, b: number) =>
        latency(a) === latency(b) ? a - b : (latency(a) - latency(b)) * (up ? 1 : -1);
      const rows = ordered(operations, all(operations), order);
      expect([...rows]).toEqual([...all(operations)].toSorted(compare));
      for (const [place, id] of rows.entries()) expect(placeOf(rows, id, order)).toBe(place);
    }),
  );
});

test('only what was under way in the visible time', () => {
  fc.assert(
    fc.property(someOperations, fc.nat({ max: 40 }), fc.nat({ max: 30 }), (operations, begin, span) => {
      const [from, to] = [begin * 1000, (begin + span) * 1000];
      const wanted = [...all(operations)].filter(
        id => (operations.callTime[id] as number) <= to && (operations.returnTime[id] as number) >= from,
      );
      const found = within(operations, all(operations), { from, to });
      expect([...found]).toEqual(wanted);
      for (const id of all(operations)) expect(placeOf(found, id, byTime)).toBe(wanted.indexOf(id));
    }),
  );
});

test('what overlapped an operation, and its neighbours', () => {
  fc.assert(
    fc.property(someOperations, operations => {
      const { call, completion, key, process, outcome } = operations;
      const end = (id: number) => ((completion[id] as number) < 0 ? Infinity : (completion[id] as number));
      for (const id of all(operations)) {
        const others = [...all(operations)].filter(other => other !== id);
        const overlapping = others.filter(
          other => (call[other] as number) < end(id) && end(other) >= (call[id] as number),
        );
        const sameKey = overlapping.filter(other => key[other] === key[id]);
        expect(overlapOf(operations, id, 3)).toEqual({
          count: overlapping.length,
          sameKey: sameKey.slice(0, 3),
          sameKeyCount: sameKey.length,
          stillPossible: others.filter(
            other => key[other] === key[id] && outcome[other] === 2 && end(other) < (call[id] as number),
          ).length,
        });
        expect(neighbour(operations, id, { by: 1, column: 'process' })).toBe(
          others.find(other => other > id && process[other] === process[id]) ?? null,
        );
        expect(neighbour(operations, id, { by: -1, column: 'key' })).toBe(
          others.findLast(other => other < id && key[other] === key[id]) ?? null,
        );
      }
    }),
  );
});
