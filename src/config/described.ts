/**
 * A system as a user describes it in a configuration: by an image (every node alike) or by a compose file (some of its
 * services are the nodes, the others support them and are never harmed), and how to talk to it.
 */
import { dirname, resolve } from 'node:path';
import type { NodeName } from '../base/names.ts';
import { nearest } from '../base/text.ts';
import type { ContainerSpec, PodSpec, SupportSpec } from '../runtime/docker/spec.ts';
import type { DescribedChoice, DescribedSystem } from '../system/described.ts';
import { misspeltPlaceholder } from '../system/placeholders.ts';
import { type Compose, imageName, loadCompose } from './compose/compose.ts';
import { containerOf, type Service } from './compose/service.ts';
import { type Mount, mountText } from './compose/volumes.ts';
import { clientHint, clientOf, readyOf, workloadsOf } from './described-client.ts';
import {
  elementsOf,
  entriesOf,
  type Field,
  invalidKey,
  invalidValue,
  isMap,
  membersOf,
  placeOf,
  required,
  someTextOf,
  textOf,
  unknownKey,
  wholeNumberOf,
} from './field.ts';

export interface DescribedContext {
  /** Of the configuration: where its relative paths begin. */
  readonly directory: string;
  /** Of the user. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Described {
  readonly choice: DescribedChoice;
  readonly nodes: readonly NodeName[];
}

const commonKeys = ['name', 'nodes', 'client', 'data', 'ready', 'workloads'];
const imageKeys = [
  'image',
  'build',
  'command',
  'entrypoint',
  'environment',
  'env_file',
  'files',
  'ports',
  'volumes',
  'tmpfs',
  'ulimits',
  'user',
  'init',
  'cap_add',
  'working_dir',
];

/** What the map at `system:` describes. Throws with the place of what cannot be meant. */
export function describedOf(field: Field, context: DescribedContext): Described {
  const members = entriesOf(field);
  const byCompose = members.has('compose');
  if (!byCompose && !members.has('image') && !members.has('build')) {
    throw invalidValue(field, 'says neither image nor build nor compose', 'image: NAME, build: FOLDER, compose: FILE');
  }
  const known = [...commonKeys, ...(byCompose ? ['compose'] : imageKeys)];
  for (const [key, member] of members) {
    if (known.includes(key)) continue;
    if (byCompose && imageKeys.includes(key))
      throw invalidKey(member, `${key} cannot stand beside compose: it belongs in the compose file`);
    throw unknownKey(member, key, known);
  }
  const present = new Map([...members].filter(([, { value }]) => value !== null));
  const nodes = byCompose ? composeNodes(present, field, context) : imageNodes(present, field, context);
  const client = clientOf(required(present, field, 'client', clientHint), nodes.ports);
  const readyField = present.get('ready');
  const ready = readyField ? readyOf(readyField, client, nodes.ports) : null;
  const described: DescribedSystem = {
    pods: withPorts(nodes.pods, [
      ...(client.type === 'http' ? [client.http.port] : []),
      ...(client.type === 'built-in' ? client.ports : []),
      ...(ready ? [ready.port] : []),
    ]),
    ...(nodes.support ? { support: nodes.support } : {}),
    client,
    ...(ready ? { ready } : {}),
    workloads: workloadsOf(present.get('workloads'), client, field),
  };
  return { choice: { name: nodes.name, bugs: [], described }, nodes: nodes.names };
}

interface Nodes {
  readonly name: string;
  readonly names: readonly NodeName[];
  readonly pods: DescribedSystem['pods'];
  readonly support?: SupportSpec;
  /** Of the first node, as the file gives them. */
  readonly ports: readonly number[];
}

function imageNodes(members: ReadonlyMap<string, Field>, owner: Field, context: DescribedContext): Nodes {
  const { directory, environment } = context;
  const own = members.get('name') ?? members.get('image') ?? members.get('build');
  const name = own ? imageName(isMap(own.value) ? 'system' : someTextOf(own)) || 'system' : 'system';
  const { container, mounts, ports } = containerOf(members, owner, {
    directory,
    lookup: variable => environment[variable],
    imageName: name,
    networks: new Set(),
    named: new Set(),
    unnamedHint: 'all nodes would share it: name the folder of each node with data: /path, or bind a folder with ./',
  });
  for (const key of ['command', 'entrypoint', 'environment', 'files']) refuseMisspelt(members.get(key));
  const [count, data, files] = [members.get('nodes'), members.get('data'), members.get('files')];
  const size = count ? wholeNumberOf(count, { low: 1, high: 99 }) : 3;
  const pod: PodSpec = {
    ...container,
    ...(files ? { files: filesOf(files) } : {}),
    ...volumesOf(mounts, data ? absoluteOf(data) : null),
    ports,
  };
  const names = Array.from({ length: size }, (_, index) => `n${index + 1}`);
  return { name, names, pods: { form: 'alike', pod, count: size }, ports };
}

function composeNodes(members: ReadonlyMap<string, Field>, owner: Field, context: DescribedContext): Nodes {
  const field = required(members, owner, 'compose');
  const compose = loadCompose({
    file: relativeTo(context.directory, someTextOf(field)),
    environment: context.environment,
    namedAt: placeOf(field),
  });
  const names = nodeNames(required(members, owner, 'nodes', 'the services that are the nodes: [a, b, c]'), compose);
  const dataField = members.get('data');
  const data = dataField ? dataOf(dataField, names) : new Map<string, string>();
  const services = [...compose.services];
  const pods = services
    .filter(([name]) => names.includes(name))
    .map(([name, service]): [string, PodSpec] => [name, podOf(service, data.get(name) ?? null)]);
  const support = services.filter(([name]) => !names.includes(name));
  const given = members.get('name');
  return {
    name: given ? someTextOf(given) : compose.name,
    names,
    pods: { form: 'each', pods: Object.fromEntries(pods) },
    ...(support.length > 0
      ? { support: Object.fromEntries(support.map(([name, service]) => [name, supportOf(service)])) }
      : {}),
    ports: compose.services.get(names[0] ?? '')?.ports ?? [],
  };
}

/** As the user wrote it, so that places name the file as the user does. */
function relativeTo(directory: string, path: string): string {
  return directory === resolve('.') ? path : resolve(directory, path);
}

function nodeNames(field: Field, { services }: Compose): readonly NodeName[] {
  const names = elementsOf(field).map(element => {
    const name = someTextOf(element);
    if (services.has(name)) return name;
    const meant = nearest(name, services.keys());
    const hint = meant === null ? `one of ${[...services.keys()].join(', ')}` : `did you mean "${meant}"?`;
    throw invalidValue(element, `there is no service "${name}"`, hint);
  });
  if (names.length === 0) throw invalidValue(field, 'names no service');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidValue(field, `names ${twice} twice`);
  return names;
}

function dataOf(field: Field, nodes: readonly NodeName[]): ReadonlyMap<string, string> {
  const entries = [...membersOf(field, nodes)];
  return new Map(entries.map(([name, path]) => [name, absoluteOf(path)]));
}

function absoluteOf(field: Field): string {
  const path = someTextOf(field);
  if (path.startsWith('/') && path !== '/') return path;
  throw invalidValue(field, `${JSON.stringify(path)} is not an absolute path in the container`);
}

function podOf({ container, mounts, ports, healthy }: Service, data: string | null): PodSpec {
  return { ...container, ...volumesOf(mounts, data), ports, ...(healthy ? { healthy } : {}) };
}

function supportOf({ container, mounts, healthy }: Service): ContainerSpec & Pick<PodSpec, 'healthy'> {
  return { ...container, ...volumesOf(mounts, null), ...(healthy ? { healthy } : {}) };
}

/** The folder of the data is on a volume of its own, in the place of what the file mounts there. */
function volumesOf(mounts: readonly Mount[], data: string | null): Pick<PodSpec, 'volumes' | 'data'> {
  const others = mounts.filter(({ target }) => target !== data).map(mountText);
  return {
    ...(others.length > 0 ? { volumes: others } : {}),
    ...(data === null ? {} : { data: { path: data } }),
  };
}

function filesOf(field: Field): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...entriesOf(field)].map(([path, text]) => {
      if (path.startsWith('/')) return [path, textOf(text)];
      throw invalidKey(text, `${JSON.stringify(path)} is not an absolute path in the container`);
    }),
  );
}

/** In every text of this field. */
function refuseMisspelt(field: Field | undefined): void {
  if (!field) return;
  if (Array.isArray(field.value)) {
    for (const element of elementsOf(field)) refuseMisspelt(element);
  } else if (isMap(field.value)) {
    for (const member of entriesOf(field).values()) refuseMisspelt(member);
  } else if (typeof field.value === 'string') {
    const misspelt = misspeltPlaceholder(field.value);
    if (misspelt !== null)
      throw invalidValue(field, `there is no placeholder {${misspelt.written}}`, `did you mean ${misspelt.meant}?`);
  }
}

function withPorts(pods: DescribedSystem['pods'], ports: readonly number[]): DescribedSystem['pods'] {
  const more = (pod: PodSpec): PodSpec => ({ ...pod, ports: [...new Set([...pod.ports, ...ports])] });
  if (pods.form === 'alike') return { ...pods, pod: more(pods.pod) };
  return {
    form: 'each',
    pods: Object.fromEntries(Object.entries(pods.pods).map(([name, pod]) => [name, more(pod)])),
  };
}

/** The folder of this file. */
export function folderOf(file: string): string {
  return dirname(resolve(file));
}
