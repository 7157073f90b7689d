/**
 * The hub's own packets: ICMP echo requests, which the kernel of a node answers by itself.
 *
 * The answer goes to whoever the request *says* that it comes from. A request to n1 in the name of n2 makes the kernel
 * of n1 send a packet to n2: a real one, over the whole way from its device to the hub. Each carries a mark and a number
 * in its payload, by which it is known again.
 *
 * How it can mislead: it is the kernel that answers. A node whose processes are dead or paused is reached all the same.
 */
import { checksum, icmp, ownPacket } from './own-packet.ts';
import { addressBytes, headerBytes, protocolOf } from './packet.ts';

export interface EchoRequest {
  /** Who is to get the answer. */
  readonly from: string;
  readonly to: string;
  /** A whole number below 2^32. */
  readonly number: number;
}

const echoReply = 0;
const echoRequest = 8;
const icmpBytes = 8;
const mark = Buffer.from('ordeal::');
const messageBytes = icmpBytes + mark.length + 4;
const packetBytes = headerBytes + messageBytes;

export function echoRequestPacket({ from, to, number }: EchoRequest): Buffer {
  const message = Buffer.alloc(messageBytes);
  message[0] = echoRequest;
  mark.copy(message, icmpBytes);
  message.writeUInt32BE(number, icmpBytes + mark.length);
  message.writeUInt16BE(checksum(message), 2);
  return ownPacket({ protocol: icmp, from: addressBytes(from), to: addressBytes(to), message });
}

/** The number of the request of ours that this packet answers; null when it is anything else. */
export function echoReplyNumber(packet: Buffer): number | null {
  if (protocolOf(packet) !== icmp || packet[0] !== 0x45 || packet.length !== packetBytes) return null;
  const isOurs =
    packet[headerBytes] === echoReply && mark.compare(packet, headerBytes + icmpBytes, packetBytes - 4) === 0;
  return isOurs ? packet.readUInt32BE(packetBytes - 4) : null;
}
