/**
 * What the evidence of an impossibility holds, how much of it is kept, and that nothing untrue gets through.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../../src/checker/evidence/build.ts';
import type { Evidence, PartialLinearization } from '../../../src/checker/evidence/evidence.ts';
import { orderTable } from '../../../src/checker/evidence/table.ts';
import { evidenceFault } from '../../../src/checker/evidence/verify.ts';
import type { Core } from '../../../src/checker/minimise.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { judged, read, type Written, write, written } from '../linearizable/operations.ts';

function evidence(model: string, list: readonly Written[]): Evidence | undefined {
  const result = judged(model, written(list));
  return result.validity === 'invalid' ? result.anomalies[0].evidence : undefined;
}

/** Of operations that are taken as they are. */
function coreOf(operations: readonly Operation[], starts: readonly unknown[]): Core {
  return { operations, starts, anyStart: false, minimal: false };
}

describe('evidence', () => {
  test('says how far the best order comes, and why nothing can come next', () => {
    expect(
      evidence('register', [write(5, 0, 1), write(6, 2, 3), read(6, 4, 5), read(5, 6, 7), write(5, 8, 9)]),
    ).toMatchInlineSnapshot(`
      {
        "anyStart": true,
        "blocked": [
          {
            "operation": 2,
            "placedIn": [],
            "refusedIn": [
              0,
            ],
          },
        ],
        "complete": true,
        "farthest": 1,
        "leftOut": {
          "blocked": 0,
          "operations": 0,
          "partials": 0,
          "starts": 0,
        },
        "operations": [
          {
            "completed": true,
            "id": 0,
            "process": 0,
            "recorded": "write 5",
            "weakened": [],
            "words": "write 5",
          },
          {
            "completed": true,
            "id": 1,
            "process": 1,
            "recorded": "write 6",
            "weakened": [],
            "words": "write 6",
          },
          {
            "completed": true,
            "id": 3,
            "process": 3,
            "recorded": "read -> 5",
            "weakened": [],
            "words": "read -> 5",
          },
        ],
        "partials": [
          {
            "earlierSteps": 0,
            "explained": 2,
            "next": [
              {
                "operation": 2,
                "refused": "read -> 5 is not possible when the value is 6",
              },
            ],
            "start": null,
            "steps": [
              {
                "operation": 0,
                "state": "the value is 5",
              },
              {
                "operation": 1,
                "state": "the value is 6",
              },
            ],
          },
        ],
        "starts": [
          "the value is 5",
          "the value is none that they look for",
        ],
      }
    `);
  });

  test('tells what was taken from the operations, and that one which may come does not help', () => {
    const enqueue = (input: number, ...at: readonly [number, number]): Written => ({ f: 'enqueue', input, at });
    const list = [enqueue(7, 0, 1), enqueue(8, 2, 3), { f: 'dequeue', output: 8, at: [4, 5] } as const];
    expect(evidence('queue', list)).toMatchObject({
      operations: [
        { id: 0, words: 'enqueue 7', completed: true, weakened: [] },
        { id: 1, words: 'enqueue 8', completed: false, weakened: ['return-forgotten'] },
        { id: 2, words: 'dequeue -> 8', completed: true, weakened: [] },
      ],
      anyStart: false,
      partials: [
        { steps: [{ operation: 0 }], next: [{ operation: 1, refused: null }, { operation: 2 }] },
        {
          start: 'the queue is empty',
          steps: [
            { operation: 0, state: 'the queue holds [7]' },
            { operation: 1, state: 'the queue holds [7,8]' },
          ],
          next: [{ operation: 2, refused: 'dequeue -> 8 is not possible when the queue holds [7,8]' }],
        },
      ],
      farthest: 2,
    });
  });

  test('shows of a read of everything only the look that matters', () => {
    const add: Written = { f: 'add', input: 1, at: [0, 1] };
    const shown = evidence('set', [add, { ...add, input: 2 }, { f: 'read', output: [2], at: [4, 5] }]);
    expect(shown?.operations.at(-1)).toEqual({
      id: 2,
      process: 2,
      recorded: 'read -> [2]',
      words: 'contains 1 -> false',
      completed: true,
      weakened: ['part-of-answer'],
    });
  });

  test('names the process where it matters whose an operation is', () => {
    const acquire: Written = { f: 'acquire', at: [0, 1] };
    const shown = evidence('mutex', [acquire, { ...acquire, at: [2, 3] }]);
    const reasons = shown?.partials.flatMap(({ next }) => next.map(({ refused }) => refused));
    expect(reasons).toContain('acquire of process 1 is not possible when the lock is held by process 0');
  });
});

const counted = (count: number): readonly Operation[] =>
  written([
    ...Array.from({ length: count }, (_, turn): Written => ({ f: 'increment', at: [2 * turn, 2 * turn + 1] })),
    { f: 'read', output: 0, at: [2 * count, 2 * count + 1] },
  ]);

describe('what is too much', () => {
  const counter = modelByName('counter');

  test('of a long order the last 64 steps are kept', () => {
    const operations = counted(100);
    const shown = evidenceOf(counter, coreOf(operations, [0]), operations);
    const [partial] = shown.partials as readonly [PartialLinearization];
    expect({ ...partial, steps: partial.steps.length }).toEqual({
      start: 'the counter is 0',
      earlierSteps: 36,
      steps: 64,
      explained: 100,
      next: [{ operation: 100, refused: 'read -> 0 is not possible when the counter is 100' }],
    });
    expect(partial.steps[0]).toEqual({ operation: 36, state: 'the counter is 37' });
  });

  test('of more than 256 operations no order is tried', () => {
    const operations = counted(300);
    const { operations: listed, ...shown } = evidenceOf(counter, coreOf(operations, [0]), operations);
    expect(listed.map(({ id }) => id)).toEqual(Array.from({ length: 64 }, (_, index) => 237 + index));
    expect(shown).toEqual({
      starts: ['the counter is 0'],
      anyStart: false,
      blocked: [],
      partials: [],
      farthest: 0,
      complete: false,
      leftOut: { operations: 237, starts: 0, blocked: 0, partials: 0 },
    });
  });

  test('too many orders are not all tried, and that is told; those that were found are long', () => {
    const list = Array.from({ length: 40 }, (_, turn): Written => ({ f: 'enqueue', input: turn, at: [turn, 100] }));
    const operations = written([...list, { f: 'dequeue', output: 99, at: [101, 102] }]);
    const shown = evidenceOf(modelByName('queue'), coreOf(operations, [[]]), operations);
    expect(shown).toMatchObject({ complete: false, blocked: [{ operation: 40 }] });
    expect(shown.partials[0]).toMatchObject({ explained: 40 });
    expect(shown.partials).toHaveLength(8);
    expect(shown.leftOut.partials).toBeGreaterThan(0);
  });

  test('hundreds that may have happened and are alike are no difficulty', () => {
    const open = Array.from({ length: 200 }, (_, turn): Written => ({ f: 'increment', at: [turn] }));
    const operations = written([...open, { f: 'read', output: 500, at: [300, 301] }]);
    const shown = evidenceOf(counter, coreOf(operations, [0]), operations);
    expect(shown.complete).toBe(true);
    expect(shown.partials[0]).toMatchObject({ explained: 0, steps: [] });
  });
});

describe('the best order as a table', () => {
  const lock = (f: string, process: number, ...at: readonly [number, number?]): Written => ({ f, process, at });
  const tableOf = (model: string, list: readonly Written[]): string => {
    const operations = written(list);
    const shown = evidence(model, list);
    const ids = operations.map(({ id }) => id);
    return shown ? `\n${orderTable(shown, ids)}\n` : 'valid';
  };

  test('has the state after each step, and what cannot come next', () => {
    const list = [
      lock('acquire', 0, 0, 1),
      lock('release', 0, 2, 3),
      lock('acquire', 1, 4, 5),
      lock('acquire', 2, 6, 7),
    ];
    expect(tableOf('mutex', list)).toMatchInlineSnapshot(`
      "
      how far an order comes, whatever was before:
        at first     the lock is free
        #2 acquire   the lock is held by process 1
      ✗ #3 acquire   not possible when the lock is held by process 1
      "
    `);
  });

  test('tells what may have happened at any time', () => {
    const list: Written[] = [
      { f: 'append', input: 'a', at: [0, 1] },
      { f: 'append', input: 'b', at: [2] },
      { f: 'read', output: ['b', 'a', 'b'], at: [4, 5] },
    ];
    expect(tableOf('log', list)).toMatchInlineSnapshot(`
      "
      how far an order comes (one of 5 ends):
        at first                      the log is []
        #1 append "b" (at any time)   the log is ["b"]
        #0 append "a" (at any time)   the log is ["b","a"]
      ✗ #2 read -> ["b","a","b"]      not possible when the log is ["b","a"]
      "
    `);
  });

  test('shows only the last steps of a long order', () => {
    const operations = counted(20);
    const shown = evidenceOf(modelByName('counter'), coreOf(operations, [0]), operations);
    const ids = operations.map(({ id }) => id);
    expect(`\n${orderTable(shown, ids)}\n`).toMatchInlineSnapshot(`
      "
      how far an order comes:
        at first        the counter is 0
        ... 8 more      ...
        #8 increment    the counter is 9
        #9 increment    the counter is 10
        #10 increment   the counter is 11
        #11 increment   the counter is 12
        #12 increment   the counter is 13
        #13 increment   the counter is 14
        #14 increment   the counter is 15
        #15 increment   the counter is 16
        #16 increment   the counter is 17
        #17 increment   the counter is 18
        #18 increment   the counter is 19
        #19 increment   the counter is 20
      ✗ #20 read -> 0   not possible when the counter is 20
      "
    `);
    expect(orderTable(shown, ids.slice(0, -1)), 'the reader has not seen the read').toBe('');
  });
});

describe('what is not true does not get through', () => {
  const operations = written([write(1, 0, 1), write(2, 2, 5), read(2, 3, 4), write(3, 6), read(1, 7, 8)]);
  const model = modelByName('register');
  const core = coreOf(operations, [null]);
  const recorded = new Map(operations.map(operation => [operation.id, operation]));
  const truth = evidenceOf(model, core, operations);
  const faultOf = (told: Evidence) => evidenceFault(model, core, { evidence: told, recorded });
  const withPartial = (change: (partial: PartialLinearization) => PartialLinearization): Evidence => ({
    ...truth,
    partials: truth.partials.map((partial, index) => (index === 0 ? change(partial) : partial)),
  });

  test('the truth does', () => {
    expect(faultOf(truth)).toBe(null);
    expect(truth.partials[0]).toMatchObject({ explained: 3 });
  });

  test('another state, count or start', () => {
    const lie = withPartial(({ steps, ...rest }) => ({
      ...rest,
      steps: steps.map(step => ({ ...step, state: 'the value is 9' })),
    }));
    expect(faultOf(lie)).toBe('in order 0, after #0 it is not so that the value is 9');
    expect(faultOf(withPartial(partial => ({ ...partial, explained: 4 })))).toBe(
      'in order 0, it explains another number of answers',
    );
    expect(faultOf(withPartial(partial => ({ ...partial, start: 'the value is 9' })))).toBe(
      'in order 0, no start is like that',
    );
  });

  test('an order against time, or with one operation twice', () => {
    const late = withPartial(({ steps, ...rest }) => ({ ...rest, steps: steps.slice(1) }));
    expect(faultOf(late)).toBe('in order 0, #1 comes before it may');
    const twice = withPartial(({ steps, ...rest }) => ({ ...rest, steps: [...steps, ...steps.slice(0, 1)] }));
    expect(faultOf(twice)).toBe('in order 0, position 0 is there twice, or does not exist');
  });

  test('a refusal of what is possible, or one that is kept quiet', () => {
    const short = withPartial(({ steps, ...rest }) => ({
      ...rest,
      explained: 2,
      steps: steps.slice(0, -1),
      next: [{ operation: 2, refused: 'so I say' }],
    }));
    expect(faultOf(short)).toBe('in order 0, what is refused is possible, or the other way round');
    const quiet = withPartial(partial => ({ ...partial, next: partial.next.slice(1) }));
    expect(faultOf(quiet)).toBe('in order 0, those that may come next are others');
    const open = withPartial(({ next, ...rest }) => ({ ...rest, next: next.map(one => ({ ...one, refused: null })) }));
    expect(faultOf(open)).toBe('in order 0, it can go on');
  });

  test('an operation that is not blocked', () => {
    const lie = { ...truth, blocked: [{ operation: 0, refusedIn: [0], placedIn: [] }] };
    expect(faultOf(lie)).toBe('position 0 is not blocked as told');
  });

  test('an operation that says more than was recorded', () => {
    const later = new Map(recorded).set(4, { ...(operations[4] as Operation), call: 2 });
    expect(evidenceFault(model, core, { evidence: truth, recorded: later })).toBe('#4 says more than was recorded');
  });

  test('any order of steps but those that are right', () => {
    const steps = truth.partials[0]?.steps ?? [];
    const property = fc.property(fc.shuffledSubarray([...steps], { minLength: steps.length }), shuffled => {
      const same = shuffled.every((step, index) => step === steps[index]);
      expect(faultOf(withPartial(partial => ({ ...partial, steps: shuffled }))) === null).toBe(same);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
