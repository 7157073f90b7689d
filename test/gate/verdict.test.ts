/**
 * The lattice of verdicts: which finding wins over which, and which exit code it has.
 */
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/checker/checker.ts';
import type { Judgement } from '../../src/checker/judge.ts';
import { conclude, gravest } from '../../src/gate/verdict.ts';
import type { RunFacts } from '../../src/run/run.ts';

const valid: CheckResult = { checker: 'a', validity: 'valid', summary: 'all is well', stats: {} };
const invalid: CheckResult = {
  checker: 'b',
  validity: 'invalid',
  summary: 'one anomaly',
  stats: {},
  anomalies: [{ kind: 'x', key: null, signature: 'x', explanation: 'x', operations: [] }],
};
const exhausted: CheckResult = {
  checker: 'c',
  validity: 'unknown',
  reason: 'timeout',
  detail: 'too hard',
  summary: '',
  stats: {},
};
const nothing: CheckResult = {
  checker: 'd',
  validity: 'unknown',
  reason: 'no-data',
  detail: 'no read',
  summary: '',
  stats: {},
};
const crashed: CheckResult = {
  checker: 'e',
  validity: 'unknown',
  reason: 'crash',
  detail: 'a bug',
  summary: '',
  stats: {},
};
const calm: RunFacts = { errors: [], crashed: null, interrupted: false, skipped: [] };

function verdictOf(results: readonly CheckResult[], facts: Partial<RunFacts> = {}): string {
  const { verdict, exit, reasons } = conclude({ results } as Judgement, { ...calm, ...facts });
  return `${verdict} ${exit}: ${reasons.join(' / ')}`;
}

describe('the verdict of a run', () => {
  test('is the gravest of what was found', () => {
    expect(verdictOf([valid])).toBe('pass 0: a: all is well');
    expect(verdictOf([valid, nothing])).toBe('vacuous 3: d: no read');
    expect(verdictOf([nothing, exhausted])).toBe('unknown 2: c: too hard');
    expect(verdictOf([exhausted, nothing], { errors: ['n2 did not come back'] })).toBe(
      'error 70: n2 did not come back',
    );
    expect(verdictOf([exhausted, invalid, nothing], { errors: ['n2 did not come back'] })).toBe(
      'fail 1: b: one anomaly',
    );
  });

  test('is fail when a node died that nobody had killed', () => {
    expect(verdictOf([valid], { crashed: 'n1 exited with code 2' })).toBe('fail 1: n1 exited with code 2');
  });

  test('keeps its word when the run was interrupted, but exits with 130', () => {
    expect(verdictOf([invalid], { interrupted: true })).toBe('fail 130: b: one anomaly');
    expect(verdictOf([valid], { interrupted: true })).toBe('pass 130: a: all is well');
  });

  test('is error when a checker of ours crashed: nobody should think that the budget was too small', () => {
    expect(verdictOf([valid, crashed])).toBe('error 70: e: a bug');
  });
});

describe('the exit code over several histories', () => {
  test('an unknown never hides an invalid one', () => {
    expect(gravest([0, 2, 1, 3])).toBe(1);
    expect(gravest([0, 3, 2])).toBe(2);
    expect(gravest([0, 2, 70])).toBe(70);
    expect(gravest([0, 0])).toBe(0);
    expect(gravest([])).toBe(0);
  });
});
