/**
 * What tests ask of a check result: kinds and sentences, and that the cited operations show the violation by themselves.
 */
import { expect } from 'vitest';
import { type Anomaly, type Checker, type CheckResult, defaultBudget } from '../../src/checker/checker.ts';
import { eventsOf, historyFromEvents } from '../../src/history/assemble.ts';
import type { History } from '../../src/history/history.ts';

export function verdictOf(checker: Checker, history: History): CheckResult {
  const result = checker.check(history, defaultBudget);
  if (result.validity === 'invalid') for (const anomaly of result.anomalies) expectEvidence(checker, history, anomaly);
  return result;
}

/** `valid`, `unknown no-data`, or the kinds of the anomalies, sorted, each once. */
export function shortVerdict(checker: Checker, history: History): string {
  const result = verdictOf(checker, history);
  if (result.validity === 'unknown') return `unknown ${result.reason}`;
  if (result.validity === 'valid') return 'valid';
  return [...new Set(result.anomalies.map(({ kind }) => kind))].toSorted().join(' ');
}

/** The explanations, for an exact comparison. */
export function explanations(checker: Checker, history: History): readonly string[] {
  const result = verdictOf(checker, history);
  return result.validity === 'invalid' ? result.anomalies.map(({ explanation }) => explanation) : [result.summary];
}

/** A history of nothing but the cited operations, with phases, faults and copies, shows an anomaly of the same kind. */
export function expectEvidence(checker: Checker, history: History, anomaly: Anomaly): void {
  const ids = new Set(anomaly.operations);
  expect(ids.size, 'every operation is cited once').toBe(anomaly.operations.length);
  const calls = new Set([...ids].map(id => history.operations.get(id).call));
  const open = new Set<number>();
  const events = [...eventsOf(history)].filter(event => {
    if (!('process' in event)) return true;
    if (event.type !== 'invoke') return open.delete(event.process);
    if (calls.has(event.index)) open.add(event.process);
    return calls.has(event.index);
  });
  const excerpt = checker.check(historyFromEvents(history.header, events), defaultBudget);
  const kinds = excerpt.validity === 'invalid' ? excerpt.anomalies.map(({ kind }) => kind) : [];
  expect(kinds, `#${anomaly.operations.join(', #')} show by themselves: ${anomaly.explanation}`).toContain(
    anomaly.kind,
  );
}
