/** With a real thread, so with what `npm run build` has made, and sockets of this machine that play the holders. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../../../../src/base/random.ts';
import { systemClock } from '../../../../../src/base/time.ts';
import type { OverlayMember } from '../../../../../src/runtime/docker/network/overlay/member.ts';
import { OverlayNetwork } from '../../../../../src/runtime/docker/network/overlay/network.ts';
import { FakeClock } from '../../../../fake-clock.ts';
import { kernelAnswer, packetOf, textOf } from './packets.ts';

const loopback = '127.0.0.1';
const patience = { timeout: 20_000 };
const n1n2 = { from: 'n1', to: 'n2' };
const n2n1 = { from: 'n2', to: 'n1' };
const options = { gateway: loopback, random: Random.fromSeed('seed'), clock: systemClock() };

describe('an overlay network', () => {
  const sockets: Socket[] = [];
  let n1: Holder;
  let n2: Holder;
  let network: OverlayNetwork;

  beforeEach(async () => {
    n1 = await holder('n1', '10.99.3.1');
    n2 = await holder('n2', '10.99.3.2');
    network = await OverlayNetwork.start({ ...options, members: [n1.member, n2.member] });
  });

  afterEach(async () => {
    await network[Symbol.asyncDispose]();
    for (const socket of sockets.splice(0)) socket.close();
  });

  async function holder(name: string, overlay: string): Promise<Holder> {
    const socket = await bound(0);
    sockets.push(socket);
    return new Holder(socket, { name, address: loopback, overlay, port: socket.address().port });
  }

  const send = (from: Holder, to: string, text: string): Promise<void> =>
    from.send(packetOf({ from: from.member.overlay, to, text }), hubPort(network));

  test('carries packets both ways, one of which may be cut', async () => {
    await send(n1, '10.99.3.2', 'there');
    await send(n2, '10.99.3.1', 'back');
    await expect.poll(() => [n1.heard, n2.heard], patience).toEqual([['back'], ['there']]);
    await network.apply([{ ...n1n2, cut: true }]);
    await send(n1, '10.99.3.2', 'lost');
    await expect.poll(async () => (await network.counters(n1n2)).dropped, patience).toBe(1);
    await send(n2, '10.99.3.1', 'against the cut');
    await network.apply([]);
    await send(n1, '10.99.3.2', 'healed');
    await expect
      .poll(() => [n1.heard, n2.heard], patience)
      .toEqual([
        ['back', 'against the cut'],
        ['there', 'healed'],
      ]);
    expect(await network.counters(n2n1)).toMatchObject({ sent: 2, dropped: 0 });
  });

  test('does to packets what the rules say, and counts it', async () => {
    await network.apply([{ ...n1n2, duplicate: 1, delayMs: 2, corrupt: 0 }]);
    await send(n1, '10.99.3.2', 'twice');
    await expect.poll(() => n2.heard, patience).toEqual(['twice', 'twice']);
    expect(await network.counters(n1n2)).toMatchObject({ sent: 1, duplicated: 1, delayed: 2 });
    expect(await network.tally()).toMatchObject({ received: 1, forwarded: 2, underWay: 0, unsendable: 0 });
  });

  test('drops what strangers send', async () => {
    const stranger = await holder('stranger', '10.99.3.1');
    await send(stranger, '10.99.3.2', 'hello');
    await expect.poll(async () => (await network.tally()).strangers, patience).toBe(1);
    expect(n2.heard).toEqual([]);
  });

  test('is ready when the kernels of all nodes answer, and names those that do not', async () => {
    n1.answers = true;
    await expect(network.ready(0)).rejects.toMatchObject({
      code: 'OVERLAY_SILENT',
      exit: 69,
      message: 'in the overlay network nothing is heard of n2',
    });
    n2.answers = true;
    await network.ready(10_000);
    await network.apply([{ ...n2n1, cut: true }]);
    expect(await network.probe([n1n2, n2n1])).toEqual([true, false]);
  });

  test('tells each holder how to join, and refuses one that it does not know', () => {
    expect(network.holderCommand('n2')).toContain(
      `UDP4-SENDTO:127.0.0.1:${hubPort(network)},bind=127.0.0.1:${n2.member.port}`,
    );
    expect(() => network.holderCommand('n9')).toThrow('the overlay has no member "n9"');
  });

  test('refuses a rule about clients, and does not break by it', async () => {
    await expect(network.apply([{ from: '@clients', to: 'n1', cut: true }])).rejects.toThrow('no member "@clients"');
    await network.apply([]);
  });

  test('closes its socket and its thread, and closing it again is no error', async () => {
    const port = hubPort(network);
    await network[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
    const again = await bound(port);
    again.close();
    await expect(network.apply([])).rejects.toThrow('the overlay network is closed');
  });
});

test('a gateway that is not of this machine is a reason for the user to choose another network', async () => {
  const members = [{ name: 'n1', address: '192.0.2.2', overlay: '10.99.3.1' }];
  await expect(OverlayNetwork.start({ ...options, gateway: '192.0.2.1', members })).rejects.toMatchObject({
    code: 'OVERLAY_UNAVAILABLE',
    exit: 69,
    message: 'the overlay network cannot listen on 192.0.2.1: bind EADDRNOTAVAIL 192.0.2.1',
  });
});

describe('a thread that does not do its work', () => {
  const entry = fileURLToPath(new URL('./faulty-worker.mjs', import.meta.url));
  const members = [{ name: 'n1', address: loopback, overlay: '10.99.3.1' }];
  const start = (how: string, clock = options.clock): Promise<OverlayNetwork> =>
    OverlayNetwork.start({ ...options, clock, entry, members, gateway: how });

  test.each([
    ['breaks', 'the thread of the overlay network broke: no luck any more'],
    ['ends', 'the thread of the overlay network has ended'],
  ])('because it %s is told of, and nobody waits for it', async (how, sentence) => {
    await using network = await start(how);
    await expect(network.apply([])).rejects.toThrow(sentence);
    expect(await network.lost).toBe(sentence);
    await expect(network.apply([])).rejects.toThrow(sentence);
  });

  test.each([
    ['breaks before', 'no luck'],
    ['ends before', 'the thread of the overlay network ended before it listened'],
  ])('because it %s it listens does not become a network', async (how, sentence) => {
    await expect(start(how)).rejects.toThrow(sentence);
  });

  test('but says so, is believed', async () => {
    await using network = await start('errs');
    await expect(network.apply([])).rejects.toThrow('an invariant is broken');
  });

  test('and says nothing is not waited for without end', async () => {
    const clock = new FakeClock();
    await using network = await start('says nothing', clock);
    const applied = expect(network.apply([])).rejects.toThrow('asked for apply: no answer within 10000 ms');
    await clock.advance(10_000);
    await applied;
  });
});

/** A socket that plays a holder: it hears texts, and answers as its kernel would. */
class Holder {
  readonly member: OverlayMember;
  readonly heard: string[] = [];
  answers = false;
  private readonly socket: Socket;

  constructor(socket: Socket, member: OverlayMember) {
    this.socket = socket;
    this.member = member;
    socket.on('message', (packet, hub) => {
      const answer = kernelAnswer(packet);
      if (!answer) this.heard.push(textOf(packet));
      else if (this.answers) socket.send(answer, hub.port, hub.address);
    });
  }

  send(packet: Buffer, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.send(packet, port, loopback, error => (error ? reject(error) : resolve()));
    });
  }
}

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, loopback);
  await once(socket, 'listening');
  return socket;
}

function hubPort(network: OverlayNetwork): number {
  return Number(/UDP4-SENDTO:[^:]*:(\d+)/.exec(network.holderCommand('n1'))?.[1]);
}
