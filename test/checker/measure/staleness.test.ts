import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../../src/base/names.ts';
import { fresh } from '../../../src/checker/measure/staleness/ages.ts';
import { elementAges } from '../../../src/checker/measure/staleness/elements.ts';
import { stalenessOf } from '../../../src/checker/measure/staleness/staleness.ts';
import { valueAges } from '../../../src/checker/measure/staleness/values.ts';
import { historyFromEvents } from '../../../src/history/assemble.ts';
import type { EventDraft, HistoryEvent, Outcome } from '../../../src/history/event.ts';
import type { History } from '../../../src/history/history.ts';
import { canonicalText } from '../../../src/history/intern.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { history, testHeader } from '../../history/build.ts';
import { Story } from '../story.ts';

/** Of each answered read `#7 30ms`, `#7 fresh` or `#7 ?`. */
function told(text: string): string {
  const events = history(text);
  const isSet = events.operations.functions.some(name => name === 'add');
  const ages = (isSet ? elementAges : valueAges)(events.operations);
  const reads = [...events.operations].filter(({ f, outcome }) => f === 'read' && outcome === 'ok');
  return reads.map(({ id }) => `#${id} ${ageWords(ages?.[id] ?? Number.NaN)}`).join(', ');
}

function ageWords(age: number): string {
  return Number.isNaN(age) ? '?' : age === fresh ? 'fresh' : `${age / 1e6}ms`;
}

describe('a value that was read', () => {
  test('is as old as the first acknowledgement of a newer one', () => {
    const story = `
      p0 invoke write x 1
      p0 ok
      10ms p0 invoke write x 2
      20ms p0 ok
      30ms p0 invoke write x 3
      40ms p0 ok
      60ms p1@n1 invoke read x
      61ms p1 ok 1
      70ms p1 invoke read x
      71ms p1 ok 2
      80ms p1 invoke read x
      81ms p1 ok 3
      90ms p1 invoke read x
      91ms p1 ok
      92ms p1 invoke read y
      93ms p1 ok
    `;
    expect(told(story)).toBe('#3 40ms, #4 30ms, #5 fresh, #6 89ms, #7 fresh');
  });

  test('is not old while the newer one was under way, or was not acknowledged', () => {
    const story = `
      p0 invoke write x 1
      p1 invoke write x 2
      p0 ok
      p1 ok
      p2 invoke read x
      p3 invoke write x 3
      p3 ok
      p2 ok 1
      p4 invoke write x 4
      p4 info
      p5 invoke write x 5
      p5 fail
      p6 invoke read x
      p6 ok 3
    `;
    expect(told(story)).toBe('#2 fresh, #6 fresh');
  });

  test('counts from the last write of it that may have been read', () => {
    const story = `
      p0 invoke write x 1
      p0 ok
      10ms p0 invoke write x 2
      20ms p0 ok
      30ms p0 invoke write x 1
      40ms p0 ok
      50ms p0 invoke write x 2
      60ms p0 ok
      70ms p1 invoke read x
      71ms p1 ok 1
      80ms p1 invoke read x
      90ms p0 invoke write x 1
      91ms p1 ok 1
    `;
    // A write of it that is under way may be what was read.
    expect(told(story)).toBe('#4 10ms, #5 ?');
  });

  test('has no known age when it may be written at any time, or was never written', () => {
    const story = `
      p0 invoke write x 1
      p0 info
      p1 invoke write x 2
      p1 ok
      p2 invoke read x
      p2 ok 1
      p2 invoke read x
      p2 ok 7
      p2 invoke read x
      p2 ok
    `;
    expect(told(story)).toBe('#2 ?, #3 ?, #4 5ms');
  });

  test('may come from a compare-and-set; a refused one has left nothing', () => {
    const story = `
      p0 invoke cas x [null,{"a":1,"b":2}]
      p0 ok
      p0 invoke cas x [1,3]
      p0 fail "refused"
      10ms p1 invoke read x
      11ms p1 ok {"b":2,"a":1}
      p1 invoke read x
      13ms p1 ok 3
      p1 invoke cas x [4,5]
      20ms p1 ok
      25ms p2 invoke read x
      p2 ok {"b":2,"a":1}
    `;
    expect(told(story)).toBe('#2 fresh, #3 ?, #5 5ms');
  });
});

describe('a set that was read', () => {
  test('is as old as the first acknowledgement of what it lacks', () => {
    const story = `
      p0 invoke add - 1
      p1 invoke add - "2"
      10ms p1 ok
      20ms p0 ok
      p0 invoke add - 3
      30ms p0 info
      40ms p2 invoke read
      41ms p2 ok []
      50ms p2 invoke read
      51ms p2 ok ["2",9]
      60ms p2 invoke read
      61ms p2 ok ["2",1]
      70ms p2 invoke read
      71ms p2 ok
    `;
    expect(told(story)).toBe('#3 30ms, #4 30ms, #5 fresh, #6 ?');
  });

  test('is not old for what was added again, or acknowledged while it was read', () => {
    const story = `
      p0 invoke add - {"a":1,"b":2}
      10ms p0 ok
      p1 invoke read
      p0 invoke add - 2
      p0 ok
      p1 ok [{"b":2,"a":1}]
      p0 invoke add - {"b":2,"a":1}
      p0 ok
      p1 invoke read
      p1 ok []
    `;
    expect(told(story)).toBe('#1 fresh, #4 7ms');
  });

  test('is looked at in part when the answers are too long in all', () => {
    const story = new Story('g-set');
    for (let element = 0; element < 40; element++) {
      story.run('n1', 'add', { input: element });
      story.run('n1', 'read', { output: Array.from({ length: element }, (_, index) => index) });
    }
    const { operations } = story.history();
    const known = (looks?: number) => [...(elementAges(operations, looks) ?? [])].filter(age => !Number.isNaN(age));
    expect(known().length).toBe(40);
    // 780 elements in all.
    expect(known(400).length).toBe(20);
    expect(known(100)).toEqual([1e8, 1e8, 1e8, 1e8, 1e8]);
  });
});

describe('what is told of a history', () => {
  const story = new Story('lin-kv');
  for (let value = 0; value < 100; value++) {
    story.run(value % 2 === 0 ? 'n1' : null, 'write', { key: 'x', input: value });
    if (value === 50) story.run('n3', 'read', { key: 'x', output: 50 });
  }
  for (let value = 0; value < 5; value++) story.run('__proto__', 'read', { key: 'x', output: value * 20 });
  story.run(null, 'read', { key: 'x', output: 99 });

  test('is how many were stale, how old they were, and of which nodes', () => {
    // Each write takes 0.2 s; the next value is acknowledged 0.2 s later.
    expect(stalenessOf(story.history())).toEqual({
      of: 'value',
      reads: 7,
      stale: 5,
      age: { p50: 12.3e9, p99: 19.9e9, max: 19.9e9 },
      oldest: [
        { operation: 101, age: 19.9e9 },
        { operation: 102, age: 16.1e9 },
        { operation: 103, age: 12.3e9 },
        { operation: 104, age: 8.3e9 },
        { operation: 105, age: 4.5e9 },
      ],
      histogram: [
        { upTo: 5e9, count: 1 },
        { upTo: 10e9, count: 1 },
        { upTo: 20e9, count: 3 },
      ],
      byNode: Object.fromEntries([
        ['', { reads: 1, stale: 0 }],
        ['n3', { reads: 1, stale: 0 }],
        ['__proto__', { reads: 5, stale: 5 }],
      ]),
    });
  });

  test('has no ages where nothing is stale', () => {
    const fine = new Story('lin-kv').run('n1', 'write', { input: 1 }).run('n1', 'read', { output: 1 });
    expect(stalenessOf(fine.history())).toMatchObject({ reads: 1, stale: 0, age: null, oldest: [], histogram: [] });
  });

  test.each([
    ['a queue', 'enqueue', 'dequeue', 1],
    ['a counter', 'add', 'read', 1],
    ['a set from which something is removed', 'remove', 'read', [1]],
    ['reads alone', 'read', 'read', 1],
    ['writes alone', 'write', 'write', 1],
    ['a map in which the clocks decide', 'put', 'get', 1],
    ['something that we do not know', 'delete', 'read', 1],
    ['a compare-and-set of another form', 'cas', 'read', 1],
  ])('is nothing of %s', (_, change, look, output) => {
    const events = new Story('any').run('n1', change, { input: 1 }).run('n1', look, { output });
    if (change === 'remove') events.run('n1', 'add', { input: 2 });
    expect(stalenessOf(events.history())).toBeNull();
  });

  test('is nothing without times', () => {
    const text = ['p0 invoke write x 1', 'p0 ok', 'p0 invoke read x', 'p0 ok 1'];
    expect(stalenessOf(history(text.map((line, index) => `${index / 1e6}ms ${line}`).join('\n')))).toBeNull();
    expect(stalenessOf(history(text.join('\n')))).not.toBeNull();
  });
});

describe('agrees with its definition on random histories', () => {
  const numRuns = fuzzRuns(1000);

  test('of registers', () => {
    const tally = { stale: 0, fresh: 0, unknown: 0 };
    fc.assert(
      fc.property(histories(registerOperation), ({ operations }) => {
        const ages = valueAges(operations) ?? new Float64Array(0);
        const all = [...operations];
        compare(
          [...ages],
          all.map(each => definedValueAge(each, all)),
          tally,
        );
      }),
      { numRuns },
    );
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(numRuns / 12);
  });

  test('of sets', () => {
    const tally = { stale: 0, fresh: 0, unknown: numRuns };
    fc.assert(
      fc.property(histories(setOperation), ({ operations }) => {
        const ages = elementAges(operations) ?? new Float64Array(0);
        const all = [...operations];
        compare(
          [...ages],
          all.map(each => definedElementAge(each, all)),
          tally,
        );
      }),
      { numRuns },
    );
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(numRuns / 12);
  });
});

function compare(
  found: readonly number[],
  defined: readonly (number | null)[],
  tally: { stale: number; fresh: number; unknown: number },
): void {
  expect(found.map(age => (Number.isNaN(age) ? null : age))).toEqual(defined);
  for (const age of defined) tally[age === null ? 'unknown' : age === fresh ? 'fresh' : 'stale']++;
}

function definedValueAge(read: Operation, operations: readonly Operation[]): number | null {
  if (read.f !== 'read' || read.outcome !== 'ok') return null;
  const same = (one: unknown, other: unknown) => canonicalText(one ?? null) === canonicalText(other ?? null);
  const left = ({ f, input }: Operation) => (f === 'cas' ? (input as readonly unknown[])[1] : input);
  const writes = operations.filter(({ key, f, outcome }) => key === read.key && f !== 'read' && outcome !== 'fail');
  const seen = writes.filter(write => same(left(write), read.output) && write.call < read.return);
  const returns = seen.map(write => write.return);
  if (same(read.output, null)) returns.push(-1);
  if (returns.length === 0 || returns.includes(Number.POSITIVE_INFINITY)) return null;
  const newer = writes.filter(write => returns.every(time => write.call > time) && write.return < read.call);
  return newer.length === 0 ? fresh : read.callTime - Math.min(...newer.map(({ returnTime }) => returnTime));
}

function definedElementAge(read: Operation, operations: readonly Operation[]): number | null {
  if (read.f !== 'read' || read.outcome !== 'ok' || !Array.isArray(read.output)) return null;
  const shown = new Set(read.output.map(canonicalText));
  const lacks = operations.filter(
    ({ key, f, outcome, input, return: end }) =>
      key === read.key && f !== 'read' && outcome === 'ok' && end < read.call && !shown.has(canonicalText(input)),
  );
  return lacks.length === 0 ? fresh : read.callTime - Math.min(...lacks.map(({ returnTime }) => returnTime));
}

interface Asked {
  readonly f: string;
  readonly value: unknown;
  readonly output: unknown;
}

const value = fc.constantFrom<unknown>(null, 1, 2, '1', { a: 1, b: 2 }, { b: 2, a: 1 }, 1000);

const registerOperation: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ f: fc.constant('read'), value: fc.constant(null), output: value }),
  fc.record({ f: fc.constant('write'), value, output: fc.constant(undefined) }),
  fc.record({ f: fc.constant('cas'), value: fc.tuple(value, value), output: fc.constantFrom(undefined, 'refused') }),
);

const setOperation: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    f: fc.constant('read'),
    value: fc.constant(null),
    output: fc.oneof(
      { weight: 9, arbitrary: fc.array(value, { maxLength: 8 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
  }),
  fc.record({ f: fc.constantFrom('add', 'broadcast'), value, output: fc.constant(undefined) }),
);

function histories(operation: fc.Arbitrary<Asked>): fc.Arbitrary<History> {
  const step = fc.record({
    operation,
    thread: fc.nat({ max: 2 }),
    key: fc.constantFrom<Key | null>('x', 'x', 'x', null),
    outcome: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Outcome | 'open'>('ok') },
      { weight: 1, arbitrary: fc.constantFrom<Outcome | 'open'>('fail', 'info', 'open') },
    ),
    wait: fc.nat({ max: 2 }),
  });
  return fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }).map(steps => {
    const open = new Map<number, { readonly process: number; readonly asked: Asked; readonly outcome: Outcome }>();
    let [time, process] = [0, 0];
    const events: HistoryEvent[] = [];
    const push = (draft: EventDraft) => events.push({ ...draft, index: events.length, time });
    for (const { operation: asked, thread, key, outcome, wait } of steps) {
      time += wait * 1e6;
      const running = open.get(thread);
      open.delete(thread);
      if (running === undefined) {
        push({ type: 'invoke', process, f: asked.f, key, value: asked.value, node: `n${thread}` });
        if (outcome !== 'open') open.set(thread, { process, asked, outcome });
        process++;
      } else {
        const { output } = running.asked;
        const shown = output === undefined || running.outcome === 'info' ? {} : { value: output };
        push({ type: running.outcome, process: running.process, ...shown });
      }
    }
    return historyFromEvents(testHeader(), events);
  });
}
