/**
 * What goes into a page comes out of it: numbers, columns, texts of any kind.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Report, ReportMessages, ReportOperations } from '../../src/report/data.ts';
import { decodeReport } from '../../src/report/payload/decode.ts';
import { encodeReport } from '../../src/report/payload/encode.ts';
import { ByteReader, ByteWriter } from '../../src/report/payload/varint.ts';

test('whole numbers of any size and sign survive', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), numbers => {
      const writer = new ByteWriter(8);
      for (const number of numbers) {
        writer.unsigned(Math.abs(number));
        writer.signed(Math.trunc(number / 2));
      }
      const reader = new ByteReader(writer.written());
      const read = numbers.map(() => [reader.unsigned(), reader.signed()]);
      expect(read).toEqual(numbers.map(number => [Math.abs(number), Math.trunc(number / 2) + 0]));
    }),
  );
});

test('operations, messages and words come out as they went in, times to the microsecond', async () => {
  await fc.assert(
    fc.asyncProperty(reports, async report => {
      expect(await decodeReport(encodeReport(report))).toEqual(report);
    }),
    { numRuns: 50 },
  );
});

test('what another version wrote, or half a file, is refused and not shown', async () => {
  await expect(decodeReport('AAAA')).rejects.toThrow();
  await expect(decodeReport('not base64!')).rejects.toThrow();
});

const micros = fc.integer({ min: 0, max: 10_000_000_000 }).map(count => count * 1000);
/** UTF-8 has no lone surrogates; they become U+FFFD on the way, which is what the page would show too. */
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const texts = fc.array(text, { maxLength: 4 });

const operations: fc.Arbitrary<ReportOperations> = fc
  .tuple(
    fc.array(
      fc.record({
        process: fc.nat(),
        small: fc.nat(3),
        input: fc.integer({ min: -1, max: 1_000_000 }),
        outcome: fc.nat(2),
        call: fc.nat(1_000_000),
        took: fc.option(fc.nat(1000)),
        callTime: micros,
        duration: fc.option(micros),
      }),
    ),
    fc.tuple(texts, texts, texts, texts, texts),
  )
  .map(([rows, [nodes, functions, keys, values, errors]]) => ({
    length: rows.length,
    process: Int32Array.from(rows, row => row.process),
    node: Int32Array.from(rows, row => row.small),
    f: Int32Array.from(rows, row => row.small),
    key: Int32Array.from(rows, row => row.small),
    input: Int32Array.from(rows, row => row.input),
    output: Int32Array.from(rows, row => row.input),
    outcome: Uint8Array.from(rows, row => row.outcome),
    error: Int32Array.from(rows, row => row.small - 1),
    call: Int32Array.from(rows, row => row.call),
    completion: Int32Array.from(rows, row => (row.took === null ? -1 : row.call + row.took + 1)),
    callTime: Float64Array.from(rows, row => row.callTime),
    returnTime: Float64Array.from(rows, row => (row.duration === null ? Infinity : row.callTime + row.duration)),
    nodes,
    functions,
    keys,
    values,
    errors,
  }));

const messages: fc.Arbitrary<ReportMessages> = fc
  .tuple(fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.nat(100), micros, fc.option(micros), fc.nat(2))), texts, texts)
  .map(([rows, names, bodies]) => ({
    length: rows.length,
    from: Int32Array.from(rows, row => row[0]),
    to: Int32Array.from(rows, row => row[1]),
    body: Int32Array.from(rows, row => row[2]),
    sent: Float64Array.from(rows, row => row[3]),
    arrived: Float64Array.from(rows, row => (row[4] === null ? Infinity : row[3] + row[4])),
    fate: Uint8Array.from(rows, row => row[5]),
    names,
    bodies,
  }));

const reports: fc.Arbitrary<Report> = fc
  .tuple(fc.record({ title: text, logs: texts }), operations, messages)
  .map(([data, its, said]) => ({ data: data as unknown as Report['data'], operations: its, messages: said }));
