/**
 * What can be done to a cluster in Docker: to its links by what this host can do, to its nodes by what they are made of.
 */
import type { Capability } from '../cluster.ts';
import type { NodeParts } from './assembly.ts';
import type { OverlayNetwork } from './network/overlay/network.ts';
import type { PodSpec } from './spec.ts';

const inOverlay = 'there with --network overlay';
const noData = 'the system has no folder of data on a volume of its own';

/** Why what may be missing is missing, where nothing else says so. */
export const notHere: Readonly<Partial<Record<Capability, string>>> = {
  duplicate: inOverlay,
  reorder: inOverlay,
  corrupt: inOverlay,
  stop: 'an init process stands before the system',
  disk: noData,
  wipe: noData,
  clock: "the system's image has no libfaketime",
};

const ofClients: ReadonlySet<Capability> = new Set(['cut-clients']);

export function capabilitiesOf(
  nodes: readonly NodeParts[],
  overlay: OverlayNetwork | null,
  abilities: readonly Capability[],
): ReadonlySet<Capability> {
  const all = (has: (spec: PodSpec) => boolean, ...capabilities: readonly Capability[]): readonly Capability[] =>
    nodes.every(({ spec }) => has(spec)) ? capabilities : [];
  return new Set<Capability>([
    ...(overlay ? [...overlay.capabilities, ...abilities.filter(ability => ofClients.has(ability))] : abilities),
    'kill',
    'terminate',
    'pause',
    'cpu',
    'memory',
    'pause-clients',
    ...all(spec => spec.init !== true, 'stop'),
    ...all(spec => spec.data !== undefined, 'disk', 'wipe'),
    ...all(spec => spec.faketimeLibrary !== undefined, 'clock'),
  ]);
}
