/**
 * The monitor of a semaphore whose acquires all say the same number of permits. See `holds.ts`.
 */
import { outcomeCodes } from '../../../history/columns.ts';
import type { Classes, Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { judgeHolds } from './holds.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';

export const semaphoreMonitor: Monitor = { name: 'semaphore-holds', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const permits = permitsOf(subhistory.classes);
  if (permits === null) return { validity: 'inapplicable', why: 'acquires disagree on the number of permits' };
  return judgeHolds(subhistory, { permits, tokens: null });
}

/** What the completed acquires say; null when they disagree. */
function permitsOf({ length, f, input, outcome, functions, values }: Classes): number | null {
  const acquire = functions.indexOf('acquire');
  let said = none;
  for (let index = 0; index < length; index++) {
    if (f[index] !== acquire || outcome[index] === outcomeCodes.info || input[index] === said) continue;
    if (said !== none) return null;
    said = input[index]!;
  }
  return said === none ? 1 : (values[said] as number);
}
