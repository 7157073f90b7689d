/**
 * The hub's socket: one UDP port on the address of the bridge's gateway, and on no other.
 *
 * How it can mislead: when datagrams come in faster than they are read, the kernel drops them and tells nobody who does
 * not ask. `overflowed` asks. The containers' sockets have buffers of their own, of which nothing is known here.
 */
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { addressBytes } from './packet.ts';

export interface HubSocket {
  readonly port: number;
  /** Never throws: what the kernel refuses is counted. */
  send(packet: Buffer, port: number, address: string): void;
  /** How many it refused to send. */
  unsendable(): number;
  /** How many it dropped because we were too slow; null where it does not say. */
  overflowed(): number | null;
  close(): void;
}

export interface HubSocketOptions {
  /** Of this machine. */
  readonly address: string;
  readonly receive: (packet: Buffer, source: { readonly address: string; readonly port: number }) => void;
}

/** Asked for; the kernel may give less (`net.core.rmem_max`). */
const bufferBytes = 8 * 1024 * 1024;

/** Rejects with the system's error when the address cannot be bound: `EADDRNOTAVAIL` when it is not of this machine. */
export function openHubSocket({ address, receive }: HubSocketOptions): Promise<HubSocket> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
    // All are addresses already; the usual way would wait for a turn of the event loop with each packet.
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  socket.on('message', receive);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port: 0, exclusive: true }, () => {
      socket.off('error', reject);
      resolve(wrap(socket));
    });
  });
}

function wrap(socket: Socket): HubSocket {
  const { address, port } = socket.address();
  let unsendable = 0;
  const sent = (error: Error | null): void => {
    if (error) unsendable++;
  };
  return {
    port,
    send: (packet, to, host) => socket.send(packet, to, host, sent),
    unsendable: () => unsendable,
    overflowed: () => droppedByKernel(address, port),
    close: () => socket.close(),
  };
}

/** From Linux's table of UDP sockets: the second column is the address, the last the drops. */
function droppedByKernel(address: string, port: number): number | null {
  const hexadecimal = Buffer.from(addressBytes(address).toReversed()).toString('hex').toUpperCase();
  const local = `${hexadecimal}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    const lines = readFileSync('/proc/net/udp', 'utf8').split('\n');
    const columns = lines.map(line => line.trim().split(/\s+/)).find(line => line[1] === local);
    return columns ? Number(columns.at(-1)) : null;
  } catch {
    return null;
  }
}
