/**
 * How far the members were from agreement in the second act, and where: the picture behind `convergence`. It reports and
 * never judges.
 *
 * The rule is that of `agreement.ts` and `convergence-time.ts`: of each member its last answer to each final read, and its
 * own copy. Copies are compared with those of their own round only, and count when the round is over; so they stand until
 * the next round has shown its own, and are dropped when the last final reads were asked after them.
 *
 * What most members say is what the largest group says; of groups of one size, the one that holds the member that comes
 * first in `nodes`.
 *
 * How it can mislead: most members may be wrong. A member that is silent about a subject does not differ on it. And between
 * two rounds nobody looks: a difference stands in the picture until the answer that ends it, which may be long after it
 * was last seen.
 */
import type { Key, Nanos, NodeName } from '../../../base/names.ts';
import { type History, phaseStart } from '../../../history/history.ts';
import { canonicalText } from '../../../history/intern.ts';
import { isSet } from '../../agreement.ts';
import { boardOf } from './board.ts';
import { saidInTheEnd } from './said.ts';
import { silent, type SubjectState } from './subject.ts';
import { type DivergencePoint, trackOf } from './track.ts';

export type { DivergencePoint } from './track.ts';

export interface Divergence {
  /** Those of the header, and whoever else said something. */
  readonly nodes: readonly NodeName[];
  /** After each answer or copy that changed something, in order of time; thinned to at most 2000. */
  readonly points: readonly DivergencePoint[];
  /**
   * When a difference was last seen: the time that `convergence` tells. Null when they differ in the end. The begin of the
   * act when they never differed.
   */
  readonly agreedAt: Nanos | null;
  /**
   * Subjects on which they ever differed, at most 200: those that differ in the end first, in the order in which they were
   * first spoken of; then those that differed longest.
   */
  readonly subjects: readonly DivergentSubject[];
  /** Subjects that are not listed. */
  readonly leftOut: number;
}

export interface DivergentSubject {
  /** The operation that asked; `replica` for the member's own copy. */
  readonly f: string;
  readonly key: Key | null;
  /** When a difference was last seen; null when it is there in the end. */
  readonly agreedAt: Nanos | null;
  /**
   * What each node says in the end, as JSON, cut; null when it said nothing. In the order of `nodes`. Copies that are not of
   * the last round are as good as nothing.
   */
  readonly answers: readonly (string | null)[];
  /** For each node whether that differs from what most say. */
  readonly differs: readonly boolean[];
  /** Where all answers are sets: for each node what others hold in the end and it does not. Left out elsewhere. */
  readonly lacks?: readonly (Lack | null)[];
}

export interface Lack {
  readonly count: number;
  /** As a JSON list, cut. */
  readonly elements: string;
}

const mostPoints = 2000;
const mostSubjects = 200;
const longestAnswer = 200;

/** Null when nobody said anything in the second act. */
export function divergenceOf(history: History): Divergence | null {
  const said = saidInTheEnd(history);
  if (said.length === 0) return null;
  const nodes = [...new Set([...history.header.nodes, ...said.map(({ node }) => node)])];
  const board = boardOf(nodes, history.header.workload);
  const track = trackOf(board);
  for (const one of said) {
    board.take(one);
    track.note(one.time);
  }
  if (!said.some(one => 'state' in one && one.isOfLastRound)) board.dropCopies();
  track.note(said.at(-1)?.time ?? 0);
  const differed = board.subjects.filter(({ lastSplit }) => lastSplit !== null);
  const open = differed.filter(({ isSplit }) => isSplit);
  const closed = differed
    .filter(({ isSplit }) => !isSplit)
    .toSorted((left, right) => (right.lastSplit ?? 0) - (left.lastSplit ?? 0));
  const begin = phaseStart(history, 'heal') ?? phaseStart(history, 'final-reads');
  return {
    nodes,
    points: track.points(mostPoints),
    agreedAt: open.length > 0 ? null : (closed[0]?.lastSplit ?? begin?.time ?? 0),
    subjects: [...open, ...closed].slice(0, mostSubjects).map(subject => shown(subject, history.header.workload)),
    leftOut: Math.max(0, differed.length - mostSubjects),
  };
}

function shown(
  { f, key, said, values, differs, isSplit, lastSplit }: SubjectState,
  workload: string,
): DivergentSubject {
  const spoken = values.map((value, member) => (said[member] === silent ? undefined : (value ?? null)));
  const lacks = lacking(spoken, workload);
  return {
    f,
    key,
    agreedAt: isSplit ? null : lastSplit,
    answers: spoken.map(value => (value === undefined ? null : cutText(value))),
    differs: Array.from(differs, flag => flag === 1),
    ...(lacks === null ? {} : { lacks }),
  };
}

/** `undefined` for those who are silent. Null unless all others hold sets. */
function lacking(spoken: readonly unknown[], workload: string): readonly (Lack | null)[] | null {
  const sets = spoken.map(value => (isSet(value, workload) ? new Map(value.map(textAndElement)) : null));
  if (spoken.some((value, member) => value !== undefined && sets[member] === null)) return null;
  const all = new Map(sets.flatMap(set => [...(set ?? [])]));
  return sets.map(set => {
    if (set === null) return null;
    const elements = [...all].flatMap(([text, element]) => (set.has(text) ? [] : [element]));
    return { count: elements.length, elements: cutText(elements) };
  });
}

function textAndElement(element: unknown): readonly [text: string, element: unknown] {
  return [canonicalText(element), element];
}

function cutText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= longestAnswer ? text : `${text.slice(0, longestAnswer - 3)}...`;
}
