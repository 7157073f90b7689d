/**
 * The best order of a counterexample as a small table: one operation a line with the state after it, and at the end those
 * that cannot come next.
 *
 *     how far an order comes, whatever was before:
 *       #63 write 8     the value is 8
 *     ✗ #66 read -> 4   not possible when the value is 8
 */
import { present } from '../../base/assert.ts';
import type { Evidence, EvidenceOperation, PartialLinearization } from './evidence.ts';

/** Of the steps only the last are shown. */
const mostSteps = 12;
const mostRefused = 4;
const longestWords = 40;
const longestState = 70;

type Row = readonly [mark: string, what: string, state: string];

/**
 * Lines. `cited`: ids of the operations that the reader has before him. Where the best order needs others (a sentence told
 * the same in another way), or none was tried, there is no table.
 */
export function orderTable(evidence: Evidence, cited: readonly number[]): string {
  const best = mostTelling(evidence, cited);
  if (!best) return '';
  const rows = [...stepRows(evidence, best), ...refusedRows(evidence, best)];
  const width = Math.max(...rows.map(([, what]) => what.length));
  const lines = rows.map(([mark, what, state]) => `${mark} ${what.padEnd(width)}   ${state}`.trimEnd());
  return [`${title(evidence)}:`, ...lines, ...idleLine(evidence, best)].join('\n');
}

/** Of the farthest, one after which as little as possible is left that may come and does not help. */
function mostTelling(evidence: Evidence, cited: readonly number[]): PartialLinearization | undefined {
  const [farthest] = evidence.partials;
  return evidence.partials
    .filter(one => one.explained === farthest?.explained && isKnown(evidence, one, cited))
    .toSorted((one, other) => idleCount(one) - idleCount(other) || one.steps.length - other.steps.length)[0];
}

function idleCount({ next }: PartialLinearization): number {
  return next.filter(({ refused }) => refused === null).length;
}

/** Whether it shows no completed operation but these. */
function isKnown({ operations }: Evidence, { steps, next }: PartialLinearization, cited: readonly number[]): boolean {
  const shown = [...steps.slice(-mostSteps), ...next].map(({ operation }) => present(operations[operation]));
  return shown.every(({ id, completed }) => !completed || cited.includes(id));
}

function title({ anyStart, farthest, complete }: Evidence): string {
  const start = anyStart ? ', whatever was before' : '';
  const ends = farthest > 1 ? ` (one of ${farthest} ends)` : '';
  return `how far an order ${complete ? 'comes' : 'was seen to come'}${start}${ends}`;
}

function stepRows({ operations }: Evidence, { start, earlierSteps, steps }: PartialLinearization): readonly Row[] {
  const last = steps.slice(-mostSteps);
  const earlier = earlierSteps + steps.length - last.length;
  return [
    ...(start === null ? [] : [[' ', 'at first', cut(start, longestState)] as const]),
    ...(earlier > 0 ? [[' ', `... ${earlier} more`, '...'] as const] : []),
    ...last.map(({ operation, state }): Row => [' ', named(present(operations[operation])), cut(state, longestState)]),
  ];
}

function refusedRows({ operations }: Evidence, { start, steps, next }: PartialLinearization): readonly Row[] {
  const state = cut(steps.at(-1)?.state ?? start ?? '', longestState);
  const refused = next.filter(one => one.refused !== null).map(({ operation }) => present(operations[operation]));
  // What must come is told before what might.
  const stuck = refused.toSorted((one, other) => Number(other.completed) - Number(one.completed));
  const rows = stuck.slice(0, mostRefused).map((one): Row => ['✗', named(one), `not possible when ${state}`]);
  return stuck.length > rows.length ? [...rows, ['✗', `... ${stuck.length - rows.length} more`, '']] : rows;
}

/** Those which could come next, and do not help. */
function idleLine({ operations, complete }: Evidence, { next }: PartialLinearization): readonly string[] {
  const idle = next.filter(({ refused }) => refused === null);
  if (!complete || idle.length === 0) return [];
  const ids = idle.map(({ operation }) => `#${operations[operation]?.id}`);
  const few = ids.length > mostSteps ? [...ids.slice(0, mostSteps), `${ids.length - mostSteps} more`] : ids;
  return [`  (${few.join(' ')} may come next or never, and ${ids.length === 1 ? 'does' : 'do'} not help)`];
}

/** `#3 cas 4 to 3 (at any time)` */
function named({ id, words, completed, weakened }: EvidenceOperation): string {
  const when = weakened.includes('call-forgotten') ? ' (at any time)' : completed ? '' : ' (outcome open)';
  return `#${id} ${cut(words, longestWords)}${when}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
