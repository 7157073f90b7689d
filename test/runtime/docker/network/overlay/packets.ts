/** Packets as the kernels of nodes make and answer them, for tests that play the holders. */
import { checksum } from '../../../../../src/runtime/docker/network/overlay/own-packet.ts';
import { addressBytes } from '../../../../../src/runtime/docker/network/overlay/packet.ts';

const headerBytes = 20;

/** An IPv4 packet with a text in it. */
export function packetOf({ from, to, text }: { from: string; to: string; text: string }): Buffer {
  const payload = Buffer.from(text);
  const packet = Buffer.alloc(headerBytes + payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = 64;
  packet[9] = 253;
  packet.set(addressBytes(from), 12);
  packet.set(addressBytes(to), 16);
  packet.writeUInt16BE(checksum(packet.subarray(0, headerBytes)), 10);
  packet.set(payload, headerBytes);
  return packet;
}

export function textOf(packet: Buffer): string {
  return packet.toString('utf8', headerBytes);
}

/** What the kernel answers to an ICMP echo request; null when it is anything else. */
export function kernelAnswer(packet: Buffer): Buffer | null {
  const isRequest = packet[9] === 1 && packet[headerBytes] === 8;
  // As the kernel does: what is spoilt is not answered.
  if (!isRequest || checksum(packet.subarray(0, headerBytes)) !== 0 || checksum(packet.subarray(headerBytes)) !== 0) {
    return null;
  }
  const answer = Buffer.from(packet);
  answer.set(packet.subarray(12, 16), 16);
  answer.set(packet.subarray(16, 20), 12);
  answer[headerBytes] = 0;
  answer.writeUInt16BE(0, headerBytes + 2);
  answer.writeUInt16BE(checksum(answer.subarray(headerBytes)), headerBytes + 2);
  return answer;
}
