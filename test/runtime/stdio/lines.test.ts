import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../../../src/runtime/stdio/lines.ts';

function split(chunks: readonly Buffer[], maxBytes = 1_000_000) {
  const lines: string[] = [];
  const overlong: string[] = [];
  const splitter = new LineSplitter({
    maxBytes,
    onLine: line => void lines.push(line.toString()),
    onOverlong: start => void overlong.push(start.toString()),
  });
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, overlong, rest: splitter.end()?.toString() ?? null };
}

describe('cutting a stream into lines', () => {
  test('gives the same lines however the pipe has chopped it, also in the middle of a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => text.replaceAll('\n', ' '))),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (texts, sizes) => {
          const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] as number;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(split(chunks)).toEqual({ lines: texts.map(text => `${text}\n`), overlong: [], rest: null });
        },
      ),
    );
  });

  test('what comes after the last newline is the rest', () => {
    expect(split([Buffer.from('a\nb'), Buffer.from('c')])).toEqual({ lines: ['a\n'], overlong: [], rest: 'bc' });
  });

  test('a line that is too long is told of once and dropped, and the next one is whole', () => {
    const chunks = ['ok\nxxxxxx', 'xxxxxx', 'xx', 'xx\nfine\n'].map(text => Buffer.from(text));
    expect(split(chunks, 10)).toEqual({ lines: ['ok\n', 'fine\n'], overlong: ['xxxxxxxxxxxx'], rest: null });
  });

  test('a megabyte in a thousand pieces is one line', () => {
    const piece = Buffer.alloc(1_000, 'x');
    const { lines } = split([...Array.from({ length: 999 }, () => piece), Buffer.from('\n')]);
    expect(lines.map(line => line.length)).toEqual([999_001]);
  });
});
