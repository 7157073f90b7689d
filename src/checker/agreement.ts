/**
 * Whether the members say the same: used by the run, to know when it may stop asking, and by the convergence checker, to
 * judge. One rule for both, so that the run never stops at a picture that the checker then refuses.
 *
 * A *subject* is what is asked about: an operation name and a key (`read` of `x`), or a key of the member's own copy
 * (`replica`, `x`). Answers are equal when their JSON is, whatever the order of members; where the data is a set, also
 * whatever the order of elements.
 *
 * How it can mislead: it compares what the members said last, and not at one moment. Ask in rounds.
 */
import type { Key, NodeName } from '../base/names.ts';
import { canonicalText } from '../history/intern.ts';

/** What one member said about one subject. */
export interface Answer extends Subject {
  readonly node: NodeName;
  /** Missing is null. */
  readonly value: unknown;
}

/** A subject on which the members do not agree. */
export interface Difference {
  readonly f: string;
  readonly key: Key | null;
  /** Who says what: the largest group first. One group, or none, when the others are silent. */
  readonly sides: readonly Side[];
  /** Members that have said nothing about it. Empty for `replica`: a member may be unable to show its copy. */
  readonly silent: readonly NodeName[];
}

export interface Side {
  readonly nodes: readonly NodeName[];
  readonly value: unknown;
}

export interface AgreementOptions {
  /** Whose answers are wanted. A subject on which one of them is silent is a difference, but for `replica`. */
  readonly nodes: readonly NodeName[];
  readonly workload: string;
  /** What was asked about: that nobody has said anything about one of these is a difference too. @default none */
  readonly subjects?: readonly Subject[];
}

export interface Subject {
  /** The operation that asked; `replica` for the member's own copy. */
  readonly f: string;
  readonly key: Key | null;
}

/**
 * The subjects on which the members do not agree, in the order in which they were first spoken of. Of several answers of
 * a member on one subject, the last counts. Empty: all agree on everything that anybody spoke of.
 */
export function differences(answers: Iterable<Answer>, options: AgreementOptions): readonly Difference[] {
  const subjects = new Map<string, Subject & { readonly answers: Map<NodeName, unknown> }>();
  const answersTo = ({ f, key }: Subject): Map<NodeName, unknown> => {
    const name = subjectName(f, key);
    let subject = subjects.get(name);
    if (!subject) subjects.set(name, (subject = { f, key, answers: new Map() }));
    return subject.answers;
  };
  for (const subject of options.subjects ?? []) answersTo(subject);
  for (const answer of answers) answersTo(answer).set(answer.node, answer.value);
  const result: Difference[] = [];
  for (const { f, key, answers: said } of subjects.values()) {
    const silent = f === replicaFunction ? [] : options.nodes.filter(node => !said.has(node));
    const sides = sidesOf(said, { f, workload: options.workload });
    if (sides.length > 1 || silent.length > 0) result.push({ f, key, sides, silent });
  }
  return result;
}

/** Stands for the operation name where a member's own copy is meant. */
export const replicaFunction = 'replica';

/** The members' own copies as answers. A key that only some of them hold is null at the others. */
export function replicaAnswers(copies: ReadonlyMap<NodeName, Readonly<Record<string, unknown>>>): readonly Answer[] {
  const keys = new Set<string>();
  for (const state of copies.values()) for (const key of Object.keys(state)) keys.add(key);
  return [...keys].flatMap(key =>
    [...copies].map(([node, state]) => ({
      node,
      f: replicaFunction,
      key,
      value: Object.hasOwn(state, key) ? (state[key] ?? null) : null,
    })),
  );
}

/** Whether it is a list in which the order of elements means nothing. */
export function isSet(value: unknown, workload: string): value is readonly unknown[] {
  return Array.isArray(value) && (workload === 'g-set' || workload === 'broadcast');
}

/** Equal texts mean that the answers are the same. */
export function answerText(value: unknown, subject: { readonly f: string; readonly workload: string }): string {
  if (isSet(value, subject.workload)) {
    return `{${[...new Set(value.map(canonicalText))].toSorted(compareText).join(',')}}`;
  }
  if (subject.f === 'poll' && typeof value === 'object' && value !== null) {
    return canonicalText(Object.fromEntries(Object.entries(value).filter(([, batch]) => !isEmptyList(batch))));
  }
  return canonicalText(value ?? null);
}

/** The name of a subject, unique. */
export function subjectName(f: string, key: Key | null): string {
  return JSON.stringify([f, key]);
}

function sidesOf(said: ReadonlyMap<NodeName, unknown>, subject: { f: string; workload: string }): readonly Side[] {
  const sides = new Map<string, { nodes: NodeName[]; value: unknown }>();
  for (const [node, value] of said) {
    const text = answerText(value, subject);
    const side = sides.get(text);
    if (side) side.nodes.push(node);
    else sides.set(text, { nodes: [node], value });
  }
  return [...sides.values()].toSorted((left, right) => right.nodes.length - left.nodes.length);
}

/** In an answer to `poll`, a log without new messages may be left out or be empty. */
function isEmptyList(batch: unknown): boolean {
  return Array.isArray(batch) && batch.length === 0;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
