import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../../src/system/toy/journal.ts';

let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ordeal-journal-'));
  path = join(directory, 'not', 'there', 'n1.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(records: readonly unknown[]): readonly unknown[] {
  const journal = openJournal(path);
  for (const record of records) journal.append(record);
  journal.flush();
  journal.close();
  return journal.found;
}

describe('a journal', () => {
  test('gives back what was flushed, in order, over any number of lives', () => {
    expect(write([1, { text: 'zwei\nö' }])).toEqual([]);
    expect(write([])).toEqual([1, { text: 'zwei\nö' }]);
    expect(write([[3]])).toEqual([1, { text: 'zwei\nö' }]);
    expect(write([])).toEqual([1, { text: 'zwei\nö' }, [3]]);
  });

  test('forgets what was appended and not flushed', () => {
    const journal = openJournal(path);
    journal.append('forgotten');
    journal.close();
    expect(write([])).toEqual([]);
  });

  test('cuts off a torn last line, wherever it is torn, and goes on behind the whole ones', () => {
    fc.assert(
      fc.property(fc.nat(40), torn => {
        rmSync(join(directory, 'not'), { recursive: true, force: true });
        write(['first', 'second']);
        const whole = readFileSync(path);
        appendFileSync(path, Buffer.from(`${JSON.stringify({ text: 'ö'.repeat(20) })}\n`).subarray(0, torn));
        expect(write(['third'])).toEqual(['first', 'second']);
        expect(readFileSync(path, 'utf8')).toBe(`${whole.toString()}"third"\n`);
      }),
    );
  });

  test('refuses a file with a broken line inside: nothing that was answered may be skipped', () => {
    write(['first']);
    writeFileSync(path, '"first"\n{"tor\n"third"\n');
    expect(() => openJournal(path)).toThrow(SyntaxError);
  });
});
