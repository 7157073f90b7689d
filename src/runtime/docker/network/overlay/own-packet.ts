/**
 * IPv4 packets of the hub's own making: probes, and answers in the place of a firewall.
 */
import { headerBytes } from './packet.ts';

export const icmp = 1;
export const tcp = 6;

export interface OwnPacket {
  readonly protocol: typeof icmp | typeof tcp;
  /** Four bytes. */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** With its checksum. */
  readonly message: Buffer;
}

const timeToLive = 64;

export function ownPacket({ protocol, from, to, message }: OwnPacket): Buffer {
  const packet = Buffer.alloc(headerBytes + message.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = timeToLive;
  packet[9] = protocol;
  packet.set(from, 12);
  packet.set(to, 16);
  packet.writeUInt16BE(checksum(packet.subarray(0, headerBytes)), 10);
  packet.set(message, headerBytes);
  return packet;
}

/** The sum of the internet protocols (RFC 1071), of an even number of bytes. */
export function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) sum += bytes.readUInt16BE(index);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
