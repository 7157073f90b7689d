/**
 * What comes back is what was sent: the smallest check that requests and answers are not mixed up.
 */
import type { History } from '../history/history.ts';
import { canonicalText } from '../history/intern.ts';
import type { Checker, CheckResult } from './checker.ts';
import { createFindings } from './findings.ts';
import { atNode, countOf, showValue } from './words.ts';

export const echo: Checker = {
  name: 'echo',
  summary: 'every answer is what was asked',
  check,
};

function check(history: History): CheckResult {
  const findings = createFindings('echo', { 'wrong-echo': 'wrong answer' });
  let answers = 0;
  for (const operation of history.operations) {
    if (operation.f !== 'echo' || operation.outcome !== 'ok') continue;
    answers++;
    const { input, output } = operation;
    if (canonicalText(input ?? null) === canonicalText(output ?? null)) continue;
    findings.add('wrong-echo', () => ({
      explanation: `${atNode(operation)} was asked to echo ${showValue(input)} and answered ${showValue(output)}.`,
      operations: [operation.id],
    }));
  }
  return findings.result({
    stats: { answers },
    summary: `${countOf(answers, 'answer')}, each what was asked`,
    missing: answers === 0 ? 'no echo was answered' : null,
  });
}
