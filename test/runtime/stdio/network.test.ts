import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../../src/base/assert.ts';
import { Random } from '../../../src/base/random.ts';
import { nanosPerMs } from '../../../src/base/time.ts';
import type { Link } from '../../../src/runtime/cluster.ts';
import type { LinkLatency } from '../../../src/runtime/stdio/link-state.ts';
import type { Parcel } from '../../../src/runtime/stdio/message.ts';
import { MessageNetwork } from '../../../src/runtime/stdio/network.ts';
import { FakeClock } from '../../fake-clock.ts';

const n1n2: Link = { from: 'n1', to: 'n2' };
const n2n1: Link = { from: 'n2', to: 'n1' };
const n1n3: Link = { from: 'n1', to: 'n3' };

function parcel(text: string): Parcel {
  return { message: { src: 'claimed', dest: 'claimed', body: { text } }, line: null };
}

/** A network of n1, n2, n3 which writes down what it delivers: `12 n2 hello`. */
function makeNetwork(latency: LinkLatency = { distribution: 'constant', meanMs: 10 }, seed = 'seed') {
  const clock = new FakeClock();
  const delivered: string[] = [];
  const network: MessageNetwork = new MessageNetwork({
    clock,
    random: Random.fromSeed(seed),
    latency,
    members: new Set(['n1', 'n2', 'n3']),
    deliver(to, { message }) {
      delivered.push(`${Number((clock.now() / nanosPerMs).toFixed(3))} ${to} ${String(message.body['text'])}`);
      if (message.body['text'] === 'ask') network.send({ from: to, to: 'c1' }, parcel('answer'));
      return null;
    },
  });
  const send = (link: Link, text: string): void => network.send(link, parcel(text));
  return { clock, network, delivered, send };
}

describe('the network of messages', () => {
  test('a message between members takes the latency; to and from a client it takes no time', async () => {
    const { clock, delivered, send } = makeNetwork();
    send(n1n2, 'slow');
    send({ from: 'c1', to: 'n1' }, 'request');
    send({ from: 'n1', to: 'c1' }, 'reply');
    expect(delivered).toEqual(['0 n1 request', '0 c1 reply']);
    await clock.advance(20);
    expect(delivered).toEqual(['0 n1 request', '0 c1 reply', '10 n2 slow']);
  });

  test('an earlier message that is sent later does not wait behind a later one', async () => {
    const { clock, network, delivered, send } = makeNetwork();
    await network.apply([{ ...n1n3, delayMs: 1_000 }]);
    send(n1n3, 'late');
    send({ from: 'n2', to: 'n3' }, 'early');
    await clock.advance(2_000);
    expect(delivered).toEqual(['10 n3 early', '1010 n3 late']);
  });

  test('messages of equal deadline come in the order in which they were sent', async () => {
    const { clock, delivered, send } = makeNetwork();
    for (let count = 0; count < 20; count++) send(count % 2 === 0 ? n1n2 : n2n1, String(count));
    await clock.advance(10);
    expect(delivered.map(line => Number(line.split(' ')[2]))).toEqual(Array.from({ length: 20 }, (_, count) => count));
  });

  test('one timer waits, however many messages are under way', () => {
    const { clock, send } = makeNetwork({ distribution: 'uniform', meanMs: 50 });
    for (let count = 0; count < 100; count++) send(n1n2, String(count));
    expect(clock.waiting).toBe(1);
  });

  test('a delivery that sends is no recursion: twenty thousand services may answer in one turn', async () => {
    const { clock, delivered, send } = makeNetwork();
    for (let count = 0; count < 20_000; count++) send(n1n2, 'ask');
    await clock.advance(10);
    expect(delivered.filter(line => line === '10 n2 ask').length).toBe(20_000);
    expect(delivered.filter(line => line === '10 c1 answer').length).toBe(20_000);
  });

  test('the same seed draws the same latency for a message, whatever other links did and rules were in force', async () => {
    const arrivals = async (noise: boolean): Promise<string[]> => {
      const { clock, network, delivered, send } = makeNetwork({ distribution: 'exponential', meanMs: 100 });
      if (noise) await network.apply([{ ...n1n2, loss: 0.5, duplicate: 0.5, jitterMs: 9, reorder: 0.5 }]);
      for (let count = 0; count < 20; count++) send(n1n2, 'before');
      if (noise) await network.apply([{ ...n1n2, cut: true }]);
      for (let count = 0; count < 20; count++) send(n1n2, 'before');
      await network.apply([]);
      for (let count = 0; count < 50; count++) {
        if (noise) send(n1n3, 'noise');
        send(n1n2, String(count));
      }
      await clock.advance(10_000);
      return delivered.filter(line => /n2 \d/.test(line));
    };
    const quiet = await arrivals(false);
    expect(await arrivals(true)).toEqual(quiet);
    expect(quiet.length).toBe(50);
    expect(new Set(quiet.map(line => line.split(' ')[0])).size).toBeGreaterThan(30);
  });

  test('another seed draws other delays', async () => {
    const first = async (seed: string): Promise<string | undefined> => {
      const { clock, delivered, send } = makeNetwork({ distribution: 'uniform', meanMs: 100 }, seed);
      send(n1n2, 'x');
      await clock.advance(1_000);
      return delivered[0];
    };
    expect(await first('a')).not.toBe(await first('b'));
  });

  test('a cut drops what is sent and what is under way, in its direction only, and at once', async () => {
    const { clock, network, delivered, send } = makeNetwork();
    send(n1n2, 'under way');
    send(n2n1, 'other direction');
    await network.apply([{ ...n1n2, cut: true }]);
    expect(await network.counters(n1n2)).toMatchObject({ sent: 1, dropped: 1 });
    send(n1n2, 'into the cut');
    await network.apply([]);
    send(n1n2, 'after the cut');
    await clock.advance(20);
    expect(delivered).toEqual(['10 n1 other direction', '10 n2 after the cut']);
    expect(await network.counters(n1n2)).toEqual({
      sent: 3,
      dropped: 2,
      delayed: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      throttled: 0,
    });
    expect(await network.counters(n2n1)).toMatchObject({ sent: 1, dropped: 0 });
  });

  test('rules of the same link add up', async () => {
    const { clock, network, delivered, send } = makeNetwork({ distribution: 'constant', meanMs: 0 });
    await network.apply([
      { ...n1n2, delayMs: 5 },
      { ...n1n2, delayMs: 7, duplicate: 1 },
      { ...n1n3, loss: 0.5 },
      { ...n1n3, loss: 1 },
    ]);
    send(n1n2, 'x');
    send(n1n3, 'x');
    await clock.advance(50);
    expect(delivered).toEqual(['12 n2 x', '12 n2 x']);
    expect(await network.counters(n1n2)).toMatchObject({ delayed: 2, duplicated: 1, dropped: 0 });
    expect(await network.counters(n1n3)).toMatchObject({ dropped: 1 });
  });

  test('loss, duplication and reordering hit the share of messages that was asked for', async () => {
    const { clock, network, delivered, send } = makeNetwork({ distribution: 'constant', meanMs: 0 });
    await network.apply([{ ...n1n2, loss: 0.25, duplicate: 0.5, reorder: 0.1, reorderMs: 20 }]);
    for (let count = 0; count < 10_000; count++) send(n1n2, String(count));
    await clock.advance(100);
    const { sent, dropped, duplicated, reordered } = await network.counters(n1n2);
    expect(sent).toBe(10_000);
    expect(Math.abs(dropped - 2_500)).toBeLessThan(200);
    expect(Math.abs(duplicated - 3_750)).toBeLessThan(250);
    expect(Math.abs(reordered - 1_125)).toBeLessThan(150);
    expect(delivered.length).toBe(sent - dropped + duplicated);
  });

  test('a message that is held back is overtaken', async () => {
    const { clock, network, delivered, send } = makeNetwork({ distribution: 'constant', meanMs: 0 });
    await network.apply([{ ...n1n2, reorder: 1, reorderMs: 30 }]);
    for (let count = 0; count < 10; count++) send(n1n2, String(count));
    await clock.advance(30);
    const order = delivered.map(line => Number(line.split(' ')[2]));
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('jitter stays within its bound', async () => {
    const { clock, network, delivered, send } = makeNetwork({ distribution: 'constant', meanMs: 1 });
    await network.apply([{ ...n1n2, delayMs: 10, jitterMs: 5 }]);
    for (let count = 0; count < 100; count++) send(n1n2, 'x');
    await clock.advance(100);
    const times = delivered.map(line => Number(line.split(' ')[0]));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(11);
    expect(Math.max(...times)).toBeLessThanOrEqual(16);
  });

  test('a rule may name a client, and only then is its link counted', async () => {
    const { network, delivered, send } = makeNetwork();
    const link = { from: 'c1', to: 'n1' };
    send(link, 'before');
    await network.apply([{ ...link, cut: true }]);
    send(link, 'cut');
    await network.apply([]);
    send(link, 'after');
    expect(delivered).toEqual(['0 n1 before', '0 n1 after']);
    expect(await network.counters(link)).toMatchObject({ sent: 2, dropped: 1 });
  });

  test('counters that were handed out do not change afterwards', async () => {
    const { network, send } = makeNetwork();
    const before = await network.counters(n1n2);
    send(n1n2, 'x');
    expect(before.sent).toBe(0);
    expect((await network.counters(n1n2)).sent).toBe(1);
  });

  test('closed, it delivers nothing more and keeps no timer', async () => {
    const { clock, network, delivered, send } = makeNetwork();
    send(n1n2, 'under way');
    network.close();
    send(n1n2, 'too late');
    expect(clock.waiting).toBe(0);
    await clock.advance(100);
    expect(delivered).toEqual([]);
  });

  test('a probability above 1 or a negative delay is refused', () => {
    const { network } = makeNetwork();
    expect(() => network.apply([{ ...n1n2, loss: 1.5 }])).toThrow(AssertionError);
    expect(() => network.apply([{ ...n1n2, delayMs: -1 }])).toThrow(AssertionError);
    expect(() => makeNetwork({ distribution: 'constant', meanMs: -1 })).toThrow(AssertionError);
  });
});
