/**
 * A cluster in Docker whose nodes print the texts that they are sent (UDP port 7000), made of the holder's own image: so
 * nothing but the runtime is under test.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import { systemClock } from '../../src/base/time.ts';
import type { Link } from '../../src/runtime/cluster.ts';
import { DockerCluster, type DockerClusterOptions } from '../../src/runtime/docker/cluster.ts';
import { holderImage } from '../../src/runtime/docker/holder-image.ts';
import { label } from '../../src/runtime/docker/labels.ts';
import type { PodSpec } from '../../src/runtime/docker/spec.ts';
import type { ClusterFixture } from '../contract/cluster.ts';
import { marked } from './marked.ts';

const port = 7000;

export const textPod: PodSpec = {
  image: holderImage,
  entrypoint: ['socat', '-u', '-d', '-d', `UDP-RECV:${port}`, 'STDOUT'],
  ports: [],
  data: { path: '/data', sizeBytes: 8 * 1024 * 1024 },
};

export interface TextCluster extends ClusterFixture {
  readonly cluster: DockerCluster;
  readonly directory: string;
  /** A command in the holder of a node, or in its system's container. */
  inside(node: NodeName, where: 'holder' | 'system', command: string): Promise<string>;
}

export async function textCluster(options: Partial<DockerClusterOptions> = {}): Promise<TextCluster> {
  const docker = new Docker();
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-docker-'));
  const peers = new Map<NodeName, string>();
  const printed = (node: NodeName): string => {
    const text = readFileSync(join(directory, 'nodes', `${node}.log`), 'utf8');
    return text.slice(text.lastIndexOf(' start ---\n') + ' start ---\n'.length);
  };
  const cluster = await DockerCluster.start({
    nodes: ['n1', 'n2', 'n3'],
    pod: ({ name, peerAddress }) => {
      peers.set(name, peerAddress);
      return textPod;
    },
    ready: async node => (printed(node).includes('starting data transfer loop') ? null : 'it does not listen yet'),
    directory,
    random: Random.fromSeed('text'),
    clock: systemClock(),
    ...options,
  });
  const nameOf = (node: NodeName, where: 'holder' | 'system'): string =>
    `ordeal-${cluster.run}-${node}${where === 'holder' ? '-net' : ''}`;
  const inside: TextCluster['inside'] = async (node, where, command) => {
    const exec = await docker
      .getContainer(nameOf(node, where))
      .exec({ Cmd: ['bash', '-c', command], AttachStdout: true, AttachStderr: true, Tty: true });
    const chunks: Buffer[] = [];
    for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  };
  return {
    cluster,
    directory,
    inside,
    tell: async ({ from, to }: Link, text) => {
      await inside(from, 'holder', `echo '${text}' >/dev/udp/${peers.get(to)}/${port}`);
    },
    heard: async node =>
      printed(node)
        .split('\n')
        .filter(line => line !== '' && !/ socat\[|^---/.test(line)),
    die: async node => {
      await docker.getContainer(nameOf(node, 'system')).kill();
    },
    leftovers: () => marked(docker, `${label.run}=${cluster.run}`),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
