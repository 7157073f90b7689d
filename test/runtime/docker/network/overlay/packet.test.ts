import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../../src/base/random.ts';
import {
  addressBytes,
  destinationHost,
  destinationPrefix,
  isForMany,
  isReadable,
  prefixOf,
  sourceHost,
  sourcePrefix,
  withFlippedBit,
} from '../../../../../src/runtime/docker/network/overlay/packet.ts';
import { packetOf } from './packets.ts';

describe('what the hub reads of a packet', () => {
  test('is whom it comes from and whom it is for', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (from, to) => {
        const packet = packetOf({ from, to, text: 'x' });
        expect(isReadable(packet)).toBe(true);
        expect([sourcePrefix(packet), sourceHost(packet)]).toEqual([prefixOf(from), addressBytes(from)[3]]);
        expect([destinationPrefix(packet), destinationHost(packet)]).toEqual([prefixOf(to), addressBytes(to)[3]]);
      }),
    );
  });

  test('is nothing of what is too short, or not IPv4', () => {
    const packet = packetOf({ from: '10.0.0.1', to: '10.0.0.2', text: '' });
    expect(isReadable(packet)).toBe(true);
    expect(isReadable(packet.subarray(0, 19))).toBe(false);
    expect(isReadable(Buffer.alloc(0))).toBe(false);
    packet[0] = 0x60;
    expect(isReadable(packet)).toBe(false);
  });

  test('tells groups and everybody from single nodes', () => {
    const many = ['223.255.255.255', '224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.255', '10.0.0.255'];
    expect(many.filter(to => isForMany(packetOf({ from: '10.0.0.1', to, text: '' })))).toEqual([
      '224.0.0.0',
      '239.255.255.255',
      '255.255.255.255',
    ]);
  });

  test('what is no address is refused', () => {
    for (const text of ['10.0.0', '10.0.0.256', '::1', '10.0.0.1.2', 'n1', '']) {
      expect(() => addressBytes(text)).toThrow(`"${text}" is no IPv4 address`);
    }
  });
});

describe('a flipped bit', () => {
  test('is one bit of the copy, never of the first byte, and nothing else is changed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string({ maxLength: 30 }), (seed, text) => {
        const packet = packetOf({ from: '10.0.0.1', to: '10.0.0.2', text });
        const before = Buffer.from(packet);
        const spoilt = withFlippedBit(packet, Random.fromSeed(seed));
        expect(packet).toEqual(before);
        expect(spoilt[0]).toBe(packet[0]);
        expect(spoilt.length).toBe(packet.length);
        expect(differingBits(packet, spoilt)).toBe(1);
      }),
    );
  });

  test('may be any of the others, also the last', () => {
    const packet = packetOf({ from: '10.0.0.1', to: '10.0.0.2', text: 'x' });
    const random = Random.fromSeed('bits');
    const flipped = new Set<number>();
    for (let count = 0; count < 5_000; count++) {
      const spoilt = withFlippedBit(packet, random);
      const byte = packet.findIndex((value, index) => value !== spoilt[index]);
      flipped.add(8 * byte + Math.log2((packet[byte] as number) ^ (spoilt[byte] as number)));
    }
    expect([flipped.size, Math.min(...flipped), Math.max(...flipped)]).toEqual([160, 8, 167]);
  });
});

function differingBits(left: Buffer, right: Buffer): number {
  const bits = [...left].map((byte, index) => (byte ^ (right[index] as number)).toString(2).replaceAll('0', '').length);
  return bits.reduce((sum, count) => sum + count, 0);
}
