/**
 * The end of a fault of which a node may die: takes the cause away, gives the node time to die of it still, and starts it
 * again when it did.
 */
import type { NodeName } from '../base/names.ts';
import { type Clock, nanosPerMs, sleep } from '../base/time.ts';
import type { ProcessControl } from '../runtime/cluster.ts';
import { revive } from './node-state.ts';

export interface OutliveOptions {
  readonly processes: ProcessControl;
  readonly clock: Clock;
  readonly node: NodeName;
  /** Takes the cause away. */
  readonly lift: () => Promise<void>;
  /** Asked of a node that has died, before it is started again. */
  readonly autopsy?: () => Promise<void>;
}

/** A process that has met the cause may still be on its way out when the cause is gone. */
const mayStillDieMs = 500;
const betweenLooksMs = 100;

export async function outlive({ processes, clock, node, lift, autopsy }: OutliveOptions): Promise<void> {
  await lift();
  const deadline = clock.now() + mayStillDieMs * nanosPerMs;
  for (;;) {
    const { status } = await processes.inspect(node);
    if (status === 'dead') await autopsy?.();
    if (status === 'dead' || clock.now() >= deadline) break;
    await sleep(clock, betweenLooksMs);
  }
  await revive(processes, node);
}
