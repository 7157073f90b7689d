/**
 * Defects of a text that is appended to (`kv`): an acknowledged append that is missing.
 */
import type { Operation } from '../../history/operation.ts';
import { type Defect, ended, type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

export function textDefects({ told, by }: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      const defect = late.f === 'get' ? missing(part, late) : null;
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
}
