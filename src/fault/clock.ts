/**
 * Puts the wall clocks of nodes forward or back, at once; the machine's own clock is never touched.
 *
 * Begin and end measure the clock on the node and reject when it is not where it was put. How it can mislead: systems
 * that count time by the monotonic clock, as they should, see nothing of it; and what asks the kernel past the C library
 * (Go) cannot be deceived in this way, although the measurement is.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import { nanosPerMs, sleep } from '../base/time.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { forEachNode, requireRunning } from './node-state.ts';

/** Less cannot be told from the time that measuring takes. */
const leastMs = 500;
const dayMs = 86_400_000;
const schema = z.strictObject({
  offsetMs: z
    .number()
    .int()
    .min(-dayMs)
    .max(dayMs)
    .refine(value => Math.abs(value) >= leastMs, { error: `must be at least ${leastMs}ms` })
    .default(60_000),
  direction: z.enum(['forward', 'back', 'random']).optional(),
});

export const clock: FaultKind = {
  ...nodeKind,
  kind: 'clock',
  summary: 'puts wall clocks forward or back, and right again when it ends',
  holds: 'clock',
  schema,
  needs: () => ['clock'],
  contradiction: ({ parameters: { offsetMs, direction } }) =>
    Number(offsetMs) < 0 && direction !== undefined ? 'a negative offset has a direction already' : null,
  prepare(context, parameters) {
    const { offsetMs, direction = 'forward' } = schema.parse(parameters);
    const way = direction === 'random' ? context.random.pick(['forward', 'back'] as const) : direction;
    return clockFault(context, way === 'back' ? -offsetMs : offsetMs);
  },
};

const withinMs = 1_000;
const betweenLooksMs = 100;

function clockFault({ cluster, targets, clock: time }: FaultContext, offsetMs: number): Fault {
  const clocks = present(cluster.clocks, 'a cluster that can skew clocks has the control');
  const toleranceMs = Math.min(1_000, Math.abs(offsetMs) / 2);
  const skewed = new Set<NodeName>();
  let over = false;

  /** Rejects when it is not measured to be so, soon. */
  const set = async (node: NodeName, wantedMs: number): Promise<void> => {
    await clocks.skew(node, wantedMs);
    const deadline = time.now() + withinMs * nanosPerMs;
    for (;;) {
      const measuredMs = await clocks.offsetMs(node);
      if (Math.abs(measuredMs - wantedMs) <= toleranceMs) return;
      if (time.now() >= deadline) throw new Error(`its clock is ${off(measuredMs)}, and was to be ${off(wantedMs)}`);
      await sleep(time, betweenLooksMs);
    }
  };
  return {
    description: `${targets.join(' ')}: clock ${off(offsetMs)}`,
    targets,
    async begin() {
      await forEachNode(targets, async node => {
        if (over) return;
        skewed.add(node);
        await set(node, offsetMs);
      });
    },
    async bit() {
      const measured = await Promise.all(targets.map(node => clocks.offsetMs(node)));
      return {
        bit: measured.some(ms => Math.abs(ms - offsetMs) <= toleranceMs),
        evidence: targets.map((node, index) => `${node}: measured ${off(measured[index] ?? 0)}`).join(', '),
      };
    },
    async end() {
      over = true;
      await forEachNode(targets, async node => {
        if (skewed.has(node)) await set(node, 0);
        await requireRunning(cluster.processes, node);
      });
    },
  };
}

/** `60000 ms ahead` */
function off(ms: number): string {
  const whole = Math.round(ms);
  return whole === 0 ? 'right' : `${Math.abs(whole)} ms ${whole > 0 ? 'ahead' : 'behind'}`;
}
