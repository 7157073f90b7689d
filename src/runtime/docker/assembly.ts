/**
 * Puts the parts of a cluster together, in this order: images, network, holders, volumes, containers. Nothing of the
 * system has been started then.
 */
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { present } from '../../base/assert.ts';
import type { NodeName } from '../../base/names.ts';
import { type Clock, withDeadline } from '../../base/time.ts';
import type { NodeImage } from '../environment.ts';
import { containerConfig, labelsOf, namedVolumes } from './container-config.ts';
import { ContainerLog } from './container-log.ts';
import { clockFile } from './controls.ts';
import type { Engine } from './engine/engine.ts';
import { ensureImage } from './engine/image.ts';
import { archive } from './files.ts';
import { type Holder, holderClock, holderData, startHolder } from './holder.ts';
import { holderImage } from './holder-image.ts';
import { probePort } from './network/rules.ts';
import { createRunNetwork, type RunNetwork } from './network/run-network.ts';
import { addressIn, overlayAddress } from './network/subnet.ts';
import { nodeImages } from './node-images.ts';
import type { ContainerSpec, ImageSpec, NodeAddress, PodSpec, SupportSpec } from './spec.ts';
import { SupportContainer } from './support.ts';

export interface AssemblyOptions {
  readonly engine: Engine;
  readonly run: string;
  readonly nodes: readonly NodeName[];
  readonly pod: (node: NodeAddress, nodes: readonly NodeAddress[]) => PodSpec;
  readonly support: SupportSpec;
  readonly overlay: boolean;
  readonly reach: 'auto' | 'published';
  readonly directory: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
}

/** A node whose system was not started yet. */
export interface NodeParts {
  readonly address: NodeAddress;
  readonly spec: PodSpec;
  readonly holder: Holder;
  readonly container: Docker.Container;
  readonly beside: readonly Docker.Container[];
  readonly log: ContainerLog;
}

export interface Parts {
  readonly network: RunNetwork;
  readonly nodes: readonly NodeParts[];
  readonly support: readonly SupportContainer[];
  readonly images: readonly NodeImage[];
  /** Clients reach the containers' own addresses. */
  readonly direct: boolean;
}

export async function assemble(options: AssemblyOptions): Promise<Parts> {
  const addresses = (network: RunNetwork): NodeAddress[] =>
    options.nodes.map((name, index) => {
      const address = addressIn(network.subnet, index);
      return { name, address, peerAddress: options.overlay ? overlayAddress(index) : address };
    });
  const network = await createRunNetwork(options.engine.docker, options.run);
  const all = addresses(network);
  const specs = all.map(address => options.pod(address, all));
  await createNamedVolumes(
    [...specs, ...specs.flatMap(({ beside }) => Object.values(beside ?? {})), ...Object.values(options.support)],
    options,
  );
  const images = await ensureImages([...specs, ...Object.values(options.support)], options);
  const { holders, direct } = await startHolders({ ...options, network, addresses: all, specs });
  const nodes = await Promise.all(
    all.map((address, index) =>
      createNode({ ...options, images, address, spec: present(specs[index]), holder: present(holders[index]) }),
    ),
  );
  const support = await Promise.all(
    Object.entries(options.support).map(([name, spec], index) =>
      SupportContainer.create({
        ...options,
        docker: options.engine.docker,
        network: network.name,
        name,
        image: present(images.get(spec.image)),
        spec,
        address: addressIn(network.subnet, all.length + index),
      }),
    ),
  );
  const used = await nodeImages([
    ...nodes.flatMap(({ address: { name }, container, beside }) =>
      [container, ...beside].map(of => ({ node: name, container: of })),
    ),
    ...support.map(({ name, container }) => ({ node: name, container })),
  ]);
  return { network, nodes, support, images: used, direct };
}

async function createNamedVolumes(specs: readonly ContainerSpec[], { engine, run }: AssemblyOptions): Promise<void> {
  for (const name of namedVolumes(run, specs)) {
    await engine.docker.createVolume({ Name: name, Labels: labelsOf({ run, role: 'data' }) });
  }
}

/** One after the other: builds have lines of progress. */
async function ensureImages(
  specs: readonly (ContainerSpec & Partial<Pick<PodSpec, 'beside'>>)[],
  { engine, ...rest }: AssemblyOptions,
): Promise<ReadonlyMap<ImageSpec, string>> {
  const options = { docker: engine.docker, onProgress: rest.onProgress, signal: rest.signal };
  const wanted = [
    holderImage,
    ...specs.flatMap(spec => [spec, ...Object.values(spec.beside ?? {})].map(({ image }) => image)),
  ];
  const names = new Map<ImageSpec, string>();
  const known = new Map<string, string>();
  for (const image of wanted) {
    const key = JSON.stringify(image);
    const name = known.get(key) ?? (await ensureImage(image, options));
    known.set(key, name);
    names.set(image, name);
  }
  return names;
}

interface HoldersOptions extends AssemblyOptions {
  readonly network: RunNetwork;
  readonly addresses: readonly NodeAddress[];
  readonly specs: readonly PodSpec[];
}

/** Clients go straight to the containers where this machine has an address in their network and gets an answer there. */
async function startHolders(
  options: HoldersOptions,
): Promise<{ readonly holders: readonly Holder[]; readonly direct: boolean }> {
  if (options.reach === 'auto' && (await hasAddress(options.network.subnet.gateway))) {
    const holders = await holdersOf(options, null);
    if (await answers(present(options.addresses[0]).address, options.clock)) return { holders, direct: true };
    await Promise.all(holders.map(discard));
  }
  const { engine } = options;
  return { holders: await holdersOf(options, engine.local ? '127.0.0.1' : ''), direct: false };
}

async function holdersOf(options: HoldersOptions, publishOn: string | null): Promise<readonly Holder[]> {
  const { engine, run, clock, overlay, network } = options;
  const image = await ensureImage(holderImage, {
    docker: engine.docker,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  return await Promise.all(
    options.addresses.map(async ({ name, address }, index) => {
      const spec = present(options.specs[index]);
      const binds = await createVolumes({ docker: engine.docker, run, name, spec });
      return await startHolder({
        docker: engine.docker,
        clock,
        run,
        image,
        network: network.name,
        name,
        address,
        spec,
        binds: binds.map(({ volume, inHolder }) => `${volume}:${inHolder}`),
        overlay: overlay ? options.addresses : null,
        publishOn,
      });
    }),
  );
}

async function discard(holder: Holder): Promise<void> {
  holder[Symbol.dispose]();
  await holder.container.remove({ force: true });
}

interface Volume {
  readonly volume: string;
  readonly inHolder: string;
  readonly inSystem: string;
}

const defaultDataBytes = 256 * 1024 * 1024;

/** In memory, and kept by the holder: it is as good as a disk that is never switched off, and can be filled. */
async function createVolumes(options: {
  readonly docker: Docker;
  readonly run: string;
  readonly name: NodeName;
  readonly spec: PodSpec;
}): Promise<readonly Volume[]> {
  const volumes = volumesOf(options);
  for (const { volume, inHolder } of volumes) {
    const size = inHolder === holderData ? (options.spec.data?.sizeBytes ?? defaultDataBytes) : 65_536;
    await options.docker.createVolume({
      Name: volume,
      Driver: 'local',
      DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: `size=${size},mode=1777` },
      Labels: labelsOf({ run: options.run, role: 'data', node: options.name }),
    });
  }
  return volumes;
}

function volumesOf({
  run,
  name,
  spec,
}: {
  readonly run: string;
  readonly name: NodeName;
  readonly spec: PodSpec;
}): readonly Volume[] {
  return [
    ...(spec.data ? [{ volume: `ordeal-${run}-${name}-data`, inHolder: holderData, inSystem: spec.data.path }] : []),
    ...(spec.faketimeLibrary
      ? [{ volume: `ordeal-${run}-${name}-clock`, inHolder: holderClock, inSystem: holderClock }]
      : []),
  ];
}

interface NodeOptions extends AssemblyOptions {
  readonly images: ReadonlyMap<ImageSpec, string>;
  readonly address: NodeAddress;
  readonly spec: PodSpec;
  readonly holder: Holder;
}

async function createNode({ engine, run, images, address, spec, holder, directory }: NodeOptions): Promise<NodeParts> {
  const { docker } = engine;
  const { name } = address;
  if (spec.faketimeLibrary) await holder.shell.run(`echo '+0' >${holderClock}/${clockFile}`);
  const create = async (role: 'system' | 'beside', suffix: string, own: ContainerSpec): Promise<Docker.Container> => {
    const config = containerConfig({
      name: `ordeal-${run}-${name}${suffix}`,
      image: present(images.get(own.image)),
      spec: own,
      belonging: { run, role, node: name },
      ...(role === 'system'
        ? {
            binds: volumesOf({ run, name, spec }).map(({ volume, inSystem }) => `${volume}:${inSystem}`),
            environment: fakeTime(spec),
          }
        : {}),
    });
    const container = await docker.createContainer({
      ...config,
      HostConfig: { ...config.HostConfig, NetworkMode: `container:${holder.container.id}` },
    });
    if (own.files) await container.putArchive(archive(own.files), { path: '/' });
    return container;
  };
  const container = await create('system', '', spec);
  const beside = await Promise.all(
    Object.entries(spec.beside ?? {}).map(([suffix, own]) => create('beside', `-${suffix}`, own)),
  );
  const log = new ContainerLog(docker, join(directory, 'nodes', `${name}.log`));
  return { address, spec, holder, container, beside, log };
}

function fakeTime({ faketimeLibrary }: PodSpec): Readonly<Record<string, string>> {
  if (faketimeLibrary === undefined) return {};
  return {
    LD_PRELOAD: faketimeLibrary,
    FAKETIME_TIMESTAMP_FILE: `${holderClock}/${clockFile}`,
    FAKETIME_NO_CACHE: '1',
  };
}

/** By using it: a bridge that nobody has joined yet is not among the interfaces that Node lists. */
async function hasAddress(address: string): Promise<boolean> {
  const server = createServer();
  try {
    return await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false)).listen({ host: address, port: 0 }, () => resolve(true));
    });
  } finally {
    server.close();
  }
}

const probeDeadlineMs = 1_000;

/** Nothing listens there yet, so an answer is a refusal. */
async function answers(host: string, clock: Clock): Promise<boolean> {
  const answer = new Promise<boolean>(resolve => {
    const socket = connect({ host, port: probePort });
    socket.on('connect', () => resolve(true));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.on('close', () => socket.destroy());
  });
  return await withDeadline({ clock, deadlineMs: probeDeadlineMs, what: host }, () => answer).catch(() => false);
}
