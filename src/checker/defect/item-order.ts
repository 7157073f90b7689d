/**
 * Defects of the order of a queue or a stack: it was found empty although something was in it, or an item came out that
 * another one was certainly before.
 */
import type { Operation } from '../../history/operation.ts';
import { sameValue, valueKey } from '../../model/value.ts';
import { countOf, showValue } from '../words.ts';
import { type Defect, ended, type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

const removals: ReadonlySet<string> = new Set(['dequeue', 'pop']);

export function itemOrderDefects({ told, by, named }: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      if (!removals.has(late.f)) continue;
      const item = late.output ?? null;
      const others = part.filter(one => one !== late && mayHaveHappened(one) && one.call < late.return);
      const question: Question = {
        late,
        insertions: others.filter(({ f }) => !removals.has(f)),
        removals: others.filter(({ f }) => removals.has(f)),
      };
      const defect = item === null ? falseEmpty(question) : outOfOrder(question, item);
      if (defect) return defect;
    }
    return null;
  };

  /** More had gone in for certain than can have come out. */
  function falseEmpty({ late, insertions, removals: taken }: Question): Defect | null {
    const certain = insertions.filter(one => one.outcome === 'ok' && one.return < late.call);
    const out = taken.filter(one => one.outcome === 'info' || (one.output ?? null) !== null);
    if (certain.length <= out.length) return null;
    const left = certain.find(({ input }) => !out.some(one => sameValue(one.output, input)));
    const text = `${told(late)}. That is impossible: `;
    if (out.length === 0 && left) {
      const why = `${by(left)} had been acknowledged at ${ended(left)}, before this ${late.f} began, and nothing had been taken out.`;
      return { shape: 'false-empty', text: text + why, operations: [left, late] };
    }
    const example = left ? `; nobody took out what ${named(left)} had put in` : '';
    const why = `${countOf(certain.length, 'item')} had gone in before this ${late.f} began, and at most ${out.length} came out by its end${example}.`;
    return { shape: 'false-empty', text: text + why, operations: [...(left ? [left] : []), late] };
  }

  /** Another item was certainly in it, and certainly nearer to coming out. */
  function outOfOrder({ late, insertions, removals: taken }: Question, item: unknown): Defect | null {
    if (taken.some(({ outcome }) => outcome === 'info')) return null;
    const own = insertions.filter(({ input }) => sameValue(input, item));
    const out = new Set(taken.map(({ output }) => valueKey(output)));
    const isFirstOut = late.f === 'dequeue';
    const [edge] = own.toSorted((one, other) => (isFirstOut ? one.call - other.call : other.return - one.return));
    const nearer = insertions.find(
      one =>
        one.outcome === 'ok' &&
        one.return < late.call &&
        edge !== undefined &&
        (isFirstOut ? one.return < edge.call : one.call > edge.return) &&
        !out.has(valueKey(one.input)),
    );
    if (!nearer || !edge) return null;
    const when = isFirstOut
      ? `${by(nearer)} had been acknowledged at ${ended(nearer)}, before ${by(edge)} began`
      : `${by(nearer)} began after ${by(edge)} had ended, and had been acknowledged at ${ended(nearer)}, before this ${late.f} began`;
    const text = `${told(late)}. That is impossible: ${when}; so ${showValue(nearer.input)} had to come out first, and nobody had taken it out by then.`;
    return { shape: 'out-of-order', text, operations: [nearer, edge, late] };
  }
}

interface Question {
  readonly late: Operation;
  /** That may have happened before it. */
  readonly insertions: readonly Operation[];
  readonly removals: readonly Operation[];
}
