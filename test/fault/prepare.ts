/** A fault that is ready to be done to a cluster in memory. */
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import { faultKind } from '../../src/fault/catalogue.ts';
import type { Fault, Parameters } from '../../src/fault/fault.ts';
import { LinkTable } from '../../src/fault/network.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';

export interface PrepareOptions {
  readonly cluster: FakeCluster;
  readonly kind: string;
  readonly targets?: readonly NodeName[];
  readonly target?: string;
  readonly parameters?: Parameters;
  readonly links?: LinkTable;
  readonly clock?: FakeClock;
  readonly seed?: number;
}

/** Fails when there is nothing to do. */
export function prepare(options: PrepareOptions): Fault {
  const fault = tryPrepare(options);
  if (!fault) throw new Error('nothing to do');
  return fault;
}

export function tryPrepare(options: PrepareOptions): Fault | null {
  const { cluster, kind, targets = ['n2'], target = 'one', parameters = {}, seed = 1 } = options;
  const { links = new LinkTable(cluster.network), clock = new FakeClock() } = options;
  const random = Random.fromSeed(seed);
  return faultKind(kind).prepare({ cluster, links, target, targets, random, clock }, parameters);
}

/** Nodes that can have everything done to them, and two clients. */
export function everything(nodes: readonly NodeName[] = ['n1', 'n2', 'n3']): FakeCluster {
  const cluster = new FakeCluster(nodes).with('terminate', 'resources', 'disks', 'clocks', 'clients', 'probe');
  cluster.capabilities = new Set([...cluster.capabilities, 'reject', 'cut-clients', 'corrupt', 'rate', 'stop']);
  cluster.clients.set('c1', { status: 'running', pid: 501 });
  cluster.clients.set('c2', { status: 'running', pid: 502 });
  return cluster;
}
