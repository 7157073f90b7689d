/**
 * A compose file, as far as it is understood: a stated subset, read by ourselves. What is not in the subset is refused
 * with its place and the reason; nothing is skipped in silence.
 *
 * All services share the network of the run and find each other by their names. Anchors, merge keys and keys that begin
 * with `x-` are fine.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OrdealError, type Place } from '../../base/errors.ts';
import { suggestion } from '../../base/text.ts';
import {
  entriesOf,
  type Field,
  fieldOf,
  invalidKey,
  invalidValue,
  isMap,
  required,
  someTextOf,
  textOf,
  unknownKey,
} from '../field.ts';
import { type DocumentPath, parseYaml, type YamlDocument } from '../yaml-document.ts';
import { parseEnvironmentFile } from './env-file.ts';
import { refusedTopKeys, whyNotHostNetwork } from './refused.ts';
import { type Service, serviceOf } from './service.ts';
import { interpolate, type Lookup, VariableError } from './variables.ts';

export interface Compose {
  /** Of the project: `name`, or else the folder of the file. */
  readonly name: string;
  /** In an order in which they can be started. */
  readonly services: ReadonlyMap<string, Service>;
  /** Declared at the top. */
  readonly volumes: ReadonlySet<string>;
}

export interface ComposeFile {
  readonly file: string;
  /** Of the user; wins over `.env` beside the file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the file is named, for when it cannot be read. */
  readonly namedAt?: Place;
}

const code = 'INVALID_COMPOSE';
const topKeys = ['services', 'volumes', 'networks', 'name', 'version'];

/** Throws `CANNOT_READ_COMPOSE`, `INVALID_YAML`, `INVALID_COMPOSE`. */
export function loadCompose(source: ComposeFile): Compose {
  const text = readCompose(source);
  const lookup = lookupFor(source);
  const written = parseYaml(text, source.file, { merge: true });
  const document = { ...written, value: interpolated(written, lookup) };
  const top = fieldOf(document, code);
  const members = entriesOf(top);
  for (const [key, member] of members) {
    if (topKeys.includes(key) || key.startsWith('x-')) continue;
    if (Object.hasOwn(refusedTopKeys, key))
      throw invalidKey(member, `${key} is not understood: ${refusedTopKeys[key]}`);
    throw unknownKey(member, key, topKeys);
  }
  const directory = dirname(resolve(source.file));
  const givenName = members.get('name');
  const name = givenName ? someTextOf(givenName) : basename(directory);
  const volumes = declaredVolumes(members.get('volumes'));
  const networks = declaredNetworks(members.get('networks'));
  const services = entriesOf(required(members, top, 'services'));
  const read = [...services].map(([service, field]): [string, Service] => {
    const context = { directory, lookup, named: volumes, networks, imageName: imageName(name, service) };
    return [service, serviceOf(field, context)];
  });
  return { name, volumes, services: startOrder(new Map(read), services) };
}

function readCompose({ file, namedAt }: ComposeFile): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new OrdealError(`cannot read the compose file: ${(error as Error).message}`, {
      code: 'CANNOT_READ_COMPOSE',
      place: namedAt ?? { file },
    });
  }
}

/** The user's environment, then `.env` beside the file. */
function lookupFor({ file, environment }: ComposeFile): Lookup {
  const path = join(dirname(resolve(file)), '.env');
  const ofUser: Lookup = name => environment[name];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return ofUser;
  }
  try {
    const values = parseEnvironmentFile(text, ofUser);
    return name => ofUser(name) ?? values.get(name) ?? undefined;
  } catch (error) {
    throw new OrdealError((error as Error).message, { code, place: { file: path } });
  }
}

/** The document's value with every variable replaced; keys are left as they are. */
function interpolated(document: YamlDocument, lookup: Lookup): unknown {
  return replaced(document.value, []);

  function replaced(value: unknown, path: DocumentPath): unknown {
    if (typeof value === 'string') return replacedText(value, path);
    if (Array.isArray(value)) return value.map((element, index) => replaced(element, [...path, index]));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        path.length === 0 && key.startsWith('x-') ? member : replaced(member, [...path, key]),
      ]),
    );
  }

  function replacedText(text: string, path: DocumentPath): string {
    try {
      return interpolate(text, lookup);
    } catch (error) {
      if (!(error instanceof VariableError)) throw error;
      throw new OrdealError(error.message, { code, hint: error.hint, place: document.placeOfValue(path) });
    }
  }
}

function declaredVolumes(field: Field | undefined): ReadonlySet<string> {
  const volumes = field && field.value !== null ? entriesOf(field) : new Map<string, Field>();
  for (const volume of volumes.values()) {
    if (volume.value === null) continue;
    for (const option of entriesOf(volume).values()) {
      throw invalidKey(option, 'a volume has no options here: it is made for the run, and removed with it');
    }
  }
  return new Set(volumes.keys());
}

function declaredNetworks(field: Field | undefined): ReadonlySet<string> {
  const networks = field && field.value !== null ? entriesOf(field) : new Map<string, Field>();
  for (const network of networks.values()) {
    if (network.value === null) continue;
    for (const [key, option] of entriesOf(network)) {
      if (key === 'driver' && textOf(option) === 'bridge') continue;
      const isHost = option.value === 'host';
      const why = 'a network has no options here: all services share the one that is made for the run';
      throw invalidKey(option, isHost ? whyNotHostNetwork : why);
    }
  }
  return new Set(networks.keys());
}

/** Lower case letters, digits and dashes. */
export function imageName(...parts: readonly string[]): string {
  return parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Everybody after those on whom they depend. Refuses what nobody can wait for: strangers, circles, health without a check. */
function startOrder(
  services: ReadonlyMap<string, Service>,
  fields: ReadonlyMap<string, Field>,
): ReadonlyMap<string, Service> {
  const ordered = new Map<string, Service>();
  const names = [...services.keys()];
  const add = (name: string, waiting: readonly string[]): void => {
    const service = services.get(name);
    const field = fields.get(name);
    if (!service || !field || ordered.has(name)) return;
    for (const [other, condition] of Object.entries(service.container.dependsOn ?? {})) {
      const place = { ...field, path: [...field.path, 'depends_on', other] };
      const needed = services.get(other);
      if (!needed) throw invalidValue(place, 'there is no such service', suggestion(other, names));
      const circle = [...waiting, name];
      if (circle.includes(other)) {
        throw invalidValue(place, `they wait for each other: ${[...circle, other].join(' -> ')}`);
      }
      if (condition === 'healthy' && needed.healthy === null) {
        const hint = `give ${other} a healthcheck, or wait for service_started`;
        throw invalidValue(place, 'has no healthcheck in this file, so nobody can wait for it to be healthy', hint);
      }
      add(other, circle);
    }
    ordered.set(name, service);
  };
  for (const name of names) add(name, []);
  return ordered;
}
