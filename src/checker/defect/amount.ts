/**
 * Defects of a counter: a number that it cannot have reached, or must have passed.
 */
import { changeOf } from '../../model/counter.ts';
import { countOf } from '../words.ts';
import { type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

export function amountDefects({ told }: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects.filter(({ f }) => f === 'read')) {
      const changes = part.filter(one => one.f !== 'read' && mayHaveHappened(one) && one.call < late.return);
      // Sums of fractions depend on the order.
      if (typeof late.output !== 'number' || !changes.every(change => Number.isSafeInteger(changeOf(change)))) continue;
      const certain = changes.filter(one => one.return < late.call);
      const open = changes.filter(one => one.return > late.call).map(changeOf);
      const done = certain.map(changeOf).reduce((sum, change) => sum + change, 0);
      const least = done + open.filter(change => change < 0).reduce((sum, change) => sum + change, 0);
      const most = done + open.filter(change => change > 0).reduce((sum, change) => sum + change, 0);
      if (late.output >= least && late.output <= most) continue;
      const range = least === most ? `exactly ${least}` : `at least ${least} and at most ${most}`;
      const text =
        `${told(late)}. That is impossible: ${countOf(certain.length, 'change')}, together ${done}, had been acknowledged ` +
        `before, and ${countOf(open.length, 'other')} may have happened by then; so the counter was ${range}.`;
      return { shape: late.output < least ? 'missing-amount' : 'excess-amount', text, operations: [late] };
    }
    return null;
  };
}
