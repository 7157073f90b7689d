/**
 * The monitor of a mutex: a lock with one permit. See `holds.ts`.
 */
import { judgeHolds } from './holds.ts';
import type { Monitor } from '../monitor.ts';

export const mutexMonitor: Monitor = {
  name: 'mutex-holds',
  judge: subhistory => judgeHolds(subhistory, { permits: 1, tokens: null }),
};
