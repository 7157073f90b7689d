/**
 * Counters (`add` and `read`) that agree in the end: a g-counter, which only grows, and a pn-counter.
 *
 * Judged:
 * - `impossible-total`: a final read is not the sum of all additions acknowledged before it was asked and of some of
 *   those whose outcome is not known. (Maelstrom's rule for the pn-counter.)
 * - `impossible-read`: any read that is beyond what had been asked for by the time it ended: above the sum of everything
 *   positive, below the sum of everything negative, or not a multiple of what all additions are multiples of.
 *
 * How it can mislead: an earlier read may lag behind, also at the node that has acknowledged an addition, so only the
 * final reads can show a loss. One addition that is lost hides behind one of unknown outcome of the same size.
 */
import { OrdealError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import { countWhile } from './bisect.ts';
import type { Budget, Checker, CheckResult } from './checker.ts';
import { finalOperations, lastAnswers } from './final-reads.ts';
import { createFindings, type Finding } from './findings.ts';
import { type SubsetSums, subsetSums } from './subset-sums.ts';
import { atNode, countOf, enumerate, showValue } from './words.ts';

export const counter: Checker = {
  name: 'counter',
  summary: 'final reads are the sum of the acknowledged additions and some of those of unknown outcome',
  check,
};

/** A state of a search costs about as much as this many words of a sum. */
const stepsPerState = 10;

/** More than these nobody adds up by hand, and only the read is cited. */
const citedAdditions = 20;

/** An addition that may have happened: `ok` or `info`. */
interface Addition {
  readonly operation: Operation;
  readonly delta: number;
}

function check(history: History, budget: Budget): CheckResult {
  const findings = createFindings('counter', {
    'impossible-total': 'impossible total',
    'impossible-read': 'impossible read',
    'malformed-answer': 'malformed answer',
  });
  const additions: Addition[] = [];
  const reads: Operation<unknown, number>[] = [];
  for (const operation of history.operations) {
    if (operation.f === 'add' && operation.outcome !== 'fail') additions.push(additionOf(operation));
    if (operation.f !== 'read' || operation.outcome !== 'ok') continue;
    if (isNumberRead(operation)) reads.push(operation);
    else findings.add('malformed-answer', () => malformed(operation));
  }
  const bounds = runningBounds(additions);
  for (const read of reads) {
    const limits = bounds(read.return);
    if (!limits.has(read.output ?? 0)) findings.add('impossible-read', () => beyond(read, limits));
  }
  const finals = finalCounterReads(history);
  for (const group of impossibleTotals(finals, finalJudge(additions, budget))) {
    findings.add('impossible-total', () => impossible(group));
  }
  const acknowledged = additions.filter(({ operation }) => operation.outcome === 'ok').length;
  return findings.result({
    stats: {
      additions: acknowledged,
      unknown: additions.length - acknowledged,
      reads: reads.length,
      'final reads': finals.length,
    },
    summary: `${countOf(acknowledged, 'acknowledged addition')}, accounted for in ${countOf(finals.length, 'final read')}`,
    missing: nothingToJudge({ additions: additions.length, reads: reads.length, finals: finals.length }),
  });
}

function nothingToJudge(counts: { additions: number; reads: number; finals: number }): string | null {
  if (counts.additions === 0 && counts.reads === 0) return 'the history has no add and no read';
  return counts.finals > 0 ? null : 'no final read was answered, so nobody knows whether additions were lost';
}

function additionOf(operation: Operation): Addition {
  if (typeof operation.input === 'number') return { operation, delta: operation.input };
  throw new OrdealError(
    `the counter was asked to add ${showValue(operation.input)} (#${operation.id}), which is no number`,
    {
      code: 'UNSUPPORTED_OPERATION',
      hint: 'is the history one of a set? judge it with the checker "set"',
    },
  );
}

function isNumberRead(operation: Operation): operation is Operation<unknown, number> {
  return typeof operation.output === 'number';
}

function malformed(operation: Operation): Finding {
  const explanation = `${atNode(operation)} answered a read with ${showValue(operation.output)}, which is no number.`;
  return { explanation, operations: [operation.id] };
}

interface Bounds extends SubsetSums {
  /** What had been asked for. */
  asked(): readonly Addition[];
}

/** What the additions asked for before an index can come to at most. They are in order of invocation. */
function runningBounds(additions: readonly Addition[]): (before: number) => Bounds {
  // Without effort it is only asked for the common divisor.
  const everything = subsetSums(
    additions.map(({ delta }) => delta),
    0,
  );
  const least = [0];
  const greatest = [0];
  for (const [index, { delta }] of additions.entries()) {
    least.push((least[index] as number) + Math.min(0, delta));
    greatest.push((greatest[index] as number) + Math.max(0, delta));
  }
  return before => {
    const count = countWhile(additions.length, index => (additions[index]?.operation.call ?? 0) < before);
    const [low, high] = [least[count] as number, greatest[count] as number];
    const slack = 1e-9 * (high - low);
    const has = (total: number): boolean => total >= low - slack && total <= high + slack && everything.has(total);
    return { least: low, greatest: high, exact: false, asked: () => additions.slice(0, count), has };
  };
}

function beyond(read: Operation<unknown, number>, limits: Bounds): Finding {
  const value = read.output ?? 0;
  const asked = limits.asked();
  const words = `what had been asked for by then (${countOf(asked.length, 'addition')})`;
  const possible =
    asked.length === 0
      ? 'nothing had been added by then'
      : limits.least <= value && value <= limits.greatest
        ? `no selection of ${words} comes to that`
        : `${words} can only come to something from ${limits.least} to ${limits.greatest}`;
  return {
    explanation: `${atNode(read)} answered a read with ${value}, but ${possible}.`,
    operations: [read.id, ...cited(asked)],
  };
}

/** Of each node the last answer in the second act. */
function finalCounterReads(history: History): readonly Operation<unknown, number>[] {
  const asked = finalOperations(history).filter(operation => operation.f === 'read' && isNumberRead(operation));
  return [...lastAnswers(asked).values()].flatMap(nodes => [...nodes.values()].filter(isNumberRead));
}

/** What a final read may be: all of `certain`, and a selection of `open`. */
interface Possible {
  readonly certain: readonly Addition[];
  readonly open: readonly Addition[];
  readonly base: number;
  readonly sums: SubsetSums;
  has(total: number): boolean;
}

/** Final reads mostly have the same additions before them, so the sums are kept for the next. */
function finalJudge(additions: readonly Addition[], budget: Budget): (read: Operation) => Possible {
  const known = new Map<string, Possible>();
  return read => {
    const certain = additions.filter(({ operation }) => operation.return < read.call);
    const open = additions.filter(({ operation }) => operation.return >= read.call && operation.call < read.return);
    const name = `${certain.length} ${open.map(({ operation }) => operation.id).join(' ')}`;
    let possible = known.get(name);
    if (!possible) known.set(name, (possible = possibleTotals({ certain, open, budget })));
    return possible;
  };
}

function possibleTotals(options: {
  certain: readonly Addition[];
  open: readonly Addition[];
  budget: Budget;
}): Possible {
  const { certain, open, budget } = options;
  const base = certain.reduce((total, { delta }) => total + delta, 0);
  const sums = subsetSums(
    open.map(({ delta }) => delta),
    budget.states * stepsPerState,
  );
  const size = certain.reduce((total, { delta }) => total + Math.abs(delta), 0);
  const isWhole = certain.every(({ delta }) => Number.isSafeInteger(delta)) && Number.isSafeInteger(size);
  const slack = isWhole ? 0 : 1e-9 * (size + sums.greatest - sums.least);
  const has = (total: number): boolean =>
    isWhole ? sums.has(total - base) : total >= base + sums.least - slack && total <= base + sums.greatest + slack;
  return { certain, open, base, sums, has };
}

/** Final reads that say the same, of which the same could be expected. */
interface Group {
  readonly value: number;
  readonly possible: Possible;
  readonly reads: Operation[];
}

/** Members that have converged to something wrong are one finding. */
function impossibleTotals(
  finals: readonly Operation<unknown, number>[],
  judge: (read: Operation) => Possible,
): readonly Group[] {
  const groups: Group[] = [];
  for (const read of finals) {
    const possible = judge(read);
    const value = read.output ?? 0;
    if (possible.has(value)) continue;
    const group = groups.find(other => other.value === value && other.possible === possible);
    if (group) group.reads.push(read);
    else groups.push({ value, possible, reads: [read] });
  }
  return groups;
}

function impossible({ value, possible: { certain, open, base, sums }, reads }: Group): Finding {
  const rest =
    open.length === 0
      ? 'and no other can have happened'
      : `and what is of unknown outcome (${countOf(open.length, 'addition')}) can only add ${selection(open, sums)}`;
  const where = value < base + sums.least ? 'below' : value > base + sums.greatest ? 'above' : 'between';
  return {
    explanation:
      `The final read of ${enumerate(reads.map(atNode))} is ${value}. That cannot be: ` +
      `what was acknowledged (${countOf(certain.length, 'addition')}) comes to ${base}, ${rest}.`,
    operations: [...reads.map(({ id }) => id), ...cited([...certain, ...open])],
    variant: where,
  };
}

function cited(additions: readonly Addition[]): readonly number[] {
  if (additions.length > citedAdditions) return [];
  return additions.map(({ operation }) => operation.id).toSorted((left, right) => left - right);
}

/** `3`, `any selection of 1, 2 and 4`, `something from 0 to 94`. */
function selection(open: readonly Addition[], sums: SubsetSums): string {
  if (open.length > 5) return `something from ${sums.least} to ${sums.greatest}`;
  const deltas = open.map(({ delta }) => String(delta));
  if (deltas.length === 1) return `0 or ${deltas[0]}`;
  return `any selection of ${deltas.slice(0, -1).join(', ')} and ${deltas.at(-1)}`;
}
