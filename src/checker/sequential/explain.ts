/**
 * Words for a counterexample of sequential consistency, for somebody who knows no theory: what each process did, in its own
 * order, and why nothing can be put in the place where it would have to be.
 *
 * Where every value that matters was written once, the reason is a few sentences about who saw what before what. Else it
 * is shown how far the best orders come, which holds for any model.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { leftBy, neededBy } from '../../model/guarded-value.ts';
import type { Model } from '../../model/model.ts';
import { sameValue } from '../../model/value.ts';
import { phrases, place, span } from '../defect/defect.ts';
import type { Explanation } from '../explain.ts';
import { enumerate, showValue } from '../words.ts';
import type { DeadEnd } from './all-orders.ts';
import type { SequentialCore } from './core.ts';
import { valueLeft } from './values.ts';
import type { Conflict } from './version-graph.ts';

/** Beyond these, operations that may have happened at any time are not cited. */
const fewCited = 8;
/** Beyond these, only the last are cited and told. */
const mostCited = 24;

export interface Findings {
  readonly core: SequentialCore;
  /** Of the core, where there is one. */
  readonly conflict: Conflict | null;
  /** Of the core; null when there were too many orders. */
  readonly ends: readonly DeadEnd[] | null;
  /** All operations of the part, as they were recorded. */
  readonly part: readonly Operation[];
}

export function explainSequential(model: Model, { core, conflict, ends, part }: Findings): Omit<Explanation, 'alone'> {
  const recorded = new Map(part.map(operation => [operation.id, operation]));
  const all = core.operations.length > fewCited ? core.operations.filter(isFixed) : core.operations;
  const cited = all.slice(-mostCited);
  const reason = conflict === null ? null : reasonOf(model, conflict, part);
  const suspect = core.operations.filter(isFixed).at(-1);
  return {
    shape: reason?.shape ?? (suspect ? `impossible-${suspect.f}` : 'impossible'),
    text: [...whoDidWhat(model, cited, recorded), ...(reason ? [reason.text] : howFar(model, ends))].join('\n'),
    operations: [...new Set([...cited.map(({ id }) => id), ...(reason?.more ?? [])])].toSorted((a, b) => a - b),
  };
}

function isFixed({ outcome }: Operation): boolean {
  return outcome !== 'info';
}

/** One line for each process, in its own order; then what may have happened at any time. */
function whoDidWhat(
  model: Model,
  cited: readonly Operation[],
  recorded: ReadonlyMap<number, Operation>,
): readonly string[] {
  const told = (operation: Operation): string => {
    const original = present(recorded.get(operation.id));
    return `${model.describe.operation(original)} (#${operation.id}, ${span(original)})`;
  };
  const lines = new Map<string, string[]>();
  const tell = (operation: Operation, words: (before: boolean) => string): void => {
    const who = place(present(recorded.get(operation.id)));
    const before = lines.get(who) ?? [];
    lines.set(who, [...before, words(before.length > 0)]);
  };
  for (const operation of cited.filter(one => one.call !== -Infinity).toSorted((one, other) => one.id - other.id)) {
    const words = told(operation);
    if (isFixed(operation)) tell(operation, before => (before ? `then ${words}` : words));
    else tell(operation, before => (before ? `then or never ${words}` : `perhaps ${words}`));
  }
  const free = cited.filter(operation => operation.call === -Infinity);
  const count = cited.length === 1 ? 'this operation' : `these ${cited.length} operations`;
  return [
    `No order of ${count} that keeps the order of each process explains every answer:`,
    ...[...lines].map(([who, done]) => `  process ${who}: ${done.join(', ')}`),
    ...free.map(operation => {
      const who = place(present(recorded.get(operation.id)));
      return `  process ${who}, at any time or never: ${told(operation)}`;
    }),
  ];
}

interface Reason {
  readonly shape: string;
  readonly text: string;
  /** Ids that the text names and that are not in the core. */
  readonly more?: readonly number[];
}

function reasonOf(model: Model, conflict: Conflict, part: readonly Operation[]): Reason | null {
  const { named } = phrases(model);
  if (conflict.type === 'nowhere') {
    const { operation } = conflict;
    const value = neededBy(operation);
    const failed = part.find(one => one.outcome === 'fail' && isWriterOf(one, value));
    if (!failed) {
      return {
        shape: 'phantom-value',
        text: `Nobody ever wrote ${showValue(value)}, which ${named(operation)} found.`,
      };
    }
    const text = `${named(operation)} found what only ${named(failed)} would have written, and that failed.`;
    return { shape: 'dirty-read', text, more: [failed.id] };
  }
  if (conflict.type === 'taken-twice') {
    const [first, second] = conflict.operations;
    const text = `${named(first)} and ${named(second)} both found ${showValue(neededBy(first))}, but the one that came first took it away, and nothing wrote it again. One of the two updates is lost.`;
    return { shape: 'lost-update', text };
  }
  if (conflict.type === 'circle') {
    const text = `Each of ${enumerate(conflict.operations.map(named), 8)} found what another of them left, so none can have come first.`;
    return { shape: 'circular-updates', text };
  }
  // Of one process alone it is enough to tell where it went back.
  const { steps } = conflict;
  const last = present(steps.toSorted(([, one], [, other]) => one.id - other.id).at(-1));
  const isOne = steps.every(([first]) => first.process === last[0].process);
  return isOne ? wentBack(model, last) : { shape: 'orders-disagree', text: disagreement(steps) };
}

function isWriterOf(operation: Operation, value: unknown): boolean {
  if (operation.f !== 'write' && operation.f !== 'cas') return false;
  return operation.output !== 'refused' && sameValue(leftBy(operation), value);
}

/** One process found, or left, a version and then an earlier one. */
function wentBack(model: Model, [first, second]: readonly [Operation, Operation]): Reason {
  const { named } = phrases(model);
  const [newer, older] = [valueAt(first), valueAt(second)];
  const own = valueLeft(first) !== undefined;
  const did = own ? `left ${showValue(newer)} by ${named(first)}` : `found ${showValue(newer)} by ${named(first)}`;
  const makes = valueLeft(second) !== undefined;
  const then = makes
    ? `only then left ${showValue(older)} by ${named(second)}`
    : `then found ${showValue(older)} by ${named(second)}`;
  const why = sameValue(older, null)
    ? 'null is what was there at first, and nothing writes it again'
    : sameValue(newer, older)
      ? 'nothing else ever wrote that value'
      : `${showValue(older)} was there before ${showValue(newer)}, and nothing wrote it again`;
  const text = `Process ${first.process} ${did}, and ${then}; but ${why}.`;
  return { shape: own ? 'own-write-missed' : 'went-back', text };
}

/** Processes that do not agree on the order of the versions. */
function disagreement(steps: readonly (readonly [Operation, Operation])[]): string {
  const pairs = steps.map(([first, second]) => {
    const [earlier, later] = [showValue(valueAt(first)), showValue(valueAt(second))];
    return `process ${first.process} has ${earlier} before ${later}`;
  });
  const links = steps.flatMap(([, second], index) => {
    const [next] = present(steps[(index + 1) % steps.length]);
    const [from, to] = [valueAt(second), valueAt(next)];
    return sameValue(from, to) ? [] : [`${showValue(from)} and ${showValue(to)} follow each other by cas`];
  });
  const all = enumerate([...pairs, ...links], 12);
  return `${all.slice(0, 1).toUpperCase()}${all.slice(1)}. Each value was written only once, so they cannot all be right.`;
}

/** The value that was there when the operation was done. */
function valueAt(operation: Operation): unknown {
  return valueLeft(operation) === undefined ? neededBy(operation) : leftBy(operation);
}

/** Where the orders that come farthest end. */
function howFar(model: Model, ends: readonly DeadEnd[] | null): readonly string[] {
  const { named } = phrases(model);
  if (ends === null || ends.length === 0) return [];
  const few = ends.slice(0, 3).map(({ order, state, stuck }) => {
    const before = order.length === 0 ? 'At first' : `After ${order.map(named).join(', ')}`;
    const next = stuck.map(operation => `${named(operation)} of process ${operation.process}`);
    return `  ${before} ${model.describe.state(state)}, where ${enumerate(next)} cannot come next.`;
  });
  const more = ends.length > few.length ? [`  ... and ${ends.length - few.length} more like these.`] : [];
  const first = few.length === 1 ? 'An order comes no farther than this:' : 'Orders come no farther than these:';
  return [first, ...few, ...more];
}
