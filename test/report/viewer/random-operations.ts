/**
 * Operations of a few clients at random, as a report has them: many moments are the same, some operations never end.
 */
import fc from 'fast-check';
import type { Report, ReportOperations } from '../../../src/report/data.ts';

const words = ['a', 'B', '10', '1', 'x y', '"b"'] as const;

const drawn = fc.record({
  client: fc.nat({ max: 3 }),
  wait: fc.nat({ max: 3 }),
  latency: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 12 }) }, { weight: 1, arbitrary: fc.constant(Infinity) }),
  outcome: fc.nat({ max: 2 }),
  f: fc.nat({ max: 1 }),
  key: fc.nat({ max: 3 }),
  input: fc.integer({ min: -1, max: words.length - 1 }),
  output: fc.integer({ min: -1, max: words.length - 1 }),
  error: fc.integer({ min: -1, max: 1 }),
});

/** Each client does one operation at a time; after one that never ends it goes on under a new number. */
export const someOperations: fc.Arbitrary<ReportOperations> = fc.array(drawn, { maxLength: 60 }).map(draws => {
  const freeAt = [0, 0, 0, 0];
  const processes = [0, 1, 2, 3];
  let now = 0;
  const spans = draws.map(draw => {
    now = Math.max(now + draw.wait, freeAt[draw.client] ?? 0);
    const end = now + draw.latency;
    const process = processes[draw.client] ?? 0;
    const isOpen = draw.latency === Infinity;
    freeAt[draw.client] = isOpen ? now : end;
    if (isOpen || draw.outcome === 2) processes[draw.client] = process + 4;
    return { ...draw, process, begin: now, end, outcome: isOpen ? 2 : draw.outcome };
  });
  return columns(spans);
});

type Span = Omit<
  (typeof drawn extends fc.Arbitrary<infer D> ? D : never) & { process: number; begin: number; end: number },
  'client'
>;

function columns(spans: readonly Span[]): ReportOperations {
  const events = spans
    .flatMap(({ begin, end }, id) => [
      { id, time: begin, isCall: true },
      ...(end === Infinity ? [] : [{ id, time: end, isCall: false }]),
    ])
    // What ends at a moment ends before the next begins, but never before its own call.
    .toSorted((a, b) => a.time - b.time || Number(a.isCall) - Number(b.isCall) || a.id - b.id);
  const call = new Int32Array(spans.length);
  const completion = new Int32Array(spans.length).fill(-1);
  for (const [index, { id, isCall }] of events.entries()) (isCall ? call : completion)[id] = index;
  for (const [id, { begin, end }] of spans.entries()) {
    if (begin === end) completion[id] = Math.max(completion[id] ?? 0, (call[id] ?? 0) + 1);
  }
  const column = (read: (span: Span) => number): Int32Array => Int32Array.from(spans, read);
  return {
    length: spans.length,
    process: column(({ process }) => process),
    node: column(({ process }) => process % 2),
    f: column(({ f }) => f),
    key: column(({ key }) => key),
    input: column(({ input }) => input),
    output: column(({ output }) => output),
    outcome: Uint8Array.from(spans, ({ outcome }) => outcome),
    error: column(({ error }) => error),
    call,
    completion,
    callTime: Float64Array.from(spans, ({ begin }) => begin * 1000),
    returnTime: Float64Array.from(spans, ({ end }) => end * 1000),
    nodes: ['n1', ''],
    functions: ['read', 'write'],
    keys: ['', '1', '10', 'Key'],
    values: words,
    errors: ['timed out', 'refused by B'],
  };
}

export function reportOf(operations: ReportOperations): Report {
  return { operations, data: { hasTimes: true } } as unknown as Report;
}

/** 0 to length - 1. */
export function all({ length }: ReportOperations): Int32Array {
  return Int32Array.from({ length }, (_, id) => id);
}
