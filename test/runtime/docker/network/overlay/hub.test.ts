import { describe, expect, test } from 'vitest';
import { Random } from '../../../../../src/base/random.ts';
import type { LinkRule } from '../../../../../src/runtime/cluster.ts';
import { Hub } from '../../../../../src/runtime/docker/network/overlay/hub.ts';
import { FakeClock } from '../../../../fake-clock.ts';
import { packetOf } from './packets.ts';
import { counters, members, n1n2, n1n3, n2n1, World } from './world.ts';

describe('a hub without rules', () => {
  test('sends each packet on at once, to whom it is for, as it is', () => {
    const world = new World();
    world.say(n1n2, 'a');
    world.say(n1n3, 'b');
    world.say(n2n1, 'c');
    expect(world.log).toEqual(['0 n2 a', '0 n3 b', '0 n1 c']);
    expect(world.packets[0]).toEqual(packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: 'a' }));
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 1 }));
  });
});

describe('what the hub does not carry', () => {
  const own = { from: '10.99.3.1', text: 'x' };
  const cases: readonly (readonly [string, string, Buffer])[] = [
    ['an IPv6 packet', 'ipv6', Buffer.concat([Buffer.from([0x60]), Buffer.alloc(47)])],
    ['what is no IP packet', 'malformed', Buffer.from('what is this, and who are you?')],
    ['an empty datagram', 'malformed', Buffer.alloc(0)],
    ['half a header', 'malformed', packetOf({ ...own, to: '10.99.3.2' }).subarray(0, 19)],
    ["a packet in another node's name", 'foreign', packetOf({ ...own, from: '10.99.3.3', to: '10.99.3.2' })],
    [
      'a packet from the address of the container',
      'foreign',
      packetOf({ ...own, from: '172.30.0.1', to: '10.99.3.2' }),
    ],
    ['broadcast in the overlay', 'toMany', packetOf({ ...own, to: '10.99.3.255' })],
    ['broadcast', 'toMany', packetOf({ ...own, to: '255.255.255.255' })],
    ['multicast', 'toMany', packetOf({ ...own, to: '224.0.0.251' })],
    ['a packet to an address that nobody has', 'toNobody', packetOf({ ...own, to: '10.99.3.77' })],
    ['a packet to an address outside', 'toNobody', packetOf({ ...own, to: '10.99.4.2' })],
    ['a packet to the sender itself', 'toNobody', packetOf({ ...own, to: '10.99.3.1' })],
    ['a packet to the hub', 'toNobody', packetOf({ ...own, to: '10.99.3.254' })],
  ];

  test.each(cases)('%s is dropped and counted as %s', (_name, counted, packet) => {
    const world = new World();
    world.raw('n1', packet);
    expect(world.log).toEqual([]);
    expect(world.hub.tally()).toEqual({ ...new World().hub.tally(), received: 1, [counted]: 1 });
  });

  test.each([
    ['another machine', { address: '172.30.0.99', port: 10_099 }],
    ['another port of a node', { address: '172.30.0.11', port: 40_000 }],
  ])('a datagram from %s is a stranger, whatever it claims', (_name, source) => {
    const world = new World();
    world.hub.receive(packetOf({ ...own, to: '10.99.3.2' }), source);
    expect(world.log).toEqual([]);
    expect(world.hub.tally()).toMatchObject({ received: 1, strangers: 1, forwarded: 0 });
    expect(world.hub.counters(n1n2).sent).toBe(0);
  });
});

describe('a cut', () => {
  test('goes one way only, and ends with the next picture', () => {
    const world = new World();
    world.apply({ ...n1n2, cut: true });
    world.say(n1n2, 'lost');
    world.say(n2n1, 'against');
    world.say(n1n3, 'beside');
    world.apply();
    world.say(n1n2, 'healed');
    expect(world.log).toEqual(['0 n1 against', '0 n3 beside', '0 n2 healed']);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 2, dropped: 1 }));
  });

  test('also takes what is under way, and nothing else', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 100 }, { ...n1n3, delayMs: 100 });
    world.say(n1n2, 'a', 'b');
    world.say(n1n3, 'c');
    await world.clock.advance(50);
    world.apply({ ...n1n2, cut: true });
    world.apply();
    world.say(n1n2, 'd');
    await world.clock.advance(100);
    expect(world.log).toEqual(['50 n2 d', '100 n3 c']);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 3, dropped: 2, delayed: 2 }));
    expect(world.hub.tally()).toMatchObject({ forwarded: 2, underWay: 0 });
  });
});

describe('late packets', () => {
  test('keep their order, and are never early', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 20.25 });
    await world.stream(n1n2, 3);
    expect(world.log).toEqual([]);
    expect(world.hub.tally().underWay).toBe(3);
    await world.clock.advance(100);
    expect(world.log).toEqual(['21 n2 0', '22 n2 1', '23 n2 2']);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 3, delayed: 3 }));
  });

  test('are not overtaken by one that comes in when they are due, although the timer is late', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 0.5 });
    world.say(n1n2, 'first');
    await world.clock.advance(0.75);
    world.apply();
    world.say(n1n2, 'second');
    expect(world.log).toEqual(['0.75 n2 first', '0.75 n2 second']);
  });

  test('of a link that is made faster are overtaken', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 20 });
    world.say(n1n2, 'slow');
    world.apply({ ...n1n2, delayMs: 5 });
    world.say(n1n2, 'fast');
    await world.clock.advance(20);
    expect(world.log).toEqual(['5 n2 fast', '20 n2 slow']);
  });

  test('with jitter arrive within its bounds, and overtake', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 10, jitterMs: 20 });
    for (let number = 0; number < 50; number++) world.say(n1n2, String(number));
    await world.clock.advance(9);
    expect(world.log).toEqual([]);
    await world.clock.advance(22);
    expect(world.heard('n2')).toHaveLength(50);
    expect(isSorted(world.heard('n2'))).toBe(false);
  });

  test('are as many as there is room for; what is more is lost and counted', async () => {
    const world = new World({ underWayBytes: 63 });
    world.apply({ ...n1n2, delayMs: 10 });
    world.say(n1n2, 'a', 'b', 'c', 'd');
    await world.clock.advance(10);
    world.say(n1n2, 'e');
    await world.clock.advance(10);
    expect(world.log).toEqual(['10 n2 a', '10 n2 b', '10 n2 c', '20 n2 e']);
    expect(world.hub.tally()).toMatchObject({ crowdedOut: 1, forwarded: 4, underWay: 0 });
    expect(world.hub.counters(n1n2)).toMatchObject({ sent: 5, dropped: 1 });
  });

  test('that a cut has taken leave room for others', () => {
    const world = new World({ underWayBytes: 42 });
    world.apply({ ...n1n2, delayMs: 10 });
    world.say(n1n2, 'a', 'b');
    world.apply({ ...n1n2, cut: true });
    world.apply({ ...n1n2, delayMs: 10 });
    world.say(n1n2, 'c', 'd');
    expect(world.hub.tally()).toMatchObject({ crowdedOut: 0, underWay: 2 });
  });
});

describe('chances', () => {
  test('of loss lose about as many as that, and all others arrive in order', () => {
    const world = new World();
    world.apply({ ...n1n2, loss: 0.2 });
    for (let number = 0; number < 5_000; number++) world.say(n1n2, String(number));
    const { dropped } = world.hub.counters(n1n2);
    expect(Math.abs(dropped - 1_000)).toBeLessThan(85);
    expect(world.heard('n2')).toHaveLength(5_000 - dropped);
    expect(isSorted(world.heard('n2'))).toBe(true);
  });

  test('of duplication send the copy on its own way', async () => {
    const world = new World();
    world.apply({ ...n1n2, duplicate: 1, jitterMs: 50 });
    world.say(n1n2, 'twice');
    await world.clock.advance(50);
    expect(world.heard('n2')).toEqual(['twice', 'twice']);
    expect(new Set(world.log).size).toBe(2);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 1, duplicated: 1, delayed: 2 }));
  });

  test('of reordering hold some back, and those behind them overtake', async () => {
    const world = new World();
    world.apply({ ...n1n2, reorder: 0.5, reorderMs: 5 });
    await world.stream(n1n2, 40);
    await world.clock.advance(10);
    const { reordered } = world.hub.counters(n1n2);
    expect(Math.abs(reordered - 20)).toBeLessThan(10);
    expect(isSorted(world.heard('n2'))).toBe(false);
    expect(world.heard('n2').toSorted((left, right) => Number(left) - Number(right))).toEqual(
      [...Array(40).keys()].map(String),
    );
  });

  test('of corruption spoil one bit, and the checksums stay as they were', () => {
    const world = new World();
    world.apply({ ...n1n2, corrupt: 1 });
    const packet = packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: 'text' });
    world.raw('n1', packet);
    world.raw('n1', packet);
    const bits = world.packets.map(
      spoilt => BigInt(`0x${spoilt.toString('hex')}`) ^ BigInt(`0x${packet.toString('hex')}`),
    );
    for (const bit of bits) expect(bit.toString(2)).toMatch(/^10*$/);
    expect(bits[0]).not.toBe(bits[1]);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 2, corrupted: 2 }));
  });

  test('give the same for the same seed, whatever the other links do meanwhile', async () => {
    const rules: LinkRule[] = [{ ...n1n2, loss: 0.3, duplicate: 0.3, jitterMs: 10, reorder: 0.3, corrupt: 0.3 }];
    const outcome = async (seed: string, busy: boolean): Promise<string[]> => {
      const world = new World({ seed });
      world.apply(...rules, ...(busy ? [{ ...n2n1, loss: 0.5, jitterMs: 3 }] : []));
      for (let number = 0; number < 50; number++) {
        if (busy) world.say(n2n1, 'noise');
        world.say(n1n2, String(number));
      }
      await world.clock.advance(100);
      return world.log.filter(line => line.split(' ')[1] === 'n2');
    };
    const quiet = await outcome('seed', false);
    expect(await outcome('seed', true)).toEqual(quiet);
    expect(await outcome('other seed', false)).not.toEqual(quiet);
  });
});

describe('bandwidth', () => {
  test('spreads a burst over time, in order, and loses what would have to wait too long', async () => {
    const world = new World();
    world.apply({ ...n1n2, rateKbit: 1 });
    world.say(n1n2, 'a', 'b', 'c', 'd', 'e');
    await world.clock.advance(2_000);
    expect(world.log).toEqual(['168 n2 a', '336 n2 b', '504 n2 c']);
    await world.clock.advance(2_000);
    expect(world.hub.counters(n1n2)).toEqual(counters({ sent: 5, dropped: 2, throttled: 2 }));
  });
});

describe('rules', () => {
  test('of the same link add up', async () => {
    const world = new World();
    world.apply({ ...n1n2, delayMs: 10 }, { ...n1n2, delayMs: 5 }, { ...n1n2, duplicate: 1 });
    world.say(n1n2, 'x');
    await world.clock.advance(20);
    expect(world.log).toEqual(['15 n2 x', '15 n2 x']);
  });

  test.each<[string, LinkRule]>([
    ['the overlay has no member "@clients"', { from: '@clients', to: 'n1', cut: true }],
    ['the overlay has no member "n4"', { from: 'n1', to: 'n4', cut: true }],
    ['the overlay has no link from n1 to itself', { from: 'n1', to: 'n1', cut: true }],
    ['a probability must be between 0 and 1, not 2', { ...n1n2, loss: 2 }],
  ])('are refused: %s', (message, rule) => {
    expect(() => new World().apply(rule)).toThrow(message);
  });
});

test('a closed hub forgets what is under way', async () => {
  const world = new World();
  world.apply({ ...n1n2, delayMs: 10 });
  world.say(n1n2, 'x');
  world.hub.close();
  expect(world.clock.waiting).toBe(0);
  await world.clock.advance(20);
  expect(world.log).toEqual([]);
});

test.each([
  ['an overlay needs a member', []],
  ['n2: 10.99.4.2 is not in the same /24 as the others', [members[0], { ...members[1], overlay: '10.99.4.2' }]],
  ['n2: the address 10.99.3.1 is taken', [members[0], { ...members[1], overlay: '10.99.3.1' }]],
  ['n2: 10.99.3.255 is not the address of one node', [members[0], { ...members[1], overlay: '10.99.3.255' }]],
  ['the overlay has two members "n1"', [members[0], { ...members[1], name: 'n1' }]],
  ['n2: 172.30.0.11:10099 is taken', [members[0], { ...members[1], address: '172.30.0.11' }]],
])('members that cannot be are refused: %s', (message, wrong) => {
  const make = (): Hub =>
    new Hub({ members: wrong, clock: new FakeClock(), random: Random.fromSeed('x'), send: () => undefined });
  expect(make).toThrow(message);
});

function isSorted(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || Number(texts[index - 1]) <= Number(text));
}
