import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { eventsOf, historyFromEvents } from '../../src/history/assemble.ts';
import { absent, ColumnOperations, columnsOf, outcomeCodes } from '../../src/history/columns.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { canonicalText, Interner } from '../../src/history/intern.ts';
import type { Operation } from '../../src/history/operation.ts';
import { anyDrafts, anyValue } from './arbitrary.ts';
import { HistoryBuilder, history, testHeader } from './build.ts';
import { runs } from './files.ts';

/** The plain way: objects, and a search for the completion. */
function operationsOf(events: readonly HistoryEvent[]): Operation[] {
  const operations: Operation[] = [];
  for (const [position, event] of events.entries()) {
    if (event.type !== 'invoke') continue;
    const end = events
      .slice(position + 1)
      .find(other => 'process' in other && other.type !== 'invoke' && other.process === event.process);
    const completion = end !== undefined && 'process' in end && end.type !== 'invoke' ? end : null;
    const outcome = completion?.type ?? 'info';
    operations.push({
      id: operations.length,
      process: event.process,
      node: event.node,
      f: event.f,
      key: event.key,
      input: event.value,
      outcome,
      output: outcome === 'info' ? undefined : completion?.value,
      error: completion?.error ?? null,
      call: event.index,
      return: outcome === 'info' ? Infinity : (completion?.index ?? Infinity),
      callTime: event.time,
      returnTime: completion?.time ?? Infinity,
    });
  }
  return operations;
}

describe('operations', () => {
  test('are paired invocations and completions, in order of invocation', () => {
    const { operations } = history(`
      p0@n1 invoke write x 1
      p1 invoke read x
      p0 ok
      p1 ok null
      p0@n1 invoke cas x [1,2]
      p1 invoke write "7" 3
      p1 info -- timed out
      p0 fail "refused" -- code 22
      p2 invoke read 7
    `);
    const shown = [...operations].map(o =>
      [o.id, o.process, o.node, o.f, o.key, o.input, o.outcome, o.output, o.error, o.call, o.return, o.returnTime / 1e6]
        .map(part => JSON.stringify(part) ?? String(part))
        .join(' '),
    );
    expect(shown.join('\n')).toBe(`\
0 0 "n1" "write" "x" 1 "ok" undefined null 0 2 2
1 1 null "read" "x" null "ok" null null 1 3 3
2 0 "n1" "cas" "x" [1,2] "fail" "refused" "code 22" 4 7 7
3 1 null "write" "7" 3 "info" undefined "timed out" 5 null 6
4 2 null "read" 7 null "info" undefined null 8 null null`);
    expect(operations.get(4).return).toBe(Infinity);
    expect(operations.functions).toEqual(['write', 'read', 'cas']);
    expect([...operations.byKey()]).toEqual([
      ['x', Int32Array.of(0, 1, 2)],
      ['7', Int32Array.of(3)],
      [7, Int32Array.of(4)],
    ]);
  });

  test('are those that a plain search finds', () => {
    fc.assert(
      fc.property(anyDrafts, drafts => {
        const events = drafts.map((draft, index): HistoryEvent => ({ index, time: index * 3, ...draft }));
        const built = historyFromEvents(testHeader(), events);
        expect(JSON.stringify([...built.operations])).toBe(JSON.stringify(operationsOf(events)));
        const ids = [...built.operations.byKey().values()].flatMap(group => [...group]);
        expect(ids.toSorted((a, b) => a - b)).toEqual([...built.operations].map(({ id }) => id));
        for (const [key, group] of built.operations.byKey()) {
          expect([...group]).toEqual([...group].toSorted((a, b) => a - b));
          for (const id of group) expect(Object.is(built.operations.get(id).key, key)).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  test('survive being turned into events and built again', () => {
    fc.assert(
      fc.property(anyDrafts, drafts => {
        const events = drafts.map((draft, index): HistoryEvent => ({ index, time: index * 3, ...draft }));
        const first = historyFromEvents(testHeader(), events);
        expect(JSON.stringify(historyFromEvents(testHeader(), eventsOf(first)))).toBe(JSON.stringify(first));
      }),
      { numRuns: runs },
    );
  });

  test('grow without limit', () => {
    const builder = new HistoryBuilder();
    for (let id = 0; id < 5000; id++) builder.invoke(id % 7, 'write', id % 10, id).complete(id % 7, 'ok');
    const { operations } = builder.history();
    expect(operations.length).toBe(5000);
    expect(operations.get(4999)).toMatchObject({ id: 4999, process: 4999 % 7, key: 9, input: 4999, call: 9998 });
    expect(operations.byKey().get(3)).toHaveLength(500);
  });

  test('that do not exist are not made up', () => {
    const { operations } = history('p0 invoke read');
    for (const id of [-1, 1, 0.5, Number.NaN]) expect(() => operations.get(id)).toThrow(AssertionError);
  });

  test('go to a worker as plain data', () => {
    const { operations } = history('p0 invoke write x [1,{"a":2}]\np0 ok\np1 invoke read x');
    const columns = structuredClone(columnsOf(operations));
    expect([...new ColumnOperations(columns)]).toEqual([...operations]);
    expect([...columns.outcome]).toEqual([outcomeCodes.ok, outcomeCodes.info]);
    expect([...columns.completion]).toEqual([1, absent]);
  });
});

describe('values', () => {
  test('have equal ids exactly when they are equal', () => {
    const columns = columnsOf(
      history(`
        p0 invoke echo - {"a":1,"b":[2]}
        p0 ok {"b":[2],"a":1}
        p0 invoke echo - "1"
        p0 ok 1
        p0 invoke echo - null
        p0 ok null
        p0 invoke echo -
        p0 ok
      `).operations,
    );
    expect([...columns.input]).toEqual([0, 1, 3, 3]);
    expect([...columns.output]).toEqual([0, 2, 3, absent]);
    expect(columns.values).toEqual([{ a: 1, b: [2] }, '1', 1, null]);
  });

  test('of any shape and size keep that promise', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 8 }), anyValue, (several, one) => {
        const interner = new Interner<unknown>();
        const all = [...several, one, Array.from({ length: 100 }, () => one), shuffled(one), ...several.map(shuffled)];
        const ids = all.map(value => interner.id(value, false));
        for (const [i, value] of all.entries()) {
          expect(canonicalText(interner.values[ids[i] as number])).toBe(canonicalText(value));
          for (const [j, other] of all.entries()) {
            expect(ids[i] === ids[j]).toBe(canonicalText(value) === canonicalText(other));
          }
        }
      }),
      { numRuns: runs },
    );
  });

  test('are shared, so nobody can change them; and what was given stays as it was', () => {
    const list = [3, [1, 2]];
    const { operations } = new HistoryBuilder().invoke(0, 'echo', null, list).history();
    const input = operations.get(0).input as number[];
    expect(() => input.push(4)).toThrow(TypeError);
    expect(Object.isFrozen(input[1])).toBe(true);
    expect(input).toEqual([3, [1, 2]]);
    expect(Object.isFrozen(list)).toBe(false);
  });
});

describe('events that cannot be a history', () => {
  test('are a bug of who made them', () => {
    const broken: readonly [string, () => unknown][] = [
      ['event 0: process 1 completes, but has no open invocation', () => history('p1 ok')],
      [
        'event 1: process 1 invokes while its operation #0 is still open',
        () => history('p1 invoke read\np1 invoke read'),
      ],
      [
        'event 2: process 1 is used again after an operation of it ended "info"',
        () => history('p1 invoke read\np1 info\np1 invoke read'),
      ],
      ['event 1: time goes back from 5000000 to 4000000', () => history('5ms p1 invoke read\n4ms p1 ok')],
      [
        'event 0 cannot be in a history: value[0] is undefined',
        () => new HistoryBuilder().invoke(0, 'write', null, [undefined]).history(),
      ],
    ];
    for (const [message, make] of broken) expect(make).toThrow(new AssertionError(message));
  });

  test('may leave out indexes: a part of a history keeps its own', () => {
    const events: HistoryEvent[] = [
      { index: 4, time: 9, process: 0, type: 'invoke', f: 'read', key: null, value: null, node: null },
      { index: 17, time: 9, process: 0, type: 'ok', value: 3 },
    ];
    const part = historyFromEvents(testHeader(), events);
    expect(part.eventCount).toBe(18);
    expect(part.operations.get(0)).toMatchObject({ call: 4, return: 17 });
  });
});

function shuffled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shuffled);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shuffled(member)] as const)
      .toReversed(),
  );
}
