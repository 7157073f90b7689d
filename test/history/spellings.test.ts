import { describe, expect, test } from 'vitest';
import { Spellings, unknown } from '../../src/history/spellings.ts';

describe('spellings', () => {
  test('are found when they were added, also where hashes agree', () => {
    const spellings = new Spellings();
    const texts = ['', 'a', 'b', 'ab', '"ab"', 'x'.repeat(100), `${'x'.repeat(99)}y`, 'é'];
    for (const [id, text] of texts.entries()) {
      const bytes = Buffer.from(`<${text}>`);
      expect(spellings.find(7, bytes, 1, bytes.length - 1)).toBe(unknown);
      spellings.add(7, bytes, 1, bytes.length - 1, id * 3);
    }
    for (const [id, text] of texts.entries()) {
      const bytes = Buffer.from(`--${text}--`);
      expect(spellings.find(7, bytes, 2, bytes.length - 2)).toBe(id * 3);
      expect(spellings.find(8, bytes, 2, bytes.length - 2)).toBe(unknown);
    }
  });

  test('may be forgotten when there are many, and are never taken for each other', () => {
    const spellings = new Spellings();
    const added: Buffer[] = [];
    const tally = { known: 0, forgotten: 0 };
    for (let id = 0; id < 20_000; id++) {
      const bytes = Buffer.from(`${id}${id % 10 === 0 ? '.'.repeat(30_000) : ''}`);
      added.push(bytes);
      spellings.add(id & 0xff, bytes, 0, bytes.length, id);
      expect(spellings.find(id & 0xff, bytes, 0, bytes.length)).toBe(id);
      const earlier = Math.max(0, id - 101);
      const before = added[earlier] as Buffer;
      const found = spellings.find(earlier & 0xff, before, 0, before.length);
      if (found !== unknown) expect(found).toBe(earlier);
      tally[found === unknown ? 'forgotten' : 'known']++;
    }
    expect(Math.min(tally.known, tally.forgotten)).toBeGreaterThan(300);
  });

  test('that are very long are not kept', () => {
    const spellings = new Spellings();
    const bytes = Buffer.alloc(1_000_000, 'x');
    spellings.add(1, bytes, 0, bytes.length, 5);
    expect(spellings.find(1, bytes, 0, bytes.length)).toBe(unknown);
  });
});
