/**
 * From link rules to what the kernel of one node is told: one table of ours (`inet ordeal`), replaced in one transaction.
 *
 * A rule stands at the receiver, on what comes in from the sender's hardware address: so it holds for IPv4, IPv6 and
 * every protocol, in one direction only, and the sender learns nothing of it. Only what a node sends to clients is
 * dropped where it leaves, because the rules of the clients' machine are not ours.
 *
 * Counters are named objects and outlive the rules that count with them. Nobody else's table is ever touched.
 */
import type { NodeName } from '../../../base/names.ts';
import { everyClient, type LinkRule } from '../../cluster.ts';

/** What a node must know of the others. */
export interface Peer {
  readonly name: NodeName;
  readonly mac: string;
  readonly address: string;
  readonly address6: string | null;
}

export interface NodeRules {
  readonly node: NodeName;
  /** All members but this one. */
  readonly peers: readonly Peer[];
  /** Containers of the run that are no members: never taken for clients. */
  readonly others: readonly Peer[];
  /** All rules of the cluster; those of other nodes are left out here. */
  readonly rules: readonly LinkRule[];
}

/** UDP packets to this port measure whether a link is open. Nothing listens there (RFC 863: discard). */
export const probePort = 9;

const table = 'inet ordeal';

/** For `nft -f -`. The same text for the same picture. */
export function ruleset({ node, peers, others, rules }: NodeRules): string {
  const counters = [
    ...peers.flatMap(({ name }) => [`sent_${name}`, `dropped_${name}`, `probe_${name}`]),
    ...['sent', 'dropped', 'probe'].flatMap(what => [`${what}_${fromClients}`, `${what}_${toClients}`]),
  ];
  const incoming = peers.flatMap(peer => [
    `ether saddr ${peer.mac} counter name "sent_${peer.name}"`,
    ...effects(rulesOf(rules, peer.name, node), { match: `ether saddr ${peer.mac}`, name: peer.name }),
    `ether saddr ${peer.mac} udp dport ${probePort} counter name "probe_${peer.name}" drop`,
  ]);
  const members = [...peers, ...others];
  return [
    `add table ${table}`,
    ...counters.map(name => `add counter ${table} ${name}`),
    `add chain ${table} incoming { type filter hook input priority -300; policy accept; }`,
    `add chain ${table} outgoing { type filter hook output priority -300; policy accept; }`,
    `flush chain ${table} incoming`,
    `flush chain ${table} outgoing`,
    ...incoming.map(rule => `add rule ${table} incoming ${rule}`),
    ...fromOutside(rulesOf(rules, everyClient, node), members).map(rule => `add rule ${table} incoming ${rule}`),
    ...toOutside(rulesOf(rules, node, everyClient), members).map(rule => `add rule ${table} outgoing ${rule}`),
    '',
  ].join('\n');
}

/** The names under which clients are counted. */
export const fromClients = 'from_clients';
export const toClients = 'to_clients';

function rulesOf(rules: readonly LinkRule[], from: NodeName, to: NodeName): LinkRule[] {
  return rules.filter(rule => rule.from === from && rule.to === to);
}

interface Matching {
  readonly match: string;
  /** Of the counter. */
  readonly name: string;
}

function effects(rules: readonly LinkRule[], { match, name }: Matching): string[] {
  const counted = `counter name "dropped_${name}"`;
  const losses = rules.flatMap(({ loss }) => (loss === undefined ? [] : [Math.round(loss * 1_000_000)]));
  const lines = losses.map(parts => `${match} numgen random mod 1000000 < ${parts} ${counted} drop`);
  if (!rules.some(({ cut }) => cut)) return lines;
  if (!rules.some(({ reject }) => reject)) return [...lines, `${match} ${counted} drop`];
  return [
    ...lines,
    // A refusal must get through, or the other side's cut would swallow it. ICMP and ICMPv6 by number: names need a file.
    `${match} tcp flags & rst == rst accept`,
    `${match} meta l4proto { 1, 58 } accept`,
    `${match} meta l4proto tcp ${counted} reject with tcp reset`,
    `${match} ${counted} reject with icmpx type port-unreachable`,
  ];
}

function fromOutside(rules: readonly LinkRule[], members: readonly Peer[]): string[] {
  const match = `iifname "eth*" ${notOneOf(
    'ether saddr',
    members.map(({ mac }) => mac),
  )}`;
  return [
    `${match} counter name "sent_${fromClients}"`,
    ...effects(rules, { match, name: fromClients }),
    `${match} udp dport ${probePort} counter name "probe_${fromClients}" drop`,
  ];
}

function toOutside(rules: readonly LinkRule[], members: readonly Peer[]): string[] {
  const addresses6 = members.flatMap(({ address6 }) => (address6 === null ? [] : [address6]));
  const matches = [
    `oifname "eth*" ${notOneOf(
      'ip daddr',
      members.map(({ address }) => address),
    )}`,
    `oifname "eth*" ${notOneOf('ip6 daddr', [...addresses6, 'fe80::/10', 'ff00::/8'])}`,
  ];
  return matches.flatMap(match => [
    `${match} counter name "sent_${toClients}"`,
    ...effects(rules, { match, name: toClients }),
    `${match} udp dport ${probePort} counter name "probe_${toClients}" drop`,
  ]);
}

/** A cluster of one has no other members, and the kernel wants no empty set. */
function notOneOf(field: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `${field} != { ${values.join(', ')} }`;
}
