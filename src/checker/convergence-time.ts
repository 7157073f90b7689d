/**
 * When the members were last seen to differ, in the second act.
 *
 * Every answer replaces the earlier one of its member; after each it is asked whether all that is known agrees. An answer
 * of this round is so compared with one of the last round where there is none of this round yet. The time may thus be up
 * to one round too late, and is never too early.
 */
import type { Nanos } from '../base/names.ts';
import { type History, phaseStart } from '../history/history.ts';
import { answerText, replicaFunction, subjectName } from './agreement.ts';
import { countWhile } from './bisect.ts';
import { finalOperations } from './final-reads.ts';

/** Null when they never differed. */
export function lastDifference(history: History): Nanos | null {
  const { workload } = history.header;
  const texts = new Map<unknown, string>();
  const textOf = (value: unknown, f: string): string => {
    if (typeof value !== 'object' || value === null) return answerText(value, { f, workload });
    let text = texts.get(value);
    if (text === undefined) texts.set(value, (text = answerText(value, { f, workload })));
    return text;
  };
  const said = [...finalAnswers(history, textOf), ...copiesShown(history, textOf)].toSorted(
    (left, right) => left.index - right.index,
  );
  const subjects = new Map<string, { readonly byNode: Map<string, string>; readonly counts: Map<string, number> }>();
  let last: Nanos | null = null;
  for (const { subject, node, text, time } of said) {
    let known = subjects.get(subject);
    if (!known) subjects.set(subject, (known = { byNode: new Map(), counts: new Map() }));
    const before = known.byNode.get(node);
    if (before !== undefined) {
      const left = (known.counts.get(before) ?? 1) - 1;
      if (left === 0) known.counts.delete(before);
      else known.counts.set(before, left);
    }
    known.byNode.set(node, text);
    known.counts.set(text, (known.counts.get(text) ?? 0) + 1);
    if (known.counts.size > 1) last = last === null ? time : Math.max(last, time);
  }
  return last;
}

interface Said {
  readonly index: number;
  readonly time: Nanos;
  readonly subject: string;
  readonly node: string;
  readonly text: string;
}

type TextOf = (value: unknown, f: string) => string;

function finalAnswers(history: History, textOf: TextOf): readonly Said[] {
  return finalOperations(history).flatMap(({ outcome, node, f, key, output, return: index, returnTime: time }) =>
    outcome === 'ok' && node !== null
      ? [{ index, time, subject: subjectName(f, key), node, text: textOf(output ?? null, f) }]
      : [],
  );
}

/**
 * Each copy as one text; a key that is null is as good as missing. A copy is compared with those of its own round only,
 * between which nothing is asked, because a member may not show its copy in every round.
 */
function copiesShown(history: History, textOf: TextOf): readonly Said[] {
  const begin = phaseStart(history, 'final-reads') ?? phaseStart(history, 'heal');
  if (begin === null) return [];
  const asked = finalOperations(history);
  const roundOf = (index: number): number => countWhile(asked.length, at => (asked[at]?.call ?? 0) < index);
  return history.replicas
    .filter(({ index }) => index > begin.index)
    .map(({ index, time, node, state }) => {
      const texts = Object.entries(state)
        .filter(([, value]) => (value ?? null) !== null)
        .map(([key, value]) => `${JSON.stringify(key)}:${textOf(value, replicaFunction)}`);
      const subject = `${replicaFunction} ${roundOf(index)}`;
      return { index, time, subject, node, text: texts.toSorted(compareText).join(',') };
    });
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
