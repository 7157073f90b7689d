import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import { modelByName, models } from '../../src/model/catalogue.ts';

type Told = readonly [f: string, input?: unknown, output?: unknown, more?: Partial<Operation>];

function operation([f, input = null, output, more = {}]: Told): Operation {
  return {
    id: 0,
    process: 0,
    node: null,
    f,
    key: null,
    input,
    output,
    error: null,
    outcome: 'ok' as const,
    call: 0,
    return: 1,
    callTime: 0,
    returnTime: 1,
    ...more,
  };
}

/** Lets the operations happen one after another, and says what each left; one that cannot happen leaves nothing. */
function play(name: string, told: readonly Told[]): readonly string[] {
  const model = modelByName(name);
  let states: readonly unknown[] = [model.initial];
  return told.map(one => {
    const asked = operation(one);
    const after = states.flatMap(state => model.step(state, asked));
    if (after.length > 0) states = after;
    const outcome = after.length > 0 ? after.map(state => model.describe.state(state)).join(' or ') : 'impossible';
    return `${model.describe.operation(asked)}: ${outcome}`;
  });
}

const info: Partial<Operation> = { outcome: 'info', return: Infinity };
const refused: Partial<Operation> = { outcome: 'fail' };

describe('one copy of the data', () => {
  test('a register gives back what was written last', () => {
    const told: readonly Told[] = [
      ['read', null, null],
      ['write', 1],
      ['read', null, 1],
      ['read', null, '1'],
      ['write', { b: 1, a: [2] }, undefined, info],
      ['read', null, { a: [2], b: 1 }],
      ['read', null, null],
    ];
    const lines = [
      'read -> null: the value is null',
      'write 1: the value is 1',
      'read -> 1: the value is 1',
      'read -> "1": impossible',
      'write {"b":1,"a":[2]}: the value is {"b":1,"a":[2]}',
      'read -> {"a":[2],"b":1}: the value is {"b":1,"a":[2]}',
      'read -> null: impossible',
    ];
    expect(play('register', told)).toEqual(lines);
    expect(play('cas-register', told)).toEqual(lines);
  });

  test('a cas happens only where its first value is, and a refused one only where it is not', () => {
    expect(
      play('cas-register', [
        ['cas', [null, 1]],
        ['cas', [2, 3]],
        ['cas', [2, 3], 'refused', refused],
        ['cas', [1, 3], 'refused', refused],
        ['cas', [2, 3], undefined, info],
        ['cas', [1, 2], undefined, info],
      ]),
    ).toEqual([
      'cas null to 1: the value is 1',
      'cas 2 to 3: impossible',
      'cas 2 to 3 -> refused: the value is 1',
      'cas 1 to 3 -> refused: impossible',
      'cas 2 to 3: impossible',
      'cas 1 to 2: the value is 2',
    ]);
  });

  test('a set shows exactly its elements, in any order', () => {
    expect(
      play('set', [
        ['read', null, []],
        ['add', 2],
        ['add', 1],
        ['add', 2],
        ['read', null, [1, 2]],
        ['read', null, [2, 1, 1]],
        ['read', null, [1]],
        ['contains', 1, true],
        ['contains', 3, true],
        ['remove', 3],
        ['remove', 1, undefined, info],
        ['contains', 1, false],
        ['read', null, null],
      ]),
    ).toEqual([
      'read -> []: the set is empty',
      'add 2: the set is [2]',
      'add 1: the set is [2,1]',
      'add 2: the set is [2,1]',
      'read -> [1,2]: the set is [2,1]',
      'read -> [2,1,1]: the set is [2,1]',
      'read -> [1]: impossible',
      'contains 1 -> true: the set is [2,1]',
      'contains 3 -> true: impossible',
      'remove 3: the set is [2,1]',
      'remove 1: the set is [2]',
      'contains 1 -> false: the set is [2]',
      'read -> null: impossible',
    ]);
  });

  test('a queue gives the oldest first, a stack the newest', () => {
    const told = (insert: string, remove: string): readonly Told[] => [
      [remove, null, null],
      [insert, 1],
      [insert, 2],
      [insert, 3],
      [remove, null, 1],
      [remove, null, 3],
      [remove, null, null],
      [remove, null, undefined, info],
      [remove, null, undefined, info],
      [remove, null, undefined, info],
      [remove, null, null],
    ];
    expect(play('queue', told('enqueue', 'dequeue'))).toEqual([
      'dequeue -> null: the queue is empty',
      'enqueue 1: the queue holds [1]',
      'enqueue 2: the queue holds [1,2]',
      'enqueue 3: the queue holds [1,2,3]',
      'dequeue -> 1: the queue holds [2,3]',
      'dequeue -> 3: impossible',
      'dequeue -> null: impossible',
      'dequeue: the queue holds [3]',
      'dequeue: the queue is empty',
      'dequeue: the queue is empty',
      'dequeue -> null: the queue is empty',
    ]);
    expect(play('stack', told('push', 'pop'))).toEqual([
      'pop -> null: the stack is empty',
      'push 1: the stack holds [1]',
      'push 2: the stack holds [1,2]',
      'push 3: the stack holds [1,2,3]',
      'pop -> 1: impossible',
      'pop -> 3: the stack holds [1,2]',
      'pop -> null: impossible',
      'pop: the stack holds [1]',
      'pop: the stack is empty',
      'pop: the stack is empty',
      'pop -> null: the stack is empty',
    ]);
  });

  test('a log keeps what was appended, and its offsets count from 0', () => {
    expect(
      play('log', [
        ['read', null, []],
        ['append', 'a', 0],
        ['append', 'b', 0],
        ['append', 'b', 1],
        ['append', 'c'],
        ['append', 'd', undefined, info],
        ['read', null, ['a', 'b', 'c', 'd']],
        ['read', null, ['a', 'b']],
      ]),
    ).toEqual([
      'read -> []: the log is []',
      'append "a" -> 0: the log is ["a"]',
      'append "b" -> 0: impossible',
      'append "b" -> 1: the log is ["a","b"]',
      'append "c": the log is ["a","b","c"]',
      'append "d": the log is ["a","b","c","d"]',
      'read -> ["a","b","c","d"]: the log is ["a","b","c","d"]',
      'read -> ["a","b"]: impossible',
    ]);
  });

  test('a counter counts, and reads nothing but its number', () => {
    expect(
      play('counter', [
        ['read', null, 0],
        ['add', 5],
        ['increment'],
        ['decrement'],
        ['add', -3, undefined, info],
        ['read', null, 2],
        ['read', null, '2'],
        ['read'],
      ]),
    ).toEqual([
      'read -> 0: the counter is 0',
      'add 5: the counter is 5',
      'increment: the counter is 6',
      'decrement: the counter is 5',
      'add -3: the counter is 2',
      'read -> 2: the counter is 2',
      'read -> "2": impossible',
      'read -> null: impossible',
    ]);
  });

  test('a mutex has one holder, and only the holder releases it', () => {
    const by = (process: number): Partial<Operation> => ({ process });
    expect(
      play('mutex', [
        ['release', null, undefined, by(1)],
        ['acquire', null, undefined, by(1)],
        ['acquire', null, undefined, by(1)],
        ['acquire', null, undefined, by(2)],
        ['release', null, undefined, by(2)],
        ['release', null, undefined, { ...info, process: 1 }],
        ['acquire', null, undefined, by(2)],
      ]),
    ).toEqual([
      'release: impossible',
      'acquire: the lock is held by process 1',
      'acquire: impossible',
      'acquire: impossible',
      'release: impossible',
      'release: the lock is free',
      'acquire: the lock is held by process 2',
    ]);
  });

  test('the tokens of a fenced mutex grow, and one that is not known says nothing', () => {
    const by = (process: number): Partial<Operation> => ({ process });
    expect(
      play('fenced-mutex', [
        ['acquire', null, undefined, by(1)],
        ['acquire', null, '5', by(1)],
        ['acquire', null, 5, by(1)],
        ['acquire', null, 6, by(2)],
        ['release', null, undefined, by(2)],
        ['release', null, undefined, by(1)],
        ['acquire', null, 5, by(2)],
        ['acquire', null, undefined, { ...info, process: 2 }],
        ['release', null, undefined, { ...info, process: 2 }],
        ['acquire', null, 4, by(1)],
        ['acquire', null, 7.5, by(1)],
      ]),
    ).toEqual([
      'acquire -> null: impossible',
      'acquire -> "5": impossible',
      'acquire -> 5: the lock is held by process 1, the last token is 5',
      'acquire -> 6: impossible',
      'release: impossible',
      'release: the lock is free, the last token is 5',
      'acquire -> 5: impossible',
      'acquire: the lock is held by process 2, the last token is 5',
      'release: the lock is free, the last token is 5',
      'acquire -> 4: impossible',
      'acquire -> 7.5: the lock is held by process 1, the last token is 7.5',
    ]);
  });

  test('as many processes hold a semaphore as it has permits, and each releases what it holds', () => {
    const by = (process: number): Partial<Operation> => ({ process });
    expect(
      play('semaphore', [
        ['release', null, undefined, by(1)],
        ['acquire', 3, undefined, by(2)],
        ['acquire', 3, undefined, by(1)],
        ['acquire', 2, undefined, by(3)],
        ['acquire', 3, undefined, { ...info, process: 2 }],
        ['acquire', 3, undefined, by(3)],
        ['release', null, undefined, by(3)],
        ['release', null, undefined, by(2)],
        ['release', null, undefined, by(1)],
        ['release', null, undefined, { ...info, process: 2 }],
      ]),
    ).toEqual([
      'release: impossible',
      'acquire one of 3: a permit is held by process 2',
      'acquire one of 3: permits are held by the processes 1, 2',
      'acquire one of 2: impossible',
      'acquire one of 3: permits are held by the processes 1, 2, 2',
      'acquire one of 3: impossible',
      'release: impossible',
      'release: permits are held by the processes 1, 2',
      'release: a permit is held by process 2',
      'release: all permits are free',
    ]);
  });

  test('a text is put and appended to', () => {
    expect(
      play('kv', [
        ['get', null, ''],
        ['append', 'a'],
        ['append', 'b', undefined, info],
        ['get', null, 'ab'],
        ['put', 'c'],
        ['get', null, 'c'],
        ['get', null, null],
      ]),
    ).toEqual([
      'get -> "": the text is ""',
      'append "a": the text is "a"',
      'append "b": the text is "ab"',
      'get -> "ab": the text is "ab"',
      'put "c": the text is "c"',
      'get -> "c": the text is "c"',
      'get -> null: impossible',
    ]);
  });
});

describe('the catalogue', () => {
  test('has every model by its name', () => {
    expect(models.map(model => modelByName(model.name))).toEqual(models);
    expect(models.map(({ name }) => name).join(' ')).toBe(
      'register cas-register set queue stack priority-queue log counter mutex fenced-mutex semaphore kv',
    );
  });

  test('an unknown name is refused with the nearest right one', () => {
    expect(() => modelByName('cas-registre')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_MODEL', hint: 'did you mean "cas-register"?' }),
    );
    expect(() => modelByName('bank')).toThrow(
      expect.objectContaining({
        message: 'there is no model "bank"',
        hint: expect.stringContaining('mutex') as string,
      }),
    );
  });

  test('every model names the operations that it knows and describes, and judges each key apart', () => {
    for (const model of models) {
      expect(model.summary).not.toBe('');
      for (const f of model.functions) {
        const asked = operation([f, f === 'cas' ? [1, 2] : 1, undefined, { key: 'x' }]);
        expect(model.describe.operation(asked)).toContain(f);
        expect(model.partition?.(asked)).toBe('x');
      }
    }
  });

  test('arguments of the wrong shape are told in words', () => {
    const complaints = [
      modelByName('cas-register').malformed?.(operation(['cas', 5])),
      modelByName('cas-register').malformed?.(operation(['cas', [1]])),
      modelByName('counter').malformed?.(operation(['add', '5'])),
      modelByName('queue').malformed?.(operation(['enqueue', null])),
      modelByName('kv').malformed?.(operation(['put', 5])),
      modelByName('semaphore').malformed?.(operation(['acquire'])),
      modelByName('semaphore').malformed?.(operation(['acquire', 0])),
      modelByName('cas-register').malformed?.(operation(['cas', [1, 2]])),
      modelByName('kv').malformed?.(operation(['get'])),
      modelByName('semaphore').malformed?.(operation(['release'])),
    ];
    expect(complaints).toEqual([
      'the value of a cas is [from, to]',
      'the value of a cas is [from, to]',
      'the value of add is the number that is added',
      'the value of enqueue cannot be null: null comes out when it is empty',
      'the value of put is a text',
      'the value of acquire is the number of permits that the semaphore has',
      'the value of acquire is the number of permits that the semaphore has',
      null,
      null,
      null,
    ]);
  });
});
