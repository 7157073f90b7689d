/**
 * What the members said in the second act, in the order in which it was recorded: answers to final reads, and own copies.
 */
import type { Key, Nanos, NodeName } from '../../../base/names.ts';
import { type History, phaseStart } from '../../../history/history.ts';
import { countWhile } from '../../bisect.ts';
import { finalOperations } from '../../final-reads.ts';

export type Said = SaidAnswer | SaidCopy;

interface SaidBy {
  readonly index: number;
  readonly time: Nanos;
  readonly node: NodeName;
}

export interface SaidAnswer extends SaidBy {
  readonly f: string;
  readonly key: Key | null;
  /** Missing is null. */
  readonly value: unknown;
}

export interface SaidCopy extends SaidBy {
  readonly state: Readonly<Record<string, unknown>>;
  /** Whether no other copy of its round comes after it. */
  readonly endsRound: boolean;
  /** Whether the last final read was asked before it. */
  readonly isOfLastRound: boolean;
}

export function saidInTheEnd(history: History): readonly Said[] {
  return [...answers(history), ...copies(history)].toSorted((left, right) => left.index - right.index);
}

function answers(history: History): readonly SaidAnswer[] {
  return finalOperations(history).flatMap(({ outcome, node, f, key, output, return: index, returnTime: time }) =>
    outcome === 'ok' && node !== null ? [{ index, time, node, f, key, value: output ?? null }] : [],
  );
}

/** A round is what lies between two final reads that were asked one after the other. See `convergence-time.ts`. */
function copies(history: History): readonly SaidCopy[] {
  const begin = phaseStart(history, 'final-reads') ?? phaseStart(history, 'heal');
  if (begin === null) return [];
  const asked = finalOperations(history);
  const roundOf = (index: number): number => countWhile(asked.length, at => (asked[at]?.call ?? 0) < index);
  const shown = history.replicas.filter(({ index }) => index > begin.index);
  const rounds = shown.map(({ index }) => roundOf(index));
  return shown.map(({ index, time, node, state }, at) => ({
    index,
    time,
    node,
    state,
    endsRound: rounds[at + 1] !== rounds[at],
    isOfLastRound: rounds[at] === asked.length,
  }));
}
