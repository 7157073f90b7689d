import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { limit } from '../../../src/generator/limits.ts';
import { workloadByName, workloads } from '../../../src/generator/workloads/catalogue.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';
import { groupBy, type Simulated, type SimulateOptions, simulate } from '../simulate.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const concurrency = 10;

type Operations = readonly Simulated<Invocation>[];

function run(name: string, count: number, options: SimulateOptions<Invocation> & { seed?: string } = {}): Operations {
  const random = Random.fromSeed(options.seed ?? 'workloads');
  const main = workloadByName(name).main({ random, nodes, concurrency });
  return simulate(limit(count, main), { threads: concurrency, nodes, mostOperations: count, ...options });
}

function shares(operations: Operations): Record<string, number> {
  const groups = [...groupBy(operations, ({ value }) => value.f)];
  return Object.fromEntries(groups.map(([f, group]) => [f, group.length / operations.length]));
}

const jitter = (index: number): number => ((index * 7919) % 31) * 1e5;

describe.each(workloads.map(workload => workload.name))('%s', name => {
  const workload = workloadByName(name);

  test('asks only for what it says it asks for, and for all of it', () => {
    const asked = new Set(run(name, 2000).map(({ value }) => value.f));
    // What was never polled is never committed; without answers nothing is.
    if (name === 'kafka') asked.add('commit_offsets');
    expect(asked).toEqual(new Set(workload.functions));
  });

  test('the same seed asks the same, another seed something else', () => {
    const first = run(name, 300).map(({ value }) => value);
    expect(run(name, 300).map(({ value }) => value)).toEqual(first);
    if (name === 'echo' || name === 'unique-ids') return;
    expect(run(name, 300, { seed: 'other' }).map(({ value }) => value)).not.toEqual(first);
  });

  test('is endless, and goes on when nothing ever succeeds', () => {
    for (const type of ['fail', 'info'] as const) {
      expect(run(name, 3000, { outcome: () => ({ type }), latencyNanos: jitter })).toHaveLength(3000);
    }
  });

  test('every value is JSON', () => {
    const asked = [...run(name, 500).map(({ value }) => value), ...workload.finalReads(['k1'])];
    expect(JSON.parse(JSON.stringify(asked))).toEqual(asked);
  });

  test('its final reads are among its own operations', () => {
    for (const { f } of workload.finalReads(['k1', 'k2'])) expect(workload.functions).toContain(f);
  });
});

test.each([
  ['echo', []],
  ['unique-ids', []],
  ['locked-set', [{ f: 'read', key: null, value: null }]],
  ['broadcast', [{ f: 'read', key: null, value: null }]],
  ['g-set', [{ f: 'read', key: null, value: null }]],
  ['g-counter', [{ f: 'read', key: null, value: null }]],
  ['pn-counter', [{ f: 'read', key: null, value: null }]],
  [
    'lin-kv',
    [
      { f: 'read', key: 3, value: null },
      { f: 'read', key: 4, value: null },
    ],
  ],
  [
    'lww-map',
    [
      { f: 'get', key: 3, value: null },
      { f: 'get', key: 4, value: null },
    ],
  ],
  ['kafka', [{ f: 'poll', key: null, value: { k1: 0, k2: 0, k3: 0 } }]],
])('the final reads of %s show everything', (name, reads) => {
  expect(workloadByName(name).finalReads([3, 4])).toEqual(reads);
});

test.each(['broadcast', 'g-set'])('%s puts in 0, 1, 2, ..., each once, and reads ever more rarely', name => {
  const operations = run(name, 20_000);
  const elements = operations.filter(({ value }) => value.f !== 'read').map(({ value }) => value.value);
  expect(elements).toEqual(elements.map((_, index) => index));
  const early = operations.slice(0, 1000).filter(({ value }) => value.f === 'read').length;
  const late = operations.slice(19_000).filter(({ value }) => value.f === 'read').length;
  expect(early / 1000).toBeCloseTo(0.2, 1);
  expect(late).toBeGreaterThan(0);
  expect(late).toBeLessThan(40);
});

test('counters add small deltas, the growing one none below zero', () => {
  const deltas = (name: string) =>
    run(name, 2000)
      .filter(({ value }) => value.f === 'add')
      .map(({ value }) => value.value as number);
  expect(new Set(deltas('g-counter'))).toEqual(new Set([1, 2, 3, 4, 5]));
  expect(new Set(deltas('pn-counter'))).toEqual(new Set([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]));
  expect(shares(run('pn-counter', 2000))['read']).toBeCloseTo(0.5, 1);
});

describe('lin-kv', () => {
  /** One copy of the data, that answers when the operation begins. */
  function register(): (invocation: Invocation) => Completion {
    const store = new Map<unknown, unknown>();
    return ({ f, key, value }) => {
      const held = store.get(key) ?? null;
      if (f === 'read') return { type: 'ok', value: held };
      const [expected, next] = f === 'cas' ? (value as [unknown, unknown]) : [held, value];
      if (expected !== held) return { type: 'fail', value: 'refused' };
      store.set(key, next);
      return { type: 'ok' };
    };
  }

  test('reads half, writes a third, compares the rest, and a good part of those succeed', () => {
    const answer = register();
    const ended = new Map<number, Completion>();
    const operations = run('lin-kv', 5000, {
      latencyNanos: jitter,
      outcome(value, index) {
        const completion = answer(value);
        ended.set(index, completion);
        return completion;
      },
    });
    const share = shares(operations);
    expect(share['read']).toBeCloseTo(0.5, 1);
    expect(share['write']).toBeCloseTo(0.3, 1);
    expect(share['cas']).toBeCloseTo(0.2, 1);
    const cas = operations.flatMap(({ value }, index) => (value.f === 'cas' ? [ended.get(index)] : []));
    const succeeded = cas.filter(completion => completion?.type === 'ok').length / cas.length;
    expect(succeeded).toBeGreaterThan(0.4);
    expect(succeeded).toBeLessThan(0.95);
  });

  test('values written to a key are 1, 2, 3, ..., and a cas never expects a missing one', () => {
    const operations = run('lin-kv', 5000, { latencyNanos: jitter, outcome: register() });
    for (const [, ofKey] of groupBy(operations, ({ value }) => value.key)) {
      const written = ofKey.flatMap(({ value: { f, value } }) =>
        f === 'write' ? [value] : f === 'cas' ? [(value as unknown[])[1]] : [],
      );
      expect(written).toEqual(written.map((_, index) => index + 1));
      for (const { value } of ofKey) if (value.f === 'cas') expect((value.value as unknown[])[0]).toBeGreaterThan(0);
    }
  });

  test('a cas expects what was last seen on its key', () => {
    const operations = run('lin-kv', 400, { threads: 1, outcome: register() });
    const held = new Map<unknown, unknown>();
    let seen = 0;
    for (const { value } of operations) {
      if (value.f === 'write') held.set(value.key, value.value);
      if (value.f !== 'cas') continue;
      const [expected, next] = value.value as [unknown, unknown];
      expect(expected).toBe(held.get(value.key));
      held.set(value.key, next);
      seen++;
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('which operation comes n-th, on which key, with which new value, follows from the seed alone', () => {
    const choices = (options: SimulateOptions<Invocation>) =>
      run('lin-kv', 3000, options).map(({ value: { f, key, value } }) =>
        f === 'cas' ? [f, key, (value as unknown[])[1]] : [f, key, value],
      );
    const calm = choices({ threads: 1 });
    expect(choices({ latencyNanos: jitter, outcome: register() })).toEqual(calm);
    expect(choices({ threads: 7, outcome: () => ({ type: 'info' }) })).toEqual(calm);
  });

  test('about five keys are in use at a time, each for 60 to 120 operations', () => {
    const operations = run('lin-kv', 6000);
    const lengths = [...groupBy(operations, ({ value }) => value.key)].slice(0, 40).map(([, ofKey]) => ofKey.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(120);
    for (let from = 0; from < 6000; from += 50) {
      const used = new Set(operations.slice(from, from + 50).map(({ value }) => value.key));
      expect(used.size).toBeLessThanOrEqual(8);
      expect(used.size).toBeGreaterThanOrEqual(3);
    }
  });

  test('every key is used from every node', () => {
    const operations = run('lin-kv', 2000, { latencyNanos: jitter });
    for (const [key, ofKey] of groupBy(operations, ({ value }) => value.key)) {
      if (Number(key) < 10) expect(new Set(ofKey.map(({ thread }) => thread % 5)).size).toBe(5);
    }
  });

  test('answers that are nonsense do it no harm', () => {
    const nonsense = [undefined, 'x', { a: 1 }, [1, 2], null, -1];
    const operations = run('lin-kv', 2000, {
      outcome: (_value, index) => ({ type: 'ok', value: nonsense[index % nonsense.length] }),
    });
    for (const { value } of operations)
      if (value.f === 'cas') expect(value.value).toEqual([expect.any(Number), expect.any(Number)]);
  });
});

describe('lww-map', () => {
  const operations = run('lww-map', 6000, { latencyNanos: jitter });

  test('half of it gets, puts differ from each other, few keys', () => {
    const share = shares(operations);
    expect(share['get']).toBeCloseTo(0.5, 1);
    expect(share['put']).toBeCloseTo(0.33, 1);
    const put = operations.filter(({ value }) => value.f === 'put').map(({ value }) => value.value);
    expect(new Set(put).size).toBe(put.length);
    expect(new Set(operations.map(({ value }) => value.key)).size).toBe(5);
  });

  test('get, change, get of one key at one node comes all the time', () => {
    let found = 0;
    for (const [, own] of groupBy(operations, ({ thread }) => thread)) {
      for (let index = 2; index < own.length; index++) {
        const [before, change, after] = own.slice(index - 2, index + 1).map(({ value }) => value);
        if (before?.key !== change?.key || change?.key !== after?.key) continue;
        if (before?.f === 'get' && change?.f !== 'get' && after?.f === 'get') found++;
      }
    }
    expect(found / operations.length).toBeGreaterThan(0.25);
  });

  test('what a thread does follows from the seed alone', () => {
    const byThread = (options: SimulateOptions<Invocation>) =>
      groupBy(run('lww-map', 2000, options), ({ thread }) => thread);
    const calm = byThread({});
    for (const [thread, own] of byThread({ latencyNanos: jitter, outcome: () => ({ type: 'info' }) })) {
      const length = Math.min(own.length, (calm.get(thread) as unknown[]).length);
      expect(own.slice(0, length).map(({ value }) => value)).toEqual(
        calm
          .get(thread)
          ?.slice(0, length)
          .map(({ value }) => value),
      );
    }
  });
});

describe('kafka', () => {
  /** Logs in memory; a poll brings at most three messages of each key. */
  function logs(): (invocation: Invocation) => Completion {
    const stored = new Map<string, number[]>();
    return ({ f, key, value }) => {
      if (f === 'send') {
        const log = stored.get(String(key)) ?? [];
        stored.set(String(key), [...log, value as number]);
        return { type: 'ok', value: log.length };
      }
      if (f !== 'poll') return { type: 'ok', value: {} };
      const messages = Object.entries(value as Record<string, number>).map(([polled, offset]) => [
        polled,
        (stored.get(polled) ?? []).map((message, index) => [index, message]).slice(offset, offset + 3),
      ]);
      return { type: 'ok', value: Object.fromEntries(messages) };
    };
  }

  test('sends numbers that differ, polls, commits and lists', () => {
    const operations = run('kafka', 5000, { latencyNanos: jitter, outcome: logs() });
    const share = shares(operations);
    expect(share['send']).toBeCloseTo(0.45, 1);
    expect(share['poll']).toBeCloseTo(0.4, 1);
    expect(share['commit_offsets']).toBeGreaterThan(0.05);
    expect(share['list_committed_offsets']).toBeGreaterThan(0.03);
    const sent = operations.filter(({ value }) => value.f === 'send').map(({ value }) => value.value);
    expect(new Set(sent).size).toBe(sent.length);
  });

  test('each thread polls from where it has got to, and commits only what it has polled', () => {
    const polled = new Map<number, Record<string, number>>();
    const answers: Completion[] = [];
    const answer = logs();
    const operations = run('kafka', 3000, {
      outcome(value) {
        const completion = answer(value);
        answers.push(completion);
        return completion;
      },
    });
    let commits = 0;
    operations.forEach(({ thread, value: { f, value } }, index) => {
      const reached = polled.get(thread) ?? {};
      if (f === 'poll') {
        for (const [key, offset] of Object.entries(value as object)) expect(offset).toBe(reached[key] ?? 0);
        const messages = Object.entries(answers[index]?.value as Record<string, [number, number][]>);
        for (const [key, list] of messages)
          if (list.length > 0) reached[key] = (list.at(-1) as [number, number])[0] + 1;
        polled.set(thread, reached);
      }
      if (f === 'commit_offsets') {
        commits++;
        for (const [key, offset] of Object.entries(value as object)) expect(offset).toBe((reached[key] as number) - 1);
      }
    });
    expect(commits).toBeGreaterThan(100);
  });

  test('answers that are nonsense do it no harm, and positions never go back', () => {
    const nonsense = [
      null,
      7,
      'x',
      [],
      { k1: 3 },
      { k1: [['a', 1], null, 5, [2.5, 1]] },
      {
        k2: [
          [4, 1],
          [2, 9],
        ],
      },
    ];
    const operations = run('kafka', 2000, {
      outcome: (_value, index) => ({ type: 'ok', value: nonsense[index % nonsense.length] }),
    });
    for (const { value } of operations) {
      if (value.f !== 'poll') continue;
      expect(Object.keys(value.value as object)).toEqual(['k1', 'k2', 'k3']);
      expect((value.value as Record<string, number>)['k1']).toBe(0);
      expect([0, 5]).toContain((value.value as Record<string, number>)['k2']);
    }
  });
});

describe('the catalogue', () => {
  test('has these workloads', () => {
    expect(workloads.map(({ name, model, checkers }) => [name, model, checkers.join(' ')])).toEqual([
      ['echo', null, 'echo'],
      ['unique-ids', null, 'unique-ids'],
      ['broadcast', null, 'set convergence'],
      ['g-set', null, 'set convergence'],
      ['g-counter', null, 'counter convergence'],
      ['pn-counter', null, 'counter convergence'],
      ['lww-map', null, 'overwritten convergence'],
      ['lin-kv', 'cas-register', 'linearizable convergence'],
      ['locked-set', null, 'set convergence'],
      ['kafka', null, 'kafka'],
    ]);
  });

  test('names the nearest workload for one that is not there', () => {
    expect(() => workloadByName('lin-vk')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_WORKLOAD',
        message: 'there is no workload "lin-vk"',
        hint: 'did you mean "lin-kv"?',
        exit: 64,
      }),
    );
    expect(() => workloadByName('bank')).toThrow(
      expect.objectContaining({
        hint: 'one of echo, unique-ids, broadcast, g-set, g-counter, pn-counter, lww-map, lin-kv, locked-set, kafka',
      }),
    );
  });
});
