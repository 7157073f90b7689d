import { describe, expect, test } from 'vitest';
import { type Arrays, allocate, grown, mapArrays } from '../../src/history/column-memory.ts';

/** Every column begins with numbers of its own. */
function filled(columns: Arrays): Arrays {
  let number = 0;
  return mapArrays(columns, column => {
    for (let at = 0; at < 100; at++) column[at] = ++number % 251;
    return column;
  });
}

function beginnings(columns: Arrays): readonly (readonly number[])[] {
  return Object.values(columns).map(column => [...column.subarray(0, 100)]);
}

describe('columns', () => {
  test('keep what they hold however often they grow, and what is new is zero', () => {
    let columns = filled(allocate(256));
    const before = beginnings(columns);
    for (let capacity = 512; capacity <= 2 ** 18; capacity *= 2) {
      columns = grown(columns, capacity);
      expect(beginnings(columns)).toEqual(before);
      for (const column of Object.values(columns)) {
        expect(column).toHaveLength(capacity);
        expect([column[capacity / 2], column[capacity - 1]]).toEqual([0, 0]);
      }
    }
  });

  test('that are large grow where they are, and can be shared', () => {
    const large = filled(allocate(2 ** 16));
    const larger = grown(large, 2 ** 17);
    for (const [name, column] of Object.entries(larger)) {
      expect(column.buffer).toBe(large[name as keyof Arrays].buffer);
      expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  test('grow also where memory is not shared', () => {
    const columns = filled(mapArrays(allocate(2 ** 16), column => column.slice() as typeof column));
    expect(columns.process.buffer).toBeInstanceOf(ArrayBuffer);
    expect(beginnings(grown(columns, 2 ** 17))).toEqual(beginnings(columns));
  });
});
