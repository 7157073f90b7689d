/**
 * The state of the second act: for each subject what each member says, and for each member on how many subjects that is not
 * what most say. An answer costs what the members of its subject cost, a copy what its keys cost.
 */
import { present } from '../../../base/assert.ts';
import type { NodeName } from '../../../base/names.ts';
import { answerText, replicaFunction, subjectName } from '../../agreement.ts';
import type { Said, SaidAnswer, SaidCopy } from './said.ts';
import { countDistances, newSubject, noteSplit, say, silence, type SubjectState } from './subject.ts';

export interface Board {
  take(said: Said): void;
  /** Forgets all copies: they are of no round that counts. */
  dropCopies(): void;
  /** In the order in which they were first spoken of. */
  readonly subjects: readonly SubjectState[];
  /** By member, the number of subjects on which it differs. */
  readonly distances: Int32Array;
  /** By member, 1 when it has said something. */
  readonly spoke: Uint8Array;
}

export function boardOf(nodes: readonly NodeName[], workload: string): Board {
  const places = new Map(nodes.map((node, place) => [node, place]));
  const numberOf = answerNumbers(workload);
  const subjects: SubjectState[] = [];
  const answered = new Map<string, SubjectState>();
  const copied = new Map<string, SubjectState>();
  const distances = new Int32Array(nodes.length);
  const spoke = new Uint8Array(nodes.length);
  /** Of copies: the keys and members of this round. */
  const round = { keys: new Set<string>(), shown: new Set<number>(), isOver: true };

  function memberOf(node: NodeName): number {
    const member = present(places.get(node));
    spoke[member] = 1;
    return member;
  }

  function add(subject: SubjectState): SubjectState {
    subjects.push(subject);
    return subject;
  }

  function takeAnswer({ f, key, value, node, time }: SaidAnswer): void {
    const name = subjectName(f, key);
    const subject = answered.get(name) ?? add(newSubject({ f, key, members: nodes.length }));
    answered.set(name, subject);
    say(subject, memberOf(node), { number: numberOf(value, f), value });
    noteSplit(subject, time);
    countDistances(subject, distances);
  }

  function takeCopy({ node, state, time, endsRound }: SaidCopy): void {
    if (round.isOver) newRound();
    const member = memberOf(node);
    const saying = (value: unknown) => ({ number: numberOf(value, replicaFunction), value });
    for (const key of Object.keys(state)) {
      if ((state[key] ?? null) === null || round.keys.has(key)) continue;
      round.keys.add(key);
      const subject = copied.get(key) ?? add(newSubject({ f: replicaFunction, key, members: nodes.length }));
      copied.set(key, subject);
      for (const earlier of round.shown) say(subject, earlier, saying(null));
    }
    round.shown.add(member);
    for (const key of round.keys) {
      const subject = present(copied.get(key));
      say(subject, member, saying(Object.hasOwn(state, key) ? (state[key] ?? null) : null));
      noteSplit(subject, time);
    }
    round.isOver = endsRound;
    if (endsRound) countCopies();
  }

  /** The distances stay until the round is over. */
  function newRound(): void {
    for (const subject of copied.values()) silence(subject);
    round.keys.clear();
    round.shown.clear();
  }

  function countCopies(): void {
    for (const subject of copied.values()) countDistances(subject, distances);
  }

  return {
    take: said => ('state' in said ? takeCopy(said) : takeAnswer(said)),
    dropCopies() {
      newRound();
      countCopies();
    },
    subjects,
    distances,
    spoke,
  };
}

/** Equal answers have equal numbers. Lists and objects are shared in a history, and each is looked at once. */
function answerNumbers(workload: string): (value: unknown, f: string) => number {
  const texts = new Map<string, number>();
  // What is empty for a poll is not empty for others.
  const known = { polls: new Map<unknown, number>(), others: new Map<unknown, number>() };
  return (value, f) => {
    const numbers = f === 'poll' ? known.polls : known.others;
    let number = numbers.get(value);
    if (number !== undefined) return number;
    const text = answerText(value, { f, workload });
    number = texts.get(text) ?? texts.size;
    texts.set(text, number);
    numbers.set(value, number);
    return number;
  };
}
