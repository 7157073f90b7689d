/** The workloads that come with ordeal, by name. */
import { OrdealError } from '../../base/errors.ts';
import { suggestion } from '../../base/text.ts';
import type { Workload } from '../workload.ts';
import { broadcast } from './broadcast.ts';
import { echo } from './echo.ts';
import { gCounter } from './g-counter.ts';
import { gSet } from './g-set.ts';
import { kafka } from './kafka.ts';
import { linKv } from './lin-kv.ts';
import { lockedSet } from './locked-set.ts';
import { lwwMap } from './lww-map.ts';
import { pnCounter } from './pn-counter.ts';
import { uniqueIds } from './unique-ids.ts';

/** From the simplest to the hardest. */
export const workloads: readonly Workload[] = [
  echo,
  uniqueIds,
  broadcast,
  gSet,
  gCounter,
  pnCounter,
  lwwMap,
  linKv,
  lockedSet,
  kafka,
];

/** Throws `UNKNOWN_WORKLOAD`, which names the nearest one. */
export function workloadByName(name: string): Workload {
  const found = workloads.find(workload => workload.name === name);
  if (found) return found;
  const names = workloads.map(workload => workload.name);
  throw new OrdealError(`there is no workload "${name}"`, {
    code: 'UNKNOWN_WORKLOAD',
    hint: suggestion(name, names),
  });
}
