/**
 * Words for a counterexample, for somebody who knows no theory.
 *
 * Where a sharp sentence is certain (see `defect/`), it is used, and the operations that it names are the counterexample.
 * Else the core speaks: it is small, so every order of it can be tried, and the text says how far the best of them come
 * and why they end there. That is true of any model.
 */
import { present } from '../base/assert.ts';
import { formatNanos } from '../base/time.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { defectsOf } from './defect/catalogue.ts';
import { place, span } from './defect/defect.ts';
import type { Evidence, PartialLinearization } from './evidence/evidence.ts';
import { type Core, isWeakened } from './minimise.ts';
import { enumerate } from './words.ts';

export interface Explanation {
  /** What kind of thing this is: `stale-read`. The same for the same defect. */
  readonly shape: string;
  readonly text: string;
  /** Ids of the operations that show it. */
  readonly operations: readonly number[];
  /** Whether they show it without the others, as they were recorded: a sharp sentence says why those do not matter. */
  readonly alone: boolean;
}

/** Beyond these, operations that may have happened at any time are not cited. */
const fewCited = 8;
/** Beyond these, only the last are cited and told: nobody reads hundreds. */
const mostCited = 24;
/** Ends of orders that are told. */
const mostEnds = 3;
/** Steps of an order that are named. */
const mostSteps = 12;

export interface Told {
  /** All operations of the part, as they were recorded. */
  readonly part: readonly Operation[];
  /** Of the core. */
  readonly evidence: Evidence;
}

export function explain(model: Model, core: Core, { part, evidence }: Told): Explanation {
  const recorded = new Map(part.map(operation => [operation.id, operation]));
  const suspects = core.operations
    .filter(({ outcome }) => outcome !== 'info')
    .map(({ id }) => present(recorded.get(id)))
    .toSorted((one, other) => other.return - one.return);
  const defect = defectsOf(model)(part, suspects);
  if (defect) {
    return { shape: defect.shape, text: defect.text, operations: idsInOrder(defect.operations), alone: true };
  }
  const last = suspects[0];
  const cited = core.operations.length > fewCited ? core.operations.filter(one => !isWeakened(one)) : core.operations;
  return {
    shape: last ? `impossible-${last.f}` : 'impossible',
    text: [...whatCannotBe(model, core, recorded), ...howFar(evidence)].join('\n'),
    operations: idsInOrder(cited.slice(-mostCited)),
    alone: false,
  };
}

/** The operations, each with what of it matters. */
function whatCannotBe(model: Model, core: Core, recorded: ReadonlyMap<number, Operation>): readonly string[] {
  const lines = core.operations.map(operation => {
    const original = present(recorded.get(operation.id));
    const implied = operation.f === original.f ? '' : `, so ${model.describe.operation(operation)}`;
    const what = `#${operation.id} process ${place(original)}: ${model.describe.operation(original)}${implied}`;
    if (operation.outcome !== 'info') return `  ${what}, ${span(original)}`;
    const from = isWeakened(operation) ? 'at any time' : `at any time from ${formatNanos(original.callTime)}`;
    return `  ${what}, ${from} or never`;
  });
  const few = lines.slice(-mostCited);
  const start = core.anyStart ? ', whatever was before' : '';
  return [
    `No order of ${lines.length === 1 ? 'this operation' : `these ${lines.length} operations`} that respects who finished before whom explains every answer${start}:`,
    ...(lines.length > few.length ? [`  (${lines.length - few.length} earlier ones, and)`] : []),
    ...few,
  ];
}

/** Where the orders that come farthest end. */
function howFar(evidence: Evidence): readonly string[] {
  const [best] = evidence.partials;
  if (!best) return [];
  const few = evidence.partials.filter(({ explained }) => explained === best.explained).slice(0, mostEnds);
  const more = evidence.farthest - few.length;
  return [
    few.length === 1 ? 'An order comes no farther than this:' : 'Orders come no farther than these:',
    ...few.map(partial => `  ${whereItEnds(evidence, partial)}`),
    ...(more > 0 ? [`  ... and ${more} more like these.`] : []),
  ];
}

/** `After write 1 (#0) the value is 1, where read -> 2 (#3) cannot come next.` */
function whereItEnds({ operations }: Evidence, { start, earlierSteps, steps, next }: PartialLinearization): string {
  const named = ({ operation }: { readonly operation: number }): string => {
    const { words, id } = present(operations[operation]);
    return `${words} (#${id})`;
  };
  const last = steps.slice(-mostSteps);
  const earlier = earlierSteps + steps.length - last.length;
  const order = [...(earlier > 0 ? [`${earlier} others`] : []), ...last.map(named)].join(', ');
  const before = steps.length === 0 ? 'At first' : `After ${order}`;
  const stuck = next.filter(({ operation }) => operations[operation]?.completed).map(named);
  return `${before} ${steps.at(-1)?.state ?? start}, where ${enumerate(stuck)} cannot come next.`;
}

function idsInOrder(operations: readonly Operation[]): readonly number[] {
  return [...new Set(operations.map(({ id }) => id))].toSorted((one, other) => one - other);
}
