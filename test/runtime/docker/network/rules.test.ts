import { describe, expect, test } from 'vitest';
import { everyClient, type LinkRule } from '../../../../src/runtime/cluster.ts';
import { type Peer, ruleset } from '../../../../src/runtime/docker/network/rules.ts';
import { queues } from '../../../../src/runtime/docker/network/traffic-control.ts';

const n2: Peer = { name: 'n2', mac: '02:42:0a:d5:07:0b', address: '10.213.7.11', address6: 'fd6f:7264:d5:7::b' };
const n3: Peer = { name: 'n3', mac: '02:42:0a:d5:07:0c', address: '10.213.7.12', address6: null };

/** What is said of one node's input and output, without what is the same in every picture. */
function rulesFor(rules: readonly LinkRule[], peers: readonly Peer[] = [n2]): string[] {
  return ruleset({ node: 'n1', peers, others: [], rules })
    .split('\n')
    .filter(line => line.startsWith('add rule'))
    .map(line => line.replace('add rule inet ordeal ', ''))
    .filter(line => /^incoming ether saddr|drop|reject|accept/.test(line));
}

describe('the rules of a node', () => {
  test('replace the ones before in one transaction and keep the counters', () => {
    expect(
      ruleset({ node: 'n1', peers: [n2], others: [n3], rules: [{ from: 'n2', to: 'n1', cut: true }] }),
    ).toMatchInlineSnapshot(`
      "add table inet ordeal
      add counter inet ordeal sent_n2
      add counter inet ordeal dropped_n2
      add counter inet ordeal probe_n2
      add counter inet ordeal sent_from_clients
      add counter inet ordeal sent_to_clients
      add counter inet ordeal dropped_from_clients
      add counter inet ordeal dropped_to_clients
      add counter inet ordeal probe_from_clients
      add counter inet ordeal probe_to_clients
      add chain inet ordeal incoming { type filter hook input priority -300; policy accept; }
      add chain inet ordeal outgoing { type filter hook output priority -300; policy accept; }
      flush chain inet ordeal incoming
      flush chain inet ordeal outgoing
      add rule inet ordeal incoming ether saddr 02:42:0a:d5:07:0b counter name "sent_n2"
      add rule inet ordeal incoming ether saddr 02:42:0a:d5:07:0b counter name "dropped_n2" drop
      add rule inet ordeal incoming ether saddr 02:42:0a:d5:07:0b udp dport 9 counter name "probe_n2" drop
      add rule inet ordeal incoming iifname "eth*" ether saddr != { 02:42:0a:d5:07:0b, 02:42:0a:d5:07:0c } counter name "sent_from_clients"
      add rule inet ordeal incoming iifname "eth*" ether saddr != { 02:42:0a:d5:07:0b, 02:42:0a:d5:07:0c } udp dport 9 counter name "probe_from_clients" drop
      add rule inet ordeal outgoing oifname "eth*" ip daddr != { 10.213.7.11, 10.213.7.12 } counter name "sent_to_clients"
      add rule inet ordeal outgoing oifname "eth*" ip daddr != { 10.213.7.11, 10.213.7.12 } udp dport 9 counter name "probe_to_clients" drop
      add rule inet ordeal outgoing oifname "eth*" ip6 daddr != { fd6f:7264:d5:7::b, fe80::/10, ff00::/8 } counter name "sent_to_clients"
      add rule inet ordeal outgoing oifname "eth*" ip6 daddr != { fd6f:7264:d5:7::b, fe80::/10, ff00::/8 } udp dport 9 counter name "probe_to_clients" drop
      "
    `);
  });

  test('never touch the table of anybody else', () => {
    const every: LinkRule[] = [
      { from: 'n2', to: 'n1', cut: true, reject: true, loss: 0.5, rateKbit: 64 },
      { from: everyClient, to: 'n1', cut: true },
      { from: 'n1', to: everyClient, cut: true, reject: true },
    ];
    const text = ruleset({ node: 'n1', peers: [n2, n3], others: [], rules: every });
    const lines = text.split('\n').filter(line => line !== '');
    expect(lines.filter(line => !/^(add|flush) (table|counter|chain|rule) inet ordeal\b/.test(line))).toEqual([]);
  });

  test('are about what comes in, and only about this node', () => {
    expect(rulesFor([{ from: 'n1', to: 'n2', cut: true }])).toEqual(rulesFor([]));
    expect(rulesFor([{ from: 'n2', to: 'n3', cut: true }])).toEqual(rulesFor([]));
    expect(rulesFor([{ from: 'n2', to: 'n1', cut: true }])).not.toEqual(rulesFor([]));
  });

  test('let the refusals of the other side through, so that both sides are told', () => {
    expect(rulesFor([{ from: 'n2', to: 'n1', cut: true, reject: true }]).slice(0, 5)).toEqual([
      'incoming ether saddr 02:42:0a:d5:07:0b counter name "sent_n2"',
      'incoming ether saddr 02:42:0a:d5:07:0b tcp flags & rst == rst accept',
      'incoming ether saddr 02:42:0a:d5:07:0b meta l4proto { 1, 58 } accept',
      'incoming ether saddr 02:42:0a:d5:07:0b meta l4proto tcp counter name "dropped_n2" reject with tcp reset',
      'incoming ether saddr 02:42:0a:d5:07:0b counter name "dropped_n2" reject with icmpx type port-unreachable',
    ]);
  });

  test('of several losses on one link add up, each for itself', () => {
    const lossy = rulesFor([
      { from: 'n2', to: 'n1', loss: 0.3 },
      { from: 'n2', to: 'n1', loss: 0.000001 },
    ]);
    expect(lossy.filter(line => line.includes('numgen'))).toEqual([
      'incoming ether saddr 02:42:0a:d5:07:0b numgen random mod 1000000 < 300000 counter name "dropped_n2" drop',
      'incoming ether saddr 02:42:0a:d5:07:0b numgen random mod 1000000 < 1 counter name "dropped_n2" drop',
    ]);
  });

  test('of a cluster of one have no empty set, which the kernel refuses', () => {
    expect(ruleset({ node: 'n1', peers: [], others: [], rules: [] })).not.toContain('{  }');
  });
});

describe('the queues of a node', () => {
  test('are none when no link of it is slow', () => {
    expect(queues({ node: 'n1', peers: [n2, n3], rules: [{ from: 'n2', to: 'n1', rateKbit: 64 }] })).toBeNull();
    expect(queues({ node: 'n1', peers: [n2, n3], rules: [{ from: 'n1', to: 'n2', cut: true }] })).toBeNull();
  });

  test('limit what goes to one receiver and nobody else, the tightest limit first', () => {
    const rules: LinkRule[] = [
      { from: 'n1', to: 'n3', rateKbit: 512 },
      { from: 'n1', to: 'n3', rateKbit: 128 },
    ];
    expect(queues({ node: 'n1', peers: [n2, n3], rules })?.split(' && ')).toEqual([
      'tc qdisc add dev eth0 root handle 1: htb default ffff',
      'tc class add dev eth0 parent 1: classid 1:ffff htb rate 10gbit',
      'tc class add dev eth0 parent 1: classid 1:11 htb rate 128kbit ceil 128kbit',
      'tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.213.7.12/32 flowid 1:11',
    ]);
  });

  test('delay uniformly between the delay and the delay with its jitter', () => {
    const rules: LinkRule[] = [{ from: 'n1', to: 'n2', delayMs: 100, jitterMs: 50 }];
    expect(
      queues({ node: 'n1', peers: [n2], rules })
        ?.split(' && ')
        .at(-1),
    ).toBe('tc qdisc add dev eth0 parent 1:10 netem delay 125ms 25ms');
  });
});
