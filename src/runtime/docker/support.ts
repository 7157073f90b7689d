/**
 * Containers that the nodes need and that are never harmed. They are in the run's network under their own names.
 */
import { join } from 'node:path';
import type Docker from 'dockerode';
import { OrdealError } from '../../base/errors.ts';
import { type Clock, nanosPerMs, sleep } from '../../base/time.ts';
import { containerConfig } from './container-config.ts';
import { ContainerLog } from './container-log.ts';
import { unless } from './engine/engine.ts';
import { archive } from './files.ts';
import type { Peer } from './network/rules.ts';
import type { DependencyCondition, SupportSpec } from './spec.ts';
import type { Startable } from './start-order.ts';

export interface SupportOptions {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly run: string;
  readonly network: string;
  readonly directory: string;
  readonly name: string;
  readonly image: string;
  readonly spec: SupportSpec[string];
  readonly address: string;
  readonly signal: AbortSignal;
}

const conditionDeadlineMs = 120_000;
const askEveryMs = 100;

export class SupportContainer implements Startable, AsyncDisposable {
  readonly name: string;
  readonly dependsOn: Readonly<Record<string, DependencyCondition>>;
  readonly container: Docker.Container;
  private readonly options: SupportOptions;
  private readonly log: ContainerLog;
  private known: Peer | null = null;

  static async create(options: SupportOptions): Promise<SupportContainer> {
    const { docker, run, network, name, image, spec, address } = options;
    const config = containerConfig({
      name: `ordeal-${run}-${name}`,
      image,
      spec,
      belonging: { run, role: 'support', node: name },
    });
    const container = await docker.createContainer({
      ...config,
      Hostname: spec.hostname ?? name,
      HostConfig: { ...config.HostConfig, NetworkMode: network },
      NetworkingConfig: {
        EndpointsConfig: {
          [network]: { IPAMConfig: { IPv4Address: address }, Aliases: [name, ...(spec.aliases ?? [])] },
        },
      },
    });
    if (spec.files) await container.putArchive(archive(spec.files), { path: '/' });
    return new SupportContainer(options, container);
  }

  private constructor(options: SupportOptions, container: Docker.Container) {
    this.name = options.name;
    this.dependsOn = options.spec.dependsOn ?? {};
    this.options = options;
    this.container = container;
    this.log = new ContainerLog(options.docker, join(options.directory, 'nodes', `${options.name}.log`));
  }

  /** Null before it was started: then it says nothing. */
  get peer(): Peer | null {
    return this.known;
  }

  async start(): Promise<void> {
    await this.log.follow(this.container);
    await unless([304], this.container.start());
    const { NetworkSettings } = await this.container.inspect();
    const endpoint = NetworkSettings.Networks[this.options.network];
    // One that has done its work and ended has no address any more.
    if (!endpoint?.MacAddress) return;
    this.known = {
      name: this.name,
      mac: endpoint.MacAddress,
      address: endpoint.IPAddress,
      address6: endpoint.GlobalIPv6Address || null,
    };
  }

  async reached(condition: DependencyCondition): Promise<void> {
    const { clock, signal, name } = this.options;
    const deadline = clock.now() + conditionDeadlineMs * nanosPerMs;
    for (;;) {
      const { State } = await this.container.inspect();
      if (condition === 'started' && State.Running) return;
      if (condition === 'healthy' && State.Health?.Status === 'healthy') return;
      const ended = State.Status === 'exited';
      if (ended && State.ExitCode === 0 && condition !== 'healthy') return;
      if (ended || clock.now() > deadline) {
        const what = ended
          ? `ended with code ${State.ExitCode}`
          : `is not ${condition} after ${conditionDeadlineMs / 1000} s`;
        throw new OrdealError(`${name} ${what}: ${this.log.lastWords()}`, {
          code: 'SUPPORT_NOT_READY',
          place: { file: this.log.path },
          hint: 'others depend on it',
        });
      }
      await sleep(clock, askEveryMs, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log[Symbol.asyncDispose]();
  }
}
