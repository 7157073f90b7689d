/**
 * A holder: the container that owns a node's network namespace, its address and name, and its data volume.
 *
 * It has NET_ADMIN, and the TUN device where there is an overlay, and nothing else; the system under test has neither.
 */
import type Docker from 'dockerode';
import { present } from '../../base/assert.ts';
import type { NodeName } from '../../base/names.ts';
import type { Clock } from '../../base/time.ts';
import { labelsOf } from './container-config.ts';
import { type Peer, probePort } from './network/rules.ts';
import { HolderShell } from './shell.ts';
import type { NodeAddress, PodSpec } from './spec.ts';

export interface HolderOptions {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly run: string;
  readonly image: string;
  readonly network: string;
  readonly name: NodeName;
  readonly address: string;
  readonly spec: PodSpec;
  /** `volume:/path` */
  readonly binds: readonly string[];
  /** All nodes, when they are to find each other in the overlay; null when there is none. */
  readonly overlay: readonly NodeAddress[] | null;
  /** Where ports are published; null when clients reach the address itself. */
  readonly publishOn: string | null;
}

export interface Holder extends Disposable {
  readonly container: Docker.Container;
  readonly peer: Peer;
  readonly shell: HolderShell;
  /** Of a port of the node, `9/udp` or `2379/tcp`: the port that was published for it. */
  published(port: string): number;
}

/** Where its data is mounted in the holder. */
export const holderData = '/ordeal/data';
export const holderClock = '/ordeal/clock';

export async function startHolder(options: HolderOptions): Promise<Holder> {
  const { docker, network, name } = options;
  const container = await docker.createContainer(holderConfig(options));
  await container.start();
  const [inspection, shell] = await Promise.all([
    container.inspect(),
    HolderShell.open(docker, { container, name, clock: options.clock }),
  ]);
  const endpoint = present(inspection.NetworkSettings.Networks[network], `${name} is not in its network`);
  return {
    container,
    shell,
    peer: {
      name,
      mac: endpoint.MacAddress,
      address: endpoint.IPAddress,
      address6: endpoint.GlobalIPv6Address || null,
    },
    published: port =>
      Number(present(inspection.NetworkSettings.Ports[port]?.[0], `${port} is not published`).HostPort),
    [Symbol.dispose]: () => shell[Symbol.dispose](),
  };
}

function holderConfig(options: HolderOptions): Docker.ContainerCreateOptions {
  const { name, spec, publishOn } = options;
  const ports = publishOn === null ? [] : [...spec.ports.map(port => `${port}/tcp`), `${probePort}/udp`];
  return {
    name: `ordeal-${options.run}-${name}-net`,
    Image: options.image,
    Hostname: spec.hostname ?? name,
    Labels: labelsOf({ run: options.run, role: 'holder', node: name }),
    ExposedPorts: Object.fromEntries(ports.map(port => [port, {}])),
    HostConfig: {
      NetworkMode: options.network,
      CapAdd: ['NET_ADMIN'],
      Binds: [...options.binds],
      ...(options.overlay
        ? {
            Devices: [{ PathOnHost: '/dev/net/tun', PathInContainer: '/dev/net/tun', CgroupPermissions: 'rwm' }],
            // Before the engine's own names, which stand for the addresses beside the overlay.
            ExtraHosts: options.overlay.map(other => `${other.name}:${other.peerAddress}`),
          }
        : {}),
      PortBindings: Object.fromEntries(ports.map(port => [port, [{ HostIp: publishOn ?? '', HostPort: '' }]])),
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [options.network]: {
          IPAMConfig: { IPv4Address: options.address },
          Aliases: [name, ...(spec.aliases ?? [])],
        },
      },
    },
  };
}
