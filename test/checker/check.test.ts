import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, type SimpleEvent } from '../../src/checker/check.ts';
import { modelByName } from '../../src/model/catalogue.ts';

const invoke = (process: number, f: string, value: unknown = null, key: string | null = null): SimpleEvent => ({
  type: 'invoke',
  process,
  f,
  value,
  key,
});
const ok = (process: number, value?: unknown): SimpleEvent => ({ type: 'ok', process, value });
const register = modelByName('register');

const stale = [...[invoke(0, 'write', 1), ok(0), invoke(0, 'write', 2), ok(0)], ...[invoke(1, 'read'), ok(1, 1)]];

describe('the front door', () => {
  test('judges a list of what happened', () => {
    const concurrent = [invoke(0, 'write', 1), invoke(1, 'read'), ok(1, 1), ok(0)];
    expect(check(concurrent, register)).toMatchObject({
      validity: 'valid',
      witness: [{ key: null, order: Int32Array.of(0, 1) }],
      stats: { operations: 2, algorithm: 'register-zones' },
    });
    const result = check(stale, register);
    expect(result.validity === 'invalid' && result.anomalies[0]).toMatchObject({
      signature: 'linearizable:register:stale-read',
      operations: [0, 1, 2],
    });
  });

  test('says in one sentence which operation cannot be explained, when no more is wanted', () => {
    const result = check(stale, register, { explain: false });
    expect(result.validity === 'invalid' && result.anomalies[0].explanation).toBe(
      'When read -> 1 (#2) returned, no order explained every answer any more.',
    );
  });

  test('tells how many keys are wrong, or ends with the first', () => {
    const keys = ['x', 'y', 'z'];
    const events = keys.flatMap((key, process) => [
      invoke(process, 'write', 1, key),
      ok(process),
      invoke(process, 'read', null, key),
      ok(process, key === 'x' ? 1 : 2),
    ]);
    expect(check(events, register)).toMatchObject({ validity: 'invalid', stats: { parts: 3, invalid: 2 } });
    expect(check(events, register).summary).toContain(', nor do those on 1 other key');
    expect(check(events, register, { bail: true })).toMatchObject({ validity: 'invalid', stats: { invalid: 1 } });
  });

  test('gives up honestly when the budget is spent', () => {
    const twice = Array.from({ length: 24 }, (_, process) => invoke(process, 'enqueue', process >> 1));
    const out = Array.from({ length: 24 }, (_, turn) => [invoke(99, 'dequeue'), ok(99, (turn % 23) >> 1)]).flat();
    const all = [...twice, ...Array.from({ length: 24 }, (_, process) => ok(process)), ...out];
    expect(check(all, modelByName('queue'), { states: 1_000 })).toMatchObject({
      validity: 'unknown',
      reason: 'states',
    });
  });

  test('refuses what cannot have happened in this order, and what the model does not know', () => {
    expect(() => check([ok(0)], register)).toThrow('event 0: process 0 completes');
    expect(() => check([invoke(0, 'write', 1), invoke(0, 'read')], register)).toThrow('event 1: process 0');
    expect(() => check([invoke(0, 'pop'), ok(0)], register)).toThrow('does not know the operation "pop"');
  });

  test('needs nothing of Node, so that it runs in a browser', () => {
    const source = resolve(import.meta.dirname, '../../src');
    const open = [join(source, 'checker/check.ts'), join(source, 'model/catalogue.ts')];
    const seen = new Set(open);
    const foreign: string[] = [];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm);
      for (const [, specifier = ''] of imports) {
        if (!specifier.startsWith('.')) foreign.push(`${file.slice(source.length + 1)}: ${specifier}`);
        const path = resolve(dirname(file), specifier);
        if (!specifier.startsWith('.') || seen.has(path)) continue;
        seen.add(path);
        open.push(path);
      }
    }
    expect(foreign).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  });
});
