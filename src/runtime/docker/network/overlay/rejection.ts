/**
 * The answer to a packet that a cut link rejects, as a firewall gives it: TCP gets a reset in the name of the other end,
 * everything else an ICMP "prohibited" from the hub.
 *
 * How it can mislead: the reset ends the connection at the sender only. The other end learns nothing, unless its own
 * direction is rejected, too, and it sends.
 */
import { checksum, icmp, ownPacket, tcp } from './own-packet.ts';
import { addressBytes, headerBytes, protocolOf } from './packet.ts';

const tcpHeaderBytes = 20;
const finish = 0x01;
const synchronise = 0x02;
const reset = 0x04;
const acknowledge = 0x10;

const unreachable = 3;
const prohibited = 13;
const echoRequest = 8;

/** Null when it must not be answered, so that no answer is answered. `hub` is our address in the overlay. */
export function rejection(packet: Buffer, hub: string): Buffer | null {
  const payload = packet.subarray(4 * ((packet[0] as number) & 15));
  const isLaterFragment = (packet.readUInt16BE(6) & 0x1fff) !== 0;
  if (isLaterFragment || payload.length < 8) return null;
  if (protocolOf(packet) === tcp) return resetOf(packet, payload);
  if (protocolOf(packet) === icmp && payload[0] !== echoRequest) return null;
  const message = Buffer.alloc(8 + packet.length - payload.length + 8);
  message[0] = unreachable;
  message[1] = prohibited;
  // The header and eight bytes: by these the sender knows what it is about.
  packet.copy(message, 8, 0, message.length - 8);
  message.writeUInt16BE(checksum(message), 2);
  return ownPacket({ protocol: icmp, from: addressBytes(hub), to: sourceBytes(packet), message });
}

/** As RFC 9293 (3.10.7.1) has it for a connection that does not exist. */
function resetOf(packet: Buffer, segment: Buffer): Buffer | null {
  const flags = segment[13];
  if (segment.length < tcpHeaderBytes || flags === undefined || flags & reset) return null;
  const message = Buffer.alloc(tcpHeaderBytes);
  segment.copy(message, 0, 2, 4);
  segment.copy(message, 2, 0, 2);
  message[12] = (tcpHeaderBytes / 4) << 4;
  message[13] = flags & acknowledge ? reset : reset | acknowledge;
  if (flags & acknowledge) segment.copy(message, 4, 8, 12);
  else message.writeUInt32BE((segment.readUInt32BE(4) + sequenceLength(segment, flags)) % 2 ** 32, 8);
  const from = packet.subarray(16, headerBytes);
  const to = sourceBytes(packet);
  const pseudoHeader = Buffer.from([...from, ...to, 0, tcp, 0, tcpHeaderBytes]);
  message.writeUInt16BE(checksum(Buffer.concat([pseudoHeader, message])), 16);
  return ownPacket({ protocol: tcp, from, to, message });
}

/** How far a segment takes its stream: its bytes, and one for its beginning and its end. */
function sequenceLength(segment: Buffer, flags: number): number {
  const data = Math.max(0, segment.length - 4 * ((segment[12] as number) >> 4));
  return data + (flags & synchronise ? 1 : 0) + (flags & finish ? 1 : 0);
}

function sourceBytes(packet: Buffer): Buffer {
  return packet.subarray(12, 16);
}
