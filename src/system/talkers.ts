/**
 * The smallest system in Docker: nodes that send each other a packet fifty times a second, write a file, and want some
 * memory again and again. It stores nothing; it is what `doctor` tries every fault on, and it needs no image but the
 * holder's.
 */
import { connect } from 'node:net';
import { z } from 'zod';
import type { Client } from '../client/client.ts';
import { holderImage } from '../runtime/docker/holder-image.ts';
import type { DockerDescription } from './docker.ts';

const port = 7000;

const settings = z.strictObject({});

export const talkers: DockerDescription<typeof settings> = {
  name: 'talkers',
  summary: 'nodes that only talk, for doctor',
  settings,
  defaults: () => ({ workload: 'echo', nemesis: ['none'], nodes: 3 }),
  workloads: () => ['echo'],
  pod: ({ node, nodes }) => ({
    image: holderImage,
    entrypoint: ['bash', '-c', script, 'talker'],
    command: nodes.filter(({ name }) => name !== node.name).map(({ peerAddress }) => peerAddress),
    ports: [port],
    data: { path: '/data', sizeBytes: 4 * 1024 * 1024 },
  }),
  ready: async () => null,
  async connect({ node, endpoint, process, spawn }) {
    const { host, port: at } = endpoint(node, port);
    const sleeper = spawn(`client-${process}`, ['sleep', '600']);
    return {
      /** Somebody knocks, and nobody needs to open: it is the packet that counts. */
      invoke: async () => {
        const socket = connect({ host, port: at, timeout: knockMs });
        socket.on('error', () => undefined).on('timeout', () => socket.destroy());
        return { type: 'info' };
      },
      [Symbol.asyncDispose]: () => sleeper[Symbol.asyncDispose](),
    } satisfies Client;
  },
};

const knockMs = 200;

const script = `
echo something >/data/file
while :; do for peer in "$@"; do echo x 2>/dev/null >/dev/udp/$peer/${port}; done 2>/dev/null; sleep 0.02; done &
while :; do memory=$(head -c 20000000 /dev/zero | tr '\\0' x); sleep 0.3; done
`;
