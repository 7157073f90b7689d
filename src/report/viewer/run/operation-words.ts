/**
 * What an operation is called on the page, and how its outcome looks.
 */
import type { ReportOperations } from '../../data.ts';
import { showForeign } from '../../shown-text.ts';

export const outcomes = ['ok', 'fail', 'info'] as const;
export type OutcomeName = (typeof outcomes)[number];

/** Not by colour alone: a mark for each. */
export const outcomeMarks: Readonly<Record<OutcomeName, string>> = { ok: '●', fail: '○', info: '◐' };

export const outcomeMeanings: Readonly<Record<OutcomeName, string>> = {
  ok: 'it happened',
  fail: 'it certainly did not happen',
  info: 'nobody knows: it may have happened, or may happen at any later time',
};

export function outcomeOf(operations: ReportOperations, id: number): OutcomeName {
  return outcomes[operations.outcome[id] as number] as OutcomeName;
}

/** `write 5`, `read → 8`, `cas [8,9] → refused`; the key is left to the place where it stands. */
export function operationWords(operations: ReportOperations, id: number, longest = 60): string {
  const f = showForeign(operations.functions[operations.f[id] as number] ?? '', longest);
  const given = valueText(operations, operations.input[id] as number, longest);
  const came = valueText(operations, operations.output[id] as number, longest);
  const asked = given === null || given === 'null' ? f : `${f} ${given}`;
  const outcome = outcomeOf(operations, id);
  if (outcome === 'fail') return `${asked} → ${came ?? 'failed'}`;
  // Some tools record the argument once more as the answer.
  return outcome === 'ok' && came !== null && came !== given ? `${asked} → ${came}` : asked;
}

/** Null when there is none. */
export function valueText(operations: ReportOperations, value: number, longest = 60): string | null {
  return value < 0 ? null : showForeign(operations.values[value] ?? '', longest);
}

/** The key of an operation, or "" when it has none. */
export function keyText(operations: ReportOperations, id: number, longest = 60): string {
  return showForeign(operations.keys[operations.key[id] as number] ?? '', longest);
}

/** The node, or "" when the process is bound to none. */
export function nodeText(operations: ReportOperations, id: number): string {
  return showForeign(operations.nodes[operations.node[id] as number] ?? '', 40);
}
