/**
 * From link rules to the queues of one node's interface: bandwidth on any kernel, delay where the kernel has netem.
 *
 * It stands at the sender: a class for each receiver, which limits it. What goes to clients passes by at full speed.
 */
import type { NodeName } from '../../../base/names.ts';
import type { LinkRule } from '../../cluster.ts';
import type { Peer } from './rules.ts';

export interface NodeQueues {
  readonly node: NodeName;
  readonly peers: readonly Peer[];
  readonly rules: readonly LinkRule[];
}

const device = 'eth0';
const unlimited = '10gbit';

/** For a shell; null when nothing is limited. Whatever was there before is to be taken away first: `noQueues`. */
export function queues({ node, peers, rules }: NodeQueues): string | null {
  const classes = peers.flatMap((peer, index) => {
    const own = rules.filter(({ from, to }) => from === node && to === peer.name);
    return queueOf(own, { peer, id: classId(index) });
  });
  if (classes.length === 0) return null;
  return [
    `tc qdisc add dev ${device} root handle 1: htb default ffff`,
    `tc class add dev ${device} parent 1: classid 1:ffff htb rate ${unlimited}`,
    ...classes,
  ].join(' && ');
}

/** The class of the receiver with this index among the peers. */
export function classId(index: number): string {
  return (index + 16).toString(16);
}

export const noQueues = `tc qdisc del dev ${device} root 2>/dev/null || true`;
export const showQueues = `{ tc -s class show dev ${device}; tc -s qdisc show dev ${device}; } 2>/dev/null || true`;

function queueOf(rules: readonly LinkRule[], { peer, id }: { readonly peer: Peer; readonly id: string }): string[] {
  const rates = rules.flatMap(({ rateKbit }) => (rateKbit === undefined ? [] : [rateKbit]));
  const delayMs = sum(rules.map(rule => rule.delayMs ?? 0));
  const jitterMs = sum(rules.map(rule => rule.jitterMs ?? 0));
  if (rates.length === 0 && delayMs + jitterMs === 0) return [];
  const rate = rates.length === 0 ? unlimited : `${Math.min(...rates)}kbit`;
  return [
    `tc class add dev ${device} parent 1: classid 1:${id} htb rate ${rate} ceil ${rate}`,
    `tc filter add dev ${device} parent 1: protocol ip prio 1 u32 match ip dst ${peer.address}/32 flowid 1:${id}`,
    ...(peer.address6 === null
      ? []
      : [
          `tc filter add dev ${device} parent 1: protocol ipv6 prio 2 u32 match ip6 dst ${peer.address6}/128 flowid 1:${id}`,
        ]),
    ...(delayMs + jitterMs === 0
      ? []
      : // Uniform in [delay, delay + jitter]: netem takes the middle and what is around it.
        [`tc qdisc add dev ${device} parent 1:${id} netem delay ${delayMs + jitterMs / 2}ms ${jitterMs / 2}ms`]),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
