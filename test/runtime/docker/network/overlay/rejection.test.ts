import { describe, expect, test } from 'vitest';
import { checksum, icmp, ownPacket, tcp } from '../../../../../src/runtime/docker/network/overlay/own-packet.ts';
import { addressBytes } from '../../../../../src/runtime/docker/network/overlay/packet.ts';
import { rejection } from '../../../../../src/runtime/docker/network/overlay/rejection.ts';
import { packetOf } from './packets.ts';
import { n1n2, n2n1, World } from './world.ts';

const hub = '10.99.3.254';
const [from, to] = [addressBytes('10.99.3.1'), addressBytes('10.99.3.2')];

interface Segment {
  readonly flags: number;
  readonly sequence?: number;
  readonly acknowledges?: number;
  readonly data?: string;
}

/** From port 40000 to port 2380. */
function segmentOf({ flags, sequence = 0, acknowledges = 0, data = '' }: Segment): Buffer {
  const message = Buffer.alloc(24 + data.length);
  message.writeUInt16BE(40_000, 0);
  message.writeUInt16BE(2_380, 2);
  message.writeUInt32BE(sequence, 4);
  message.writeUInt32BE(acknowledges, 8);
  // With four bytes of options.
  message[12] = 6 << 4;
  message[13] = flags;
  message.write(data, 24);
  return ownPacket({ protocol: tcp, from, to, message });
}

/** `10.99.3.2:2380 > 10.99.3.1:40000 flags 20 sequence 0 acknowledges 8`. */
function described(packet: Buffer | null): string | null {
  if (!packet) return null;
  expect(checksum(packet.subarray(0, 20))).toBe(0);
  const segment = packet.subarray(20);
  const pseudoHeader = Buffer.from([...packet.subarray(12, 20), 0, tcp, 0, segment.length]);
  expect(checksum(Buffer.concat([pseudoHeader, segment]))).toBe(0);
  const source = `${packet.subarray(12, 16).join('.')}:${segment.readUInt16BE(0)}`;
  const destination = `${packet.subarray(16, 20).join('.')}:${segment.readUInt16BE(2)}`;
  const numbers = `sequence ${segment.readUInt32BE(4)} acknowledges ${segment.readUInt32BE(8)}`;
  return `${source} > ${destination} flags ${segment[13]} ${numbers}`;
}

const back = '10.99.3.2:2380 > 10.99.3.1:40000';

describe('a rejected TCP segment', () => {
  test.each<[string, Segment, string | null]>([
    ['that opens a connection is refused', { flags: 2, sequence: 7 }, `${back} flags 20 sequence 0 acknowledges 8`],
    [
      'that opens one at the end of the numbers is refused',
      { flags: 2, sequence: 0xffff_ffff },
      `${back} flags 20 sequence 0 acknowledges 0`,
    ],
    [
      'without an acknowledgement is reset behind its data',
      { flags: 1, sequence: 7, data: 'abc' },
      `${back} flags 20 sequence 0 acknowledges 11`,
    ],
    [
      'of a connection is reset where the sender waits',
      { flags: 24, sequence: 7, acknowledges: 99, data: 'abc' },
      `${back} flags 4 sequence 99 acknowledges 0`,
    ],
    ['that is a reset itself is not answered', { flags: 4, sequence: 7 }, null],
  ])('%s', (_title, segment, answer) => {
    expect(described(rejection(segmentOf(segment), hub))).toBe(answer);
  });
});

describe('another rejected packet', () => {
  test('is said to be prohibited, by the hub, with its header and its first eight bytes', () => {
    const packet = packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: '12345678 and more' });
    const answer = rejection(packet, hub) as Buffer;
    expect(answer.subarray(12, 20).join('.')).toBe('10.99.3.254.10.99.3.1');
    expect([answer[9], answer[20], answer[21]]).toEqual([icmp, 3, 13]);
    expect(answer.subarray(28)).toEqual(packet.subarray(0, 28));
    expect([checksum(answer.subarray(0, 20)), checksum(answer.subarray(20))]).toEqual([0, 0]);
  });

  test('is answered when it is a ping, and not when it may be an answer', () => {
    const ping = (type: number): Buffer =>
      ownPacket({ protocol: icmp, from, to, message: Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]) });
    expect(rejection(ping(8), hub)).not.toBeNull();
    expect([rejection(ping(0), hub), rejection(ping(3), hub)]).toEqual([null, null]);
  });

  test('is not answered when it is the rest of a larger one, or too short', () => {
    const rest = packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: '12345678' });
    rest[7] = 1;
    const short = packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: '1234567' });
    const shortTcp = packetOf({ from: '10.99.3.1', to: '10.99.3.2', text: '12345678' });
    shortTcp[9] = tcp;
    expect([rest, short, shortTcp].map(packet => rejection(packet, hub))).toEqual([null, null, null]);
  });
});

describe('a cut that rejects', () => {
  test('tells the sender, and counts what it dropped', () => {
    const world = new World();
    world.apply({ ...n1n2, cut: true, reject: true });
    world.say(n1n2, 'rejected');
    world.say(n2n1, 'against');
    expect(world.heard('n2')).toEqual([]);
    expect(world.packets.map(packet => packet[9])).toEqual([icmp, 253]);
    expect(world.log[1]).toBe('0 n1 against');
    expect(world.hub.counters(n1n2)).toMatchObject({ sent: 1, dropped: 1 });
    expect(world.hub.tally().forwarded).toBe(1);
  });

  test('is not one without the cut, nor after it', () => {
    const world = new World();
    world.apply({ ...n1n2, reject: true, loss: 1 });
    world.say(n1n2, 'lost silently');
    world.apply({ ...n1n2, cut: true, reject: true });
    world.apply({ ...n1n2, cut: true });
    world.say(n1n2, 'cut silently');
    expect(world.packets).toEqual([]);
  });
});
