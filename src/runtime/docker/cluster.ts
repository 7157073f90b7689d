/**
 * A cluster of nodes in Docker, each a pod: see `pod.ts`, `holder.ts`, and `assembly.ts`, which puts the parts together.
 *
 * How it can mislead: `address` is the container's own, which only a Linux host with the engine on it reaches. Elsewhere
 * clients go through published ports, and `endpoint` says so.
 */
import { randomBytes } from 'node:crypto';
import { present } from '../../base/assert.ts';
import type { NodeName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Clock } from '../../base/time.ts';
import type {
  Capability,
  ClockControl,
  Cluster,
  DiskControl,
  Network,
  Node,
  ProcessControl,
  ResourceControl,
} from '../cluster.ts';
import type { RuntimeEnvironment } from '../environment.ts';
import { LocalClientProcesses } from '../processes/client-processes.ts';
import { assemble, type NodeParts, type Parts } from './assembly.ts';
import { clockControl, diskControl, resourceControl } from './controls.ts';
import { connectEngine, type Engine } from './engine/engine.ts';
import { removeRun } from './leftovers.ts';
import { networkAbilities } from './network/capabilities.ts';
import { DirectNetwork } from './network/direct-network.ts';
import { OverlayNetwork } from './network/overlay/network.ts';
import { probePort } from './network/rules.ts';
import { TwoNetworks } from './network/two-networks.ts';
import { Pod } from './pod.ts';
import { capabilitiesOf, notHere } from './possible.ts';
import type { DependencyCondition, Endpoint, NodeAddress, PodSpec, SupportSpec } from './spec.ts';
import { type Startable, startInOrder } from './start-order.ts';

export interface DockerClusterOptions {
  readonly nodes: readonly NodeName[];
  readonly pod: (node: NodeAddress, nodes: readonly NodeAddress[]) => PodSpec;
  readonly support?: SupportSpec;
  /** What is missing until clients may use the node; null when nothing is. Asked again and again, after every start. */
  readonly ready: (node: NodeName, cluster: DockerCluster, signal: AbortSignal) => Promise<string | null>;
  /** @default 'direct' */
  readonly network?: 'direct' | 'overlay';
  /** What is not to be done to this system, and why. */
  readonly without?: Readonly<Partial<Record<Capability, string>>>;
  /** `nodes/<name>.log` in it takes what the containers print. */
  readonly directory: string;
  readonly random: Random;
  readonly clock: Clock;
  /** Aborted: starting is given up. Without meaning once the cluster has started. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (sentence: string) => void;
  /** @default 30_000 */
  readonly readyDeadlineMs?: number;
  /** How clients reach the nodes. `auto`: by their own addresses where this machine can. @default 'auto' */
  readonly reach?: 'auto' | 'published';
}

const overlayDeadlineMs = 10_000;

export class DockerCluster implements Cluster {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly processes: ProcessControl;
  readonly resources: ResourceControl;
  readonly disks: DiskControl;
  readonly clocks: ClockControl;
  readonly clientProcesses: LocalClientProcesses;
  readonly capabilities: ReadonlySet<Capability>;
  /** Of what cannot be done here: why. */
  readonly missing: ReadonlyMap<Capability, string>;
  readonly crashed: Promise<string>;
  /** Of this run, in the labels of everything that it made. */
  readonly run: string;
  readonly environment: RuntimeEnvironment;
  private readonly engine: Engine;
  private readonly parts: Parts;
  private readonly pods = new Map<NodeName, Pod>();
  private readonly overlay: OverlayNetwork | null;
  private closing: Promise<void> | null = null;

  /** Rejects with an `OrdealError` that says what did not start, and why; then nothing is left of it. */
  static async start(options: DockerClusterOptions): Promise<DockerCluster> {
    options.signal?.throwIfAborted();
    const engine = await connectEngine(options.clock);
    const run = randomBytes(4).toString('hex');
    const failed = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
    let overlay: OverlayNetwork | null = null;
    try {
      const parts = await assemble({
        engine,
        run,
        nodes: options.nodes,
        pod: options.pod,
        support: options.support ?? {},
        overlay: options.network === 'overlay',
        reach: options.reach ?? 'auto',
        directory: options.directory,
        clock: options.clock,
        signal,
        onProgress: options.onProgress ?? (() => undefined),
      });
      if (options.network === 'overlay') overlay = await startOverlay(parts, options);
      const abilities = await networkAbilities(present(parts.nodes[0]).holder.shell);
      const cluster = new DockerCluster(options, { engine, run, parts, overlay, abilities });
      await cluster.network.apply([]);
      await cluster.startAll(signal);
      signal.throwIfAborted();
      return cluster;
    } catch (error) {
      // Whatever is still waiting for something gives up now.
      failed.abort(error);
      await overlay?.[Symbol.asyncDispose]();
      await removeRun(engine.docker, run);
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  private constructor(
    options: DockerClusterOptions,
    made: {
      readonly engine: Engine;
      readonly run: string;
      readonly parts: Parts;
      readonly overlay: OverlayNetwork | null;
      readonly abilities: Awaited<ReturnType<typeof networkAbilities>>;
    },
  ) {
    const { engine, parts, overlay, abilities } = made;
    this.run = made.run;
    this.engine = engine;
    this.parts = parts;
    this.environment = { runtime: 'docker', engine: engine.version, images: parts.images };
    this.overlay = overlay;
    this.nodes = parts.nodes.map(({ address }) => ({ name: address.name, address: address.address }));
    let onTrouble: (sentence: string) => void = () => undefined;
    this.crashed = new Promise(resolve => {
      onTrouble = resolve;
    });
    void overlay?.lost.then(onTrouble);
    for (const node of parts.nodes) this.pods.set(node.address.name, this.podOf(node, options, onTrouble));
    this.network = this.networkOf(options.clock, parts, engine);
    this.processes = this.processControl();
    const find = (name: NodeName) => ({ pod: this.pod(name), shell: this.node(name).holder.shell });
    this.resources = resourceControl(find, engine);
    this.disks = diskControl(find);
    this.clocks = clockControl(find);
    this.clientProcesses = new LocalClientProcesses(options.clock);
    const { without = {} } = options;
    const possible = capabilitiesOf(parts.nodes, overlay, abilities.available);
    this.capabilities = new Set([...possible].filter(capability => without[capability] === undefined));
    const reasons = { ...notHere, ...Object.fromEntries(abilities.missing), ...without };
    const missing = Object.entries(reasons) as [Capability, string][];
    this.missing = new Map(missing.filter(([capability]) => !this.capabilities.has(capability)));
  }

  /** Where a client reaches this port of the node. */
  endpoint(name: NodeName, port: number): Endpoint {
    const { address, holder } = this.node(name);
    if (this.parts.direct) return { host: address.address, port, proxied: false };
    return {
      host: this.engine.local ? '127.0.0.1' : this.engine.host,
      port: holder.published(`${port}/tcp`),
      proxied: true,
    };
  }

  /** The member with this address, its own or that in the overlay; null when it is nobody's. */
  nodeAt(address: string): NodeName | null {
    const found = this.parts.nodes.find(
      node => node.address.address === address || node.address.peerAddress === address,
    );
    return found?.address.name ?? null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.closing ??= this.close();
    return this.closing;
  }

  private async close(): Promise<void> {
    for (const pod of this.pods.values()) pod.excuse('closing', true);
    await this.clientProcesses[Symbol.asyncDispose]();
    for (const { holder } of this.parts.nodes) holder[Symbol.dispose]();
    await this.overlay?.[Symbol.asyncDispose]();
    await removeRun(this.engine.docker, this.run);
    await Promise.all(
      [...this.parts.nodes.map(({ log }) => log), ...this.parts.support].map(log => log[Symbol.asyncDispose]()),
    );
  }

  private async startAll(signal: AbortSignal): Promise<void> {
    const nodes = this.parts.nodes.map(({ address, spec }): Startable => {
      const pod = this.pod(address.name);
      let ready: Promise<void> = Promise.resolve();
      return {
        name: address.name,
        dependsOn: spec.dependsOn ?? {},
        start: async () => {
          // Who depends on it wants it started, or ready; the start of the others must not wait for more.
          ready = pod.start(signal);
          await Promise.race([ready, pod.launched]);
        },
        reached: async (condition: DependencyCondition) => {
          if (condition !== 'started') await ready;
        },
      };
    });
    await startInOrder([...this.parts.support, ...nodes]);
    await Promise.all(nodes.map(node => node.reached('healthy')));
    // Containers of support have addresses only now: from here on they are not taken for clients.
    await this.network.apply([]);
  }

  private podOf(node: NodeParts, options: DockerClusterOptions, onTrouble: (sentence: string) => void): Pod {
    const { name } = node.address;
    return new Pod({
      name,
      container: node.container,
      beside: node.beside,
      log: node.log,
      clock: options.clock,
      ready: signal => options.ready(name, this, signal),
      readyDeadlineMs: options.readyDeadlineMs ?? 30_000,
      onTrouble,
    });
  }

  private networkOf(clock: Clock, parts: Parts, engine: Engine): Network {
    const direct = new DirectNetwork({
      members: parts.nodes.map(({ holder, address }) => ({
        peer: holder.peer,
        shell: holder.shell,
        clientProbe: parts.direct
          ? { host: address.address, port: probePort }
          : { host: engine.local ? '127.0.0.1' : engine.host, port: holder.published(`${probePort}/udp`) },
      })),
      others: () => parts.support.flatMap(({ peer }) => (peer === null ? [] : [peer])),
      gateway: parts.network.subnet.gateway,
      clock,
    });
    return this.overlay ? new TwoNetworks({ between: this.overlay, clients: direct }) : direct;
  }

  private processControl(): ProcessControl {
    return {
      kill: name => this.pod(name).kill(),
      terminate: (name, graceMs) => this.pod(name).terminate(graceMs),
      start: name => this.pod(name).start(),
      pause: (name, what = 'all') => this.pod(name).pause(what),
      resume: name => this.pod(name).resume(),
      inspect: name => this.pod(name).inspect(),
    };
  }

  private pod(name: NodeName): Pod {
    return present(this.pods.get(name), `there is no node ${name}`);
  }

  private node(name: NodeName): NodeParts {
    return present(
      this.parts.nodes.find(({ address }) => address.name === name),
      `there is no node ${name}`,
    );
  }
}

async function startOverlay(parts: Parts, { random, clock }: DockerClusterOptions): Promise<OverlayNetwork> {
  const overlay = await OverlayNetwork.start({
    members: parts.nodes.map(({ address: { name, address, peerAddress } }) => ({
      name,
      address,
      overlay: peerAddress,
    })),
    gateway: parts.network.subnet.gateway,
    random,
    clock,
  });
  try {
    await Promise.all(
      parts.nodes.map(({ address, holder }) => holder.shell.run(`( ${overlay.holderCommand(address.name)} )`)),
    );
    await overlay.ready(overlayDeadlineMs);
    return overlay;
  } catch (error) {
    await overlay[Symbol.asyncDispose]();
    throw error;
  }
}
