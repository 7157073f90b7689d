/**
 * Defects of a text that is appended to (`kv`): an acknowledged append that is missing, a text that had been replaced, one
 * that nobody can have written.
 */
import type { Operation } from '../../history/operation.ts';
import { countOf, showValue } from '../words.ts';
import { type Defect, ended, type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

export function textDefects({ told, by }: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      const defect = late.f === 'get' ? (missing(part, late) ?? replaced(part, late) ?? unwritten(part, late)) : null;
      if (defect) return defect;
    }
    return null;
  };

  /** Acknowledged before the get began, and no put may have wiped it out since. */
  function missing(part: readonly Operation[], late: Operation): Defect | null {
    const puts = part.filter(one => one.f === 'put' && mayHaveHappened(one) && one.call < late.return);
    const lastPut = Math.max(-Infinity, ...puts.map(put => put.return));
    const lost = part.find(
      one =>
        one.f === 'append' &&
        one.outcome === 'ok' &&
        one.return < late.call &&
        one.call > lastPut &&
        !String(late.output).includes(String(one.input)),
    );
    if (!lost) return null;
    const text = `${told(late)}. That is impossible: ${by(lost)} had been acknowledged at ${ended(lost)}, before this get began, and nothing was put since.`;
    return { shape: 'lost-append', text, operations: [lost, late] };
  }

  /** A put had been acknowledged, and the text begins like none that may have been put since. */
  function replaced(part: readonly Operation[], late: Operation): Defect | null {
    const puts = part.filter(one => one.f === 'put' && mayHaveHappened(one) && one.call < late.return);
    const certain = puts.filter(put => put.outcome === 'ok' && put.return < late.call);
    const newest = certain.toSorted((one, other) => other.call - one.call)[0];
    if (!newest) return null;
    const since = puts.filter(put => put.return >= newest.call);
    if (since.some(put => String(late.output).startsWith(String(put.input)))) return null;
    const beginnings = [...new Set(since.map(put => showValue(put.input)))];
    const one = beginnings.length > fewNamed ? `one of ${beginnings.length} texts` : beginnings.join(' or ');
    const text = `${told(late)}. That is impossible: ${by(newest)} had been acknowledged at ${ended(newest)}, before this get began, and from then on every text begins with ${one}.`;
    return { shape: 'stale-text', text, operations: [...since.slice(0, fewCited), late] };
  }

  /** A letter is there more often than in all that may have been written. */
  function unwritten(part: readonly Operation[], late: Operation): Defect | null {
    const written = part.filter(one => one.f !== 'get' && mayHaveHappened(one) && one.call < late.return);
    const available = letters(written.map(({ input }) => String(input)));
    for (const [letter, times] of letters([String(late.output)])) {
      const most = available.get(letter) ?? 0;
      if (times <= most) continue;
      const often =
        most === 0 ? ', and in nothing' : ` ${countOf(times, 'time')}, and only ${countOf(most, 'time')} in all`;
      const text = `${told(late)}. That is impossible: ${showValue(letter)} is in it${often} that had been put or appended by then.`;
      return { shape: 'phantom-text', text, operations: [...(most > 0 ? written.slice(-fewCited) : []), late] };
    }
    return null;
  }
}

const fewCited = 8;
const fewNamed = 4;

function letters(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}
