/**
 * Defects of a set: an element that is missing although it was added and never removed, or there although it cannot be.
 */
import type { Operation } from '../../history/operation.ts';
import { valueKey } from '../../model/value.ts';
import { showValue } from '../words.ts';
import { type Defect, ended, type FindDefect, latest, mayHaveHappened, type Phrases } from './defect.ts';

export function elementDefects({ told, by, named }: Phrases): FindDefect {
  return (part, suspects) => {
    const changes = changesByElement(part);
    for (const late of suspects) {
      const before = new Map<string | number, Changes>();
      for (const [key, all] of changes) before.set(key, asKnownBy(late, all));
      const defect = shownWrongly(before, late) ?? missing(before, late);
      if (defect) return defect;
    }
    return null;
  };

  /** Its addition was acknowledged before the look began, and nobody asked to remove it before the look ended. */
  function missing(before: ReadonlyMap<string | number, Changes>, late: Operation): Defect | null {
    const shown = new Set(shownBy(late).map(valueKey));
    for (const [key, { adds, removals }] of before) {
      const add = adds.find(one => one.outcome === 'ok' && one.return < late.call);
      if (!add || removals.length > 0 || shown.has(key) || !looksFor(late, key)) continue;
      const text = `${told(late)}. That is impossible: ${by(add)} had been acknowledged at ${ended(add)}, before this ${late.f} began, and nobody had asked to remove ${showValue(add.input)}.`;
      return { shape: 'lost-element', text, operations: [add, late] };
    }
    return null;
  }

  function shownWrongly(before: ReadonlyMap<string | number, Changes>, late: Operation): Defect | null {
    const impossible = `${told(late)}. That is impossible: `;
    for (const element of shownBy(late)) {
      const { adds, removals, failed } = before.get(valueKey(element)) ?? noChanges;
      const last = latest(adds);
      const unknown = `${impossible}nobody had added ${showValue(element)} by then`;
      if (!last && !failed) return { shape: 'phantom-element', text: `${unknown}.`, operations: [late] };
      if (!last && failed) {
        return { shape: 'dirty-element', text: `${unknown}; ${by(failed)} failed.`, operations: [failed, late] };
      }
      const removal = removals.find(
        one => one.outcome === 'ok' && one.return < late.call && last && one.call > last.return,
      );
      if (!last || !removal) continue;
      const text = `${impossible}${by(removal)} had been acknowledged at ${ended(removal)}, before this ${late.f} began, and nobody added ${showValue(element)} again: the last addition, ${named(last)}, had ended at ${ended(last)}.`;
      return { shape: 'resurrected-element', text, operations: [last, removal, late] };
    }
    return null;
  }
}

/** What may have happened to an element. */
interface Changes {
  readonly adds: readonly Operation[];
  readonly removals: readonly Operation[];
  /** An addition that did not happen. */
  readonly failed: Operation | undefined;
}

const noChanges: Changes = { adds: [], removals: [], failed: undefined };

function changesByElement(part: readonly Operation[]): ReadonlyMap<string | number, readonly Operation[]> {
  const changes = new Map<string | number, Operation[]>();
  for (const operation of part) {
    if (operation.f !== 'add' && operation.f !== 'remove') continue;
    const key = valueKey(operation.input);
    const known = changes.get(key);
    if (known) known.push(operation);
    else changes.set(key, [operation]);
  }
  return changes;
}

/** Those that were asked for before an answer was given. */
function asKnownBy(late: Operation, changes: readonly Operation[]): Changes {
  const called = changes.filter(one => one.call < late.return);
  return {
    adds: called.filter(one => one.f === 'add' && mayHaveHappened(one)),
    removals: called.filter(one => one.f === 'remove' && mayHaveHappened(one)),
    failed: called.find(one => one.f === 'add' && !mayHaveHappened(one)),
  };
}

function shownBy({ f, input, output }: Operation): readonly unknown[] {
  if (f === 'read') return Array.isArray(output) ? output : [];
  return f === 'contains' && output === true ? [input] : [];
}

/** Whether it would have shown the element. */
function looksFor({ f, input, output }: Operation, key: string | number): boolean {
  if (f === 'read') return Array.isArray(output);
  return f === 'contains' && output === false && valueKey(input) === key;
}
