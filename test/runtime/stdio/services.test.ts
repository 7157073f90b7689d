import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { present } from '../../../src/base/assert.ts';
import { Random } from '../../../src/base/random.ts';
import type { Body } from '../../../src/runtime/stdio/message.ts';
import { canonical } from '../../../src/runtime/stdio/service-steps.ts';
import { type Service, services } from '../../../src/runtime/stdio/services.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const runs = fuzzRuns(200);

function service(name: string, seed: string | number = 'seed'): Service {
  return present(services(Random.fromSeed(seed)).get(name));
}

const read = (key: unknown): Body => ({ type: 'read', key });
const write = (key: unknown, value: unknown): Body => ({ type: 'write', key, value });
const cas = (key: unknown, from: unknown, to: unknown): Body => ({ type: 'cas', key, from, to });

describe('lin-kv', () => {
  test('answers reads, writes and cas with the words and codes of Maelstrom', () => {
    const kv = service('lin-kv');
    const answers = [
      read('x'),
      cas('x', 1, 2),
      write('x', 1),
      read('x'),
      cas('x', 0, 2),
      cas('x', 1, 2),
      read('x'),
      { ...cas('y', null, 5), create_if_not_exists: true },
      read('y'),
      { ...cas('y', 4, 6), create_if_not_exists: true },
    ].map(body => kv.handle('n1', body));
    expect(answers).toEqual([
      { type: 'error', code: 20, text: 'key does not exist' },
      { type: 'error', code: 20, text: 'key does not exist' },
      { type: 'write_ok' },
      { type: 'read_ok', value: 1 },
      { type: 'error', code: 22, text: 'current value 1 is not 0' },
      { type: 'cas_ok' },
      { type: 'read_ok', value: 2 },
      { type: 'cas_ok' },
      { type: 'read_ok', value: 5 },
      { type: 'error', code: 22, text: 'current value 5 is not 4' },
    ]);
  });

  test('says what is wrong with a request: 10 for an unknown one, 12 for one that lacks a field', () => {
    const kv = service('lin-kv');
    expect(
      [{ type: 'delete', key: 1 }, {}, { type: 'read' }, { type: 'write', key: 1 }].map(body => kv.handle('n1', body)),
    ).toEqual([
      { type: 'error', code: 10, text: 'there is no "delete" here' },
      { type: 'error', code: 10, text: 'there is no null here' },
      { type: 'error', code: 12, text: 'read needs "key"' },
      { type: 'error', code: 12, text: 'write needs "value"' },
    ]);
  });

  test('keys and values are compared as JSON, whatever the order of their fields; 1 and "1" are two keys', () => {
    const kv = service('lin-kv');
    kv.handle('n1', write({ a: 1, b: [2] }, { c: 3, d: 4 }));
    expect(kv.handle('n2', cas({ b: [2], a: 1 }, { d: 4, c: 3 }, 'new'))).toEqual({ type: 'cas_ok' });
    expect(kv.handle('n2', read({ a: 1, b: [2] }))).toEqual({ type: 'read_ok', value: 'new' });
    kv.handle('n1', write(1, 'number'));
    kv.handle('n1', write('1', 'text'));
    expect(kv.handle('n1', read(1))).toEqual({ type: 'read_ok', value: 'number' });
    kv.handle('n1', write('null', null));
    expect(kv.handle('n1', read('null'))).toEqual({ type: 'read_ok', value: null });
  });
});

describe('lin-tso', () => {
  test('counts from zero, and gives nothing away on a bad request', () => {
    const oracle = service('lin-tso');
    expect([{ type: 'ts' }, { type: 'time' }, { type: 'ts' }].map(body => oracle.handle('n1', body))).toEqual([
      { type: 'ts_ok', ts: 0 },
      { type: 'error', code: 10, text: 'there is no "time" here' },
      { type: 'ts_ok', ts: 1 },
    ]);
  });
});

describe('seq-kv', () => {
  test('a client that only reads may see any of the last 32 states, none older, and never goes back', () => {
    const kv = service('seq-kv');
    for (let value = 1; value <= 100; value++) kv.handle('writer', write('x', value));
    const firsts = new Set<unknown>();
    for (let client = 0; client < 2_000; client++) {
      const seen = [0, 1, 2, 3].map(() => kv.handle(`reader${client}`, read('x'))['value'] as number);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      firsts.add(seen[0]);
    }
    expect([...firsts].map(Number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 32 }, (_, index) => 69 + index),
    );
  });

  test('a client sees its own writes', () => {
    const kv = service('seq-kv');
    for (let value = 0; value < 50; value++) {
      kv.handle('n2', write('y', value));
      kv.handle('n1', write('x', value));
      expect(kv.handle('n1', read('x'))).toEqual({ type: 'read_ok', value });
    }
  });

  test('a request that changes something acts on the newest state', () => {
    const kv = service('seq-kv');
    for (let value = 0; value < 50; value++) {
      kv.handle('n1', write('x', value));
      expect(kv.handle(`c${value}`, { ...cas('lock', null, value), create_if_not_exists: value === 0 }).type).toBe(
        value === 0 ? 'cas_ok' : 'error',
      );
    }
  });

  test('is sequentially consistent: one order of all operations explains what every client saw', () => {
    const operation = fc.record({
      client: fc.constantFrom('n1', 'n2', 'n3'),
      body: fc.oneof(
        fc.constantFrom('x', 'y').map(read),
        fc.tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 2 })).map(([key, value]) => write(key, value)),
        fc
          .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))
          .map(([key, from, to]) => cas(key, from, to)),
      ),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 9 }), fc.integer(), (operations, seed) => {
        const kv = service('seq-kv', seed);
        const seen = operations.map(({ client, body }) => ({ client, body, reply: kv.handle(client, body) }));
        const perClient = ['n1', 'n2', 'n3'].map(name => seen.filter(({ client }) => client === name));
        expect(explains(perClient, new Map())).toBe(true);
      }),
      { numRuns: runs },
    );
  });
});

describe('lww-kv', () => {
  test('replicas disagree for a while and come to agree on the write with the latest time', () => {
    const kv = service('lww-kv');
    for (let value = 1; value <= 20; value++) kv.handle('n1', write('x', value));
    const during = new Set(Array.from({ length: 20 }, () => canonical(kv.handle('n1', read('x')))));
    expect(during.size).toBeGreaterThan(1);
    for (let turn = 0; turn < 500; turn++) kv.handle('n1', read('x'));
    const after = new Set(Array.from({ length: 100 }, () => canonical(kv.handle('n1', read('x')))));
    expect(after.size).toBe(1);
  });

  test('a read right after a write finds it or, on a replica that has not learned of it, nothing', () => {
    const kv = service('lww-kv');
    const answers = new Set<string>();
    for (let key = 0; key < 50; key++) {
      kv.handle('n1', write(key, `value of ${key}`));
      answers.add(canonical(kv.handle('n2', read(key))).replace(`of ${key}`, 'of it'));
    }
    expect([...answers].toSorted()).toEqual([
      '{"code":20,"text":"key does not exist","type":"error"}',
      '{"type":"read_ok","value":"value of it"}',
    ]);
  });

  test('the same seed makes the same choices', () => {
    const history = (seed: number): Body[] => {
      const kv = service('lww-kv', seed);
      return Array.from({ length: 50 }, (_, turn) => kv.handle('n1', turn % 2 === 0 ? write('x', turn) : read('x')));
    };
    expect(history(1)).toEqual(history(1));
    expect(history(1)).not.toEqual(history(2));
  });
});

interface Seen {
  readonly body: Body;
  readonly reply: Body;
}

/** Brute force: whether the clients' operations can be interleaved so that one plain map gives all the replies. */
function explains(clients: readonly (readonly Seen[])[], state: ReadonlyMap<string, unknown>): boolean {
  if (clients.every(operations => operations.length === 0)) return true;
  return clients.some((operations, index) => {
    const [first, ...rest] = operations;
    if (!first) return false;
    const next = new Map(state);
    return canonical(plain(next, first.body)) === canonical(first.reply) && explains(clients.with(index, rest), next);
  });
}

function plain(state: Map<string, unknown>, body: Body): Body {
  const key = String(body['key']);
  const current = state.get(key);
  if (body.type === 'write') {
    state.set(key, body['value']);
    return { type: 'write_ok' };
  }
  if (current === undefined) return { type: 'error', code: 20, text: 'key does not exist' };
  if (body.type === 'read') return { type: 'read_ok', value: current };
  if (current !== body['from']) {
    return { type: 'error', code: 22, text: `current value ${canonical(current)} is not ${canonical(body['from'])}` };
  }
  state.set(key, body['to']);
  return { type: 'cas_ok' };
}
