/**
 * What the hub reads of an IPv4 packet, and the one thing that it may do to it.
 *
 * The overlay is one /24: three bytes tell whether an address is in it, and the fourth, the *host*, says whose it is. So
 * a packet is routed by reading some bytes of its header, and nothing is made for it.
 *
 * How it can mislead: nothing here checks checksums. That is for the receiver, who must notice what we have spoilt.
 */
import { assert, present } from '../../../../base/assert.ts';
import type { Random } from '../../../../base/random.ts';

/** Bytes of an IPv4 header without options. */
export const headerBytes = 20;

const sourceOffset = 12;
const destinationOffset = 16;

/** The network of an address: its first three bytes as one number. */
export type Prefix = number;

export function addressBytes(address: string): readonly [number, number, number, number] {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  const [first, second, third, fourth] = present(match, `"${address}" is no IPv4 address`).slice(1).map(Number);
  const bytes = [first ?? 256, second ?? 256, third ?? 256, fourth ?? 256] as const;
  assert(
    bytes.every(byte => byte <= 255),
    `"${address}" is no IPv4 address`,
  );
  return bytes;
}

export function prefixOf(address: string): Prefix {
  const [first, second, third] = addressBytes(address);
  return (first << 16) | (second << 8) | third;
}

export function hostOf(address: string): number {
  return addressBytes(address)[3];
}

/** 0 when there is nothing to read. */
export function ipVersion(packet: Buffer): number {
  return (packet[0] ?? 0) >> 4;
}

/** An IPv4 packet that is long enough to have addresses. */
export function isReadable(packet: Buffer): boolean {
  return packet.length >= headerBytes && ipVersion(packet) === 4;
}

export function protocolOf(packet: Buffer): number {
  return packet[9] as number;
}

export function sourcePrefix(packet: Buffer): Prefix {
  return packet.readUIntBE(sourceOffset, 3);
}

export function sourceHost(packet: Buffer): number {
  return packet[sourceOffset + 3] as number;
}

export function destinationPrefix(packet: Buffer): Prefix {
  return packet.readUIntBE(destinationOffset, 3);
}

export function destinationHost(packet: Buffer): number {
  return packet[destinationOffset + 3] as number;
}

/** To all, or to a group: 255.255.255.255 and 224.0.0.0/4. */
export function isForMany(packet: Buffer): boolean {
  const first = packet[destinationOffset] as number;
  return (first >= 224 && first <= 239) || packet.readUInt32BE(destinationOffset) === 0xffff_ffff;
}

/**
 * A copy with one bit flipped; the checksums are left as they were. Never in the first byte: a TUN device refuses a
 * packet without a version, and whoever reads from it would end.
 */
export function withFlippedBit(packet: Buffer, random: Random): Buffer {
  const copy = Buffer.from(packet);
  const bit = random.integer(8, 8 * copy.length - 1);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}
