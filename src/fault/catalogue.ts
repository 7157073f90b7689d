/**
 * Every kind of fault by name, and the two questions that are asked of a plan before it is run: is it well formed (it
 * may have been edited by hand), and can this cluster do it at all.
 */
import { exitCode, OrdealError } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import { suggestion } from '../base/text.ts';
import type { Capability } from '../runtime/cluster.ts';
import { clock } from './clock.ts';
import { cpu } from './cpu.ts';
import { cutClients } from './cut-clients.ts';
import { diskFull } from './disk-full.ts';
import type { FaultKind } from './fault.ts';
import { bandwidth, corrupt, delay, duplicate, loss, reorder } from './link.ts';
import { memory } from './memory.ts';
import { partition } from './partition.ts';
import { pauseClients } from './pause-clients.ts';
import { kill, pause, terminate } from './process.ts';
import type { ScheduledFault } from './programme.ts';
import { restartLoop } from './restart-loop.ts';
import { checkTarget } from './target.ts';
import { wipe } from './wipe.ts';

export const faultKinds: readonly FaultKind[] = [
  partition,
  cutClients,
  kill,
  terminate,
  restartLoop,
  pause,
  loss,
  delay,
  duplicate,
  reorder,
  corrupt,
  bandwidth,
  cpu,
  memory,
  diskFull,
  wipe,
  clock,
  pauseClients,
];

/** Throws `UNKNOWN_FAULT`. */
export function faultKind(name: string): FaultKind {
  const found = faultKinds.find(({ kind }) => kind === name);
  if (found) return found;
  const names = faultKinds.map(({ kind }) => kind);
  throw new OrdealError(`there is no fault "${name}"`, {
    code: 'UNKNOWN_FAULT',
    hint: suggestion(name, names),
  });
}

/** Throws `UNKNOWN_FAULT`, `UNKNOWN_TARGET` or `INVALID_FAULT` for a schedule that cannot be meant. */
export function checkSchedule(schedule: readonly ScheduledFault[], nodes: readonly NodeName[]): void {
  for (const { id, kind, target, parameters } of schedule) {
    const { schema } = faultKind(kind);
    checkTarget(target, nodes);
    const issue = schema.safeParse(parameters).error?.issues[0];
    if (!issue) continue;
    throw new OrdealError(`fault ${id} (${kind}): ${[...issue.path, issue.message].join(': ')}`, {
      code: 'INVALID_FAULT',
      hint: `${kind} takes: ${Object.keys(schema.shape).join(', ') || 'no parameters'}`,
    });
  }
}

/**
 * Throws `FAULT_UNAVAILABLE` (exit 69) when the schedule asks for something that the cluster cannot do. `reasons`: why, as
 * far as it is known.
 */
export function requireCapabilities(
  schedule: readonly ScheduledFault[],
  available: ReadonlySet<Capability>,
  reasons: ReadonlyMap<Capability, string> = new Map(),
): void {
  const missing = new Map<Capability, string>();
  for (const { kind, parameters } of schedule) {
    for (const need of faultKind(kind).needs(parameters)) {
      if (!available.has(need)) missing.set(need, kind);
    }
  }
  if (missing.size === 0) return;
  const faults = [...new Set(missing.values())].join(', ');
  const inWords = [...missing.keys()]
    .map(need => (reasons.has(need) ? `${need} (${reasons.get(need)})` : need))
    .join(', ');
  const has = available.size === 0 ? 'it can do none' : `it can do: ${[...available].join(', ')}`;
  throw new OrdealError(`this cluster cannot do ${inWords}, which the nemesis needs (${faults})`, {
    code: 'FAULT_UNAVAILABLE',
    hint: `choose another nemesis; ${has}`,
    exit: exitCode.unavailable,
  });
}
