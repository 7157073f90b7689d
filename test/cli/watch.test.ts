/** Two checkers that do not agree: one of them is wrong, and nobody must miss it. */
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/checker/checker.ts';
import type { Judgement } from '../../src/checker/judge.ts';
import { withFalseAlarm } from '../../src/cli/watch.ts';
import { conclude } from '../../src/gate/verdict.ts';
import type { RunFacts } from '../../src/run/run.ts';

const calm: RunFacts = { errors: [], crashed: null, interrupted: false, skipped: [] };
const early: RunFacts = { ...calm, endedEarly: 'no order explains read -> 3 (#7, event 12)' };

function judged(validity: CheckResult['validity']): Judgement {
  const rest = { anomalies: [], reason: 'timeout', detail: 'too hard' };
  return {
    results: [{ checker: 'linearizable', validity, summary: 'a sentence', stats: {}, ...rest }],
  } as unknown as Judgement;
}

function verdictOf(facts: RunFacts, validity: CheckResult['validity']): string {
  const judgement = judged(validity);
  const { verdict, exit, reasons } = conclude(judgement, withFalseAlarm(facts, judgement));
  return `${verdict} ${exit}: ${reasons.join(' / ')}`;
}

describe('a run that was ended early', () => {
  test('fails when the whole history cannot be explained either', () => {
    expect(verdictOf(early, 'invalid')).toBe('fail 1: linearizable: a sentence');
  });

  test('is a bug of ours when the whole history can be explained', () => {
    expect(verdictOf(early, 'valid')).toBe(
      'error 70: THIS IS A BUG OF ORDEAL, not of your system; please report it with the history: the run was ended because no order explains read -> 3 (#7, event 12), but the checker of the whole history found an order',
    );
  });

  test('is unknown when nobody can tell', () => {
    expect(verdictOf(early, 'unknown')).toBe('unknown 2: linearizable: too hard');
  });

  test('is as ever when it was not ended early', () => {
    expect(verdictOf(calm, 'valid')).toBe('pass 0: linearizable: a sentence');
  });
});
