/**
 * One service of a compose file, as far as it is understood: what a container is made of. The same keys describe the
 * nodes of a system without a compose file.
 *
 * Published ports are read for the port inside only: clients go to the addresses of the containers.
 */
import { resolve } from 'node:path';
import { OrdealError } from '../../base/errors.ts';
import type { ContainerSpec, HealthCheck, ImageSpec } from '../../runtime/docker/spec.ts';
import { splitCommand } from '../command.ts';
import {
  elementsOf,
  entriesOf,
  type Field,
  invalidKey,
  invalidValue,
  isMap,
  membersOf,
  oneOrMore,
  someTextOf,
  textOf,
  truthOf,
  unknownKey,
  wholeNumberOf,
} from '../field.ts';
import { environmentOf, pairsOf } from './environment.ts';
import { healthCheckOf } from './healthcheck.ts';
import { refusedServiceKeys, whyNotHostNetwork, whyNotNetworkMode, whyNotPrivileged } from './refused.ts';
import { aliasesOf, dependenciesOf } from './relations.ts';
import type { Lookup } from './variables.ts';
import { type Mount, mountsOf, tmpfsOf, type VolumeContext } from './volumes.ts';

export interface ServiceContext extends VolumeContext {
  /** Names an image that is built. */
  readonly imageName: string;
  /** Of the user. */
  readonly lookup: Lookup;
  /** Declared at the top of the file. */
  readonly networks: ReadonlySet<string>;
}

export interface Service {
  /** Without its volumes, which depend on where the node keeps its data. */
  readonly container: ContainerSpec;
  readonly mounts: readonly Mount[];
  /** TCP ports that it listens on. */
  readonly ports: readonly number[];
  readonly healthy: HealthCheck | null;
}

const containerKeys = [
  'image',
  'build',
  'command',
  'entrypoint',
  'environment',
  'env_file',
  'ports',
  'expose',
  'volumes',
  'tmpfs',
  'hostname',
  'ulimits',
  'user',
  'init',
  'cap_add',
  'working_dir',
] as const;

/** Keys of a service. */
export const serviceKeys: readonly string[] = [...containerKeys, 'depends_on', 'healthcheck', 'networks'];

/** The service that this map describes. Throws for every key that is not understood, with the reason. */
export function serviceOf(field: Field, context: ServiceContext): Service {
  const members = entriesOf(field);
  refuseOthers(members, field);
  const present = new Map([...members].filter(([, { value }]) => value !== null));
  const container = containerOf(present, field, context);
  const aliases = aliasesOf(present.get('networks'), context.networks);
  const dependsOn = dependenciesOf(present.get('depends_on'));
  const check = present.get('healthcheck');
  return {
    ...container,
    container: {
      ...container.container,
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(Object.keys(dependsOn).length > 0 ? { dependsOn } : {}),
    },
    healthy: check ? healthCheckOf(check) : null,
  };
}

function refuseOthers(members: ReadonlyMap<string, Field>, owner: Field): void {
  for (const [key, member] of members) {
    if (serviceKeys.includes(key) || key.startsWith('x-')) continue;
    if (key === 'privileged') {
      if (truthOf(member)) throw invalidKey(member, `privileged: ${whyNotPrivileged}`, 'name single ones in cap_add');
    } else if (key === 'network_mode') {
      throw invalidKey(member, `network_mode: ${member.value === 'host' ? whyNotHostNetwork : whyNotNetworkMode}`);
    } else if (Object.hasOwn(refusedServiceKeys, key)) {
      throw invalidKey(member, `${key} is not understood: ${refusedServiceKeys[key]}`);
    } else throw unknownKey({ ...member, code: owner.code }, key, serviceKeys);
  }
}

/** What does not need the other services. */
export function containerOf(
  members: ReadonlyMap<string, Field>,
  owner: Field,
  context: ServiceContext,
): Pick<Service, 'container' | 'mounts' | 'ports'> {
  const optional = <T>(key: string, name: string, read: (field: Field) => T) => {
    const field = members.get(key);
    return field ? { [name]: read(field) } : {};
  };
  const volumes = members.get('volumes');
  const { mounts, tmpfs } = volumes ? mountsOf(volumes, context) : { mounts: [], tmpfs: {} };
  const own = members.get('tmpfs');
  const allTmpfs = { ...tmpfs, ...(own ? tmpfsOf(oneOrMore(own)) : {}) };
  const environment = environmentOf(members, context);
  const container: ContainerSpec = {
    image: imageOf(members, owner, context),
    ...optional('entrypoint', 'entrypoint', wordsOf),
    ...optional('command', 'command', wordsOf),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...optional('user', 'user', someTextOf),
    ...optional('working_dir', 'workingDirectory', someTextOf),
    ...optional('init', 'init', truthOf),
    ...optional('cap_add', 'capAdd', capabilitiesOf),
    ...(Object.keys(allTmpfs).length > 0 ? { tmpfs: allTmpfs } : {}),
    ...optional('ulimits', 'ulimits', ulimitsOf),
    ...optional('hostname', 'hostname', someTextOf),
  };
  return { container, mounts, ports: portsOf(members) };
}

function imageOf(members: ReadonlyMap<string, Field>, owner: Field, context: ServiceContext): ImageSpec {
  const build = members.get('build');
  const image = members.get('image');
  if (build) return { name: context.imageName, build: buildOf(build, context) };
  if (image) return { name: someTextOf(image) };
  throw invalidValue(owner, 'has neither image nor build', 'image: NAME, or build: FOLDER');
}

function buildOf(field: Field, { directory, lookup }: ServiceContext): NonNullable<ImageSpec['build']> {
  if (!isMap(field.value)) return { directory: contextOf(field, directory) };
  const members = membersOf(field, ['context', 'dockerfile', 'target', 'args']);
  const [context, dockerfile, target, args] = ['context', 'dockerfile', 'target', 'args'].map(key => members.get(key));
  return {
    directory: context ? contextOf(context, directory) : directory,
    ...(dockerfile ? { dockerfile: someTextOf(dockerfile) } : {}),
    ...(target ? { target: someTextOf(target) } : {}),
    ...(args ? { arguments: pairsOf(args, lookup) } : {}),
  };
}

function contextOf(field: Field, directory: string): string {
  const text = someTextOf(field);
  if (/^([a-z+]+:\/\/|git@)/.test(text)) throw invalidValue(field, 'must be a folder on this machine, not an address');
  return resolve(directory, text);
}

/** Text is split into words as a shell does, but for variables and patterns; no shell is started. */
export function wordsOf(field: Field): readonly string[] {
  if (Array.isArray(field.value)) return elementsOf(field).map(textOf);
  const text = textOf(field);
  if (text.trim() === '') return [];
  try {
    return splitCommand(text);
  } catch (error) {
    if (error instanceof OrdealError) throw invalidValue(field, error.message);
    throw error;
  }
}

function capabilitiesOf(field: Field): readonly string[] {
  return elementsOf(field).map(element => {
    const name = someTextOf(element).toUpperCase().replace(/^CAP_/, '');
    if (name === 'ALL') throw invalidValue(element, `ALL: ${whyNotPrivileged}`, 'name single ones');
    return name;
  });
}

function ulimitsOf(field: Field): NonNullable<ContainerSpec['ulimits']> {
  const range = { low: -1, high: Number.MAX_SAFE_INTEGER };
  return [...entriesOf(field)].map(([name, limit]) => {
    if (!isMap(limit.value)) {
      const both = wholeNumberOf(limit, range);
      return { name, soft: both, hard: both };
    }
    const members = membersOf(limit, ['soft', 'hard']);
    const [soft, hard] = [members.get('soft'), members.get('hard')];
    if (!soft || !hard) throw invalidValue(limit, 'needs both soft and hard');
    return { name, soft: wholeNumberOf(soft, range), hard: wholeNumberOf(hard, range) };
  });
}

const portRange = { low: 1, high: 65_535 };
const mostPorts = 100;

/** The ports inside, TCP only, each once. */
function portsOf(members: ReadonlyMap<string, Field>): readonly number[] {
  const lists = [members.get('ports'), members.get('expose')].filter(field => field !== undefined);
  return [...new Set(lists.flatMap(elementsOf).flatMap(portOf))];
}

function portOf(field: Field): readonly number[] {
  if (isMap(field.value)) {
    const members = membersOf(field, ['target', 'published', 'protocol', 'mode', 'host_ip', 'name', 'app_protocol']);
    const target = members.get('target');
    if (!target) throw invalidValue(field, 'target is missing');
    const protocol = members.get('protocol');
    return protocol && textOf(protocol) === 'udp' ? [] : [wholeNumberOf(target, portRange)];
  }
  const text = textOf(field);
  const match = /^(?:.*:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/.exec(text);
  const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || low < portRange.low || high > portRange.high || high < low || high - low >= mostPorts) {
    throw invalidValue(
      field,
      `${JSON.stringify(field.value)} is not a port`,
      '8080, "8080:80", "127.0.0.1:8080:80/tcp"',
    );
  }
  return match[3] === 'udp' ? [] : Array.from({ length: high - low + 1 }, (_, index) => low + index);
}
