import { present } from '../../../src/base/assert.ts';
import type { NodeName } from '../../../src/base/names.ts';
import type { Body } from '../../../src/runtime/stdio/message.ts';
import { type ClusterFixture, clusterContract } from '../../contract/cluster.ts';
import { nodeCommand, startCluster, workplace } from './fixture.ts';

clusterContract('a cluster of child processes', async (): Promise<ClusterFixture> => {
  const place = workplace();
  const cluster = await startCluster(place, {
    nodes: ['n1', 'n2', 'n3'],
    command: () => nodeCommand(place, 'relay.mjs'),
  });
  const client = cluster.endpoint();
  const ask = (node: NodeName, body: Body): Promise<Body> => client.rpc(node, body, AbortSignal.timeout(20_000));
  return {
    cluster,
    tell: async ({ from, to }, text) => void (await ask(from, { type: 'tell', to, text })),
    heard: async node => (await ask(node, { type: 'notes' }))['notes'] as string[],
    die: async node => void process.kill(present((await cluster.processes.inspect(node)).pid), 'SIGKILL'),
    leftovers: async () => place.leftovers(),
    [Symbol.dispose]: () => place[Symbol.dispose](),
  };
});
