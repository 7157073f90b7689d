/**
 * Convergence, the question of the second act: do the members agree after everything was healed, and when did they?
 *
 * Compared are, of each member, the last answer to each final read, and its own copy (`replica` events of the last
 * round) where it can show one. By the deadline of the run they must be the same.
 *
 * - `not-converged`: members say different things, and here is what differs where.
 * - `never-answered`: a member was asked, again and again, and never answered. Whoever is silent has not converged.
 *
 * How it can mislead: all may agree on what is wrong (nothing at all, for one). That is for the other checkers. The time
 * is when a difference was last *seen*: between two rounds nobody looks.
 */
import type { NodeName } from '../base/names.ts';
import { formatNanos } from '../base/time.ts';
import { type History, phaseStart } from '../history/history.ts';
import { canonicalText } from '../history/intern.ts';
import type { Operation } from '../history/operation.ts';
import {
  type Answer,
  type Difference,
  differences,
  isSet,
  replicaAnswers,
  type Subject,
  subjectName,
} from './agreement.ts';
import type { Checker, CheckResult } from './checker.ts';
import { lastDifference } from './convergence-time.ts';
import { finalOperations } from './final-reads.ts';
import { createFindings, type Finding } from './findings.ts';
import { atNode, countOf, enumerate, showKey, showValue } from './words.ts';

export const convergence: Checker = {
  name: 'convergence',
  summary: 'after healing, every member answers, and all say the same',
  check,
};

function check(history: History): CheckResult {
  const findings = createFindings('convergence', {
    'not-converged': 'disagreement',
    'never-answered': 'silent member',
  });
  const asked = questions(finalOperations(history));
  const copies = lastCopies(history);
  const answers = [...asked.values()].flatMap(({ answers: said }) => said);
  const options = { nodes: history.header.nodes, workload: history.header.workload };
  const differing = differences([...answers, ...replicaAnswers(copies)], options).filter(
    ({ sides }) => sides.length > 1,
  );
  const silent = silentMembers(asked);
  const missing = notAsked(history, { asked, copies: copies.size });
  const incomplete = history.truncated !== null && (differing.length > 0 || silent.size > 0);
  if (!incomplete) {
    if (differing.length > 0) findings.add('not-converged', () => disagreement(differing, history, asked));
    for (const [node, subjects] of silent) findings.add('never-answered', () => silence(node, subjects));
  }
  const { text, afterMs } = timeOfAgreement(history);
  const subjects = new Set([...asked.values()].map(question => question.name)).size;
  return findings.result({
    stats: {
      subjects,
      nodes: history.header.nodes.length,
      copies: copies.size,
      differences: differing.length,
      ...afterMs,
    },
    summary: `${countOf(history.header.nodes.length, 'member')} agree; ${text}`,
    missing: incomplete ? 'the members did not agree yet when the history breaks off' : missing,
  });
}

/** What one member was asked about one subject in the second act. */
interface Question {
  readonly name: string;
  readonly node: NodeName;
  readonly subject: Subject;
  readonly attempts: readonly Operation[];
  /** The last answer, if there is one. */
  readonly answers: readonly Answer[];
  readonly answered: Operation | null;
}

function questions(operations: readonly Operation[]): ReadonlyMap<string, Question> {
  const result = new Map<string, Question>();
  for (const operation of operations) {
    const { node, f, key } = operation;
    if (node === null) continue;
    const name = subjectName(f, key);
    const before = result.get(`${node} ${name}`);
    const attempts = [...(before?.attempts ?? []), operation];
    const said = operation.outcome === 'ok' ? [{ node, f, key, value: operation.output ?? null }] : null;
    result.set(`${node} ${name}`, {
      name,
      node,
      subject: { f, key },
      attempts,
      answers: said ?? before?.answers ?? [],
      answered: said === null ? (before?.answered ?? null) : operation,
    });
  }
  return result;
}

/**
 * The members' own copies, of the last round: those that were taken after the last final read was asked. A copy of an
 * earlier round is no evidence, because its member may have caught up since.
 */
function lastCopies(history: History): ReadonlyMap<NodeName, Readonly<Record<string, unknown>>> {
  const begin = phaseStart(history, 'final-reads') ?? phaseStart(history, 'heal');
  if (begin === null) return new Map();
  const after = finalOperations(history).at(-1)?.call ?? begin.index;
  return new Map(history.replicas.filter(({ index }) => index > after).map(({ node, state }) => [node, state]));
}

/** Of each member the questions that it never answered. */
function silentMembers(asked: ReadonlyMap<string, Question>): ReadonlyMap<NodeName, readonly Question[]> {
  const silent = new Map<NodeName, Question[]>();
  for (const question of asked.values()) {
    if (question.answered !== null) continue;
    const questionsOfNode = silent.get(question.node);
    if (questionsOfNode) questionsOfNode.push(question);
    else silent.set(question.node, [question]);
  }
  return silent;
}

/** A sentence when there is too little to call it agreement. */
function notAsked(
  history: History,
  had: { readonly asked: ReadonlyMap<string, Question>; readonly copies: number },
): string | null {
  if (had.asked.size === 0) return had.copies > 1 ? null : 'no final read was asked of any member';
  const names = new Set([...had.asked.values()].map(({ name }) => name));
  const left = history.header.nodes.filter(node => [...names].some(name => !had.asked.has(`${node} ${name}`)));
  return left.length === 0 ? null : `${enumerate(left)} ${left.length === 1 ? 'was' : 'were'} not asked for everything`;
}

const shownSubjects = 5;

/** In words what differs where, and of each side one read. */
function disagreement(
  differing: readonly Difference[],
  { header }: History,
  asked: ReadonlyMap<string, Question>,
): Finding {
  const shown = differing.slice(0, shownSubjects);
  const lines = shown.map(difference => `${subjectWords(difference)}: ${sidesInWords(difference, header.workload)}`);
  const more = differing.length - shown.length;
  const ids = shown.flatMap(({ f, key, sides }) =>
    sides.flatMap(({ nodes }) => asked.get(`${nodes[0]} ${subjectName(f, key)}`)?.answered?.id ?? []),
  );
  const first = differing[0];
  return {
    key: differing.length === 1 && first !== undefined ? first.key : null,
    explanation: [
      'After everything was healed, the members do not agree:',
      ...lines.map(line => `- ${line}`),
      ...(more > 0 ? [`- and ${more} more`] : []),
    ].join('\n'),
    operations: ids.toSorted((left, right) => left - right),
  };
}

function subjectWords({ f, key }: Subject): string {
  if (f === 'replica') return `own copy of ${key === null ? 'everything' : showKey(key)}`;
  return key === null ? f : `${f} ${showKey(key)}`;
}

/** `n1 and n2 say 3, n3 says 2`; of lists `n1 and n2 hold all 12, n3 lacks 4 and 7`. */
function sidesInWords({ sides }: Difference, workload: string): string {
  const lists = sides.map(({ value }) => (isSet(value, workload) ? new Set(value.map(canonicalText)) : null));
  const areSets = lists.every(list => list !== null);
  const union = new Set(lists.flatMap(list => [...(list ?? [])]));
  return sides
    .map(({ nodes, value }, index) => {
      const who = enumerate(nodes);
      if (!areSets) return `${who} ${nodes.length === 1 ? 'says' : 'say'} ${showValue(value)}`;
      const lacking = [...union].filter(item => !lists[index]?.has(item));
      if (lacking.length === 0) return `${who} ${nodes.length === 1 ? 'holds' : 'hold'} all ${union.size}`;
      return `${who} ${nodes.length === 1 ? 'lacks' : 'lack'} ${enumerate(lacking)}`;
    })
    .join('; ');
}

function silence(node: NodeName, subjects: readonly Question[]): Finding {
  const last = subjects.flatMap(({ attempts }) => attempts.slice(-1));
  const times = subjects.reduce((total, { attempts }) => total + attempts.length, 0);
  const latest = last.at(-1);
  const error = latest?.error ? `: ${latest.error}` : '';
  const end = latest ? ` The last time (${atNode(latest)}) ended ${latest.outcome}${error}.` : '';
  const what = enumerate(subjects.map(({ subject }) => subjectWords(subject)));
  return {
    explanation:
      `After everything was healed, ${node} never answered ${what}, ` +
      `although it was asked ${times === 1 ? 'once' : `${times} times`}.${end}`,
    operations: last.slice(0, shownSubjects).map(({ id }) => id),
  };
}

/** When a difference was last seen, counted from healing; or that there never was one. */
function timeOfAgreement(history: History): {
  readonly text: string;
  readonly afterMs: Readonly<Record<string, number>>;
} {
  const healed = phaseStart(history, 'heal');
  if (healed === null) return { text: 'the history does not say when it was healed', afterMs: {} };
  const last = lastDifference(history);
  if (last === null) return { text: 'they did so at the first look', afterMs: { convergedMs: 0 } };
  const after = last - healed.time;
  return { text: `converged ${formatNanos(after)} after healing`, afterMs: { convergedMs: Math.round(after / 1e6) } };
}
