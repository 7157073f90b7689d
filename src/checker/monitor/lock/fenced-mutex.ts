/**
 * The monitor of a mutex with tokens: a lock with one permit, whose tokens grow. See `holds.ts`.
 */
import { absent } from '../../../history/columns.ts';
import { isToken } from '../../../model/fenced-mutex.ts';
import type { Classes } from '../../subhistory/subhistory.ts';
import { judgeHolds } from './holds.ts';
import type { Monitor } from '../monitor.ts';

export const fencedMutexMonitor: Monitor = {
  name: 'fenced-mutex-holds',
  judge: subhistory => judgeHolds(subhistory, { permits: 1, tokens: tokensOf(subhistory.classes) }),
};

function tokensOf(classes: Classes): Float64Array {
  const tokens = new Float64Array(classes.length);
  for (let index = 0; index < classes.length; index++) {
    const output = classes.output[index]!;
    const token = output === absent ? null : classes.values[output];
    tokens[index] = isToken(token) ? token : Number.NaN;
  }
  return tokens;
}
