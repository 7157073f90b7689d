/**
 * Defects of a queue or a stack: an item that came out although it had not gone in, or more often than it went in.
 */
import type { Operation } from '../../history/operation.ts';
import { sameValue } from '../../model/value.ts';
import { countOf, showValue } from '../words.ts';
import { type Defect, type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

export function itemDefects({ told, by, named }: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      const item = late.output ?? null;
      if (!removes(late) || item === null) continue;
      const defect = neverInserted(part, late, item) ?? removedTooOften(part, late, item);
      if (defect) return defect;
    }
    return null;
  };

  function neverInserted(part: readonly Operation[], late: Operation, item: unknown): Defect | null {
    const insertions = part.filter(one => !removes(one) && sameValue(one.input, item) && one.call < late.return);
    if (insertions.some(mayHaveHappened)) return null;
    const text = `${told(late)}. That is impossible: nobody had put ${showValue(item)} in by then`;
    const [failed] = insertions;
    return failed
      ? { shape: 'dirty-item', text: `${text}; ${by(failed)} failed.`, operations: [failed, late] }
      : { shape: 'phantom-item', text: `${text}.`, operations: [late] };
  }

  function removedTooOften(part: readonly Operation[], late: Operation, item: unknown): Defect | null {
    const insertions = part.filter(one => !removes(one) && mayHaveHappened(one) && sameValue(one.input, item));
    const removals = part.filter(one => removes(one) && one.outcome === 'ok' && sameValue(one.output, item));
    if (removals.length <= insertions.length) return null;
    const others = removals.filter(one => one !== late).slice(0, insertions.length);
    const text =
      `${told(late)}. That is impossible: ${showValue(item)} went in ${countOf(insertions.length, 'time')} ` +
      `(${insertions.map(named).join(', ')}) and came out ${countOf(removals.length, 'time')}: also by ${others.map(by).join(', ')}.`;
    return { shape: 'duplicate-item', text, operations: [...insertions, ...others, late] };
  }
}

function removes({ f }: Operation): boolean {
  return f === 'dequeue' || f === 'pop';
}
