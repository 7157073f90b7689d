/**
 * The volumes of a service: folders of the host (relative to the compose file), volumes by name, and tmpfs.
 */
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { elementsOf, type Field, invalidValue, isMap, membersOf, required, textOf, truthOf, wordOf } from '../field.ts';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface Mounts {
  readonly mounts: readonly Mount[];
  /** By absolute path: options. */
  readonly tmpfs: Readonly<Record<string, string>>;
}

export interface VolumeContext {
  /** Of the compose file. */
  readonly directory: string;
  /** Declared at the top of the file. */
  readonly named: ReadonlySet<string>;
  /** What to do about a volume whose name is not declared. @default declare it */
  readonly unnamedHint?: string;
}

export function mountsOf(field: Field, context: VolumeContext): Mounts {
  const mounts: Mount[] = [];
  const tmpfs: Record<string, string> = {};
  for (const entry of elementsOf(field)) {
    if (!isMap(entry.value)) {
      mounts.push(shortMount(entry, context));
      continue;
    }
    const members = membersOf(entry, ['type', 'source', 'target', 'read_only']);
    const type = wordOf(required(members, entry, 'type'), ['bind', 'volume', 'tmpfs']);
    const target = targetOf(required(members, entry, 'target'));
    const readOnly = members.get('read_only');
    if (type === 'tmpfs') tmpfs[target] = '';
    else {
      const from = required(members, entry, 'source', 'an anonymous volume is not understood: give it a name');
      const source = type === 'bind' ? resolvedPath(textOf(from), context) : namedVolume(from, textOf(from), context);
      mounts.push({ source, target, readOnly: readOnly !== undefined && truthOf(readOnly) });
    }
  }
  return { mounts, tmpfs };
}

/** `tmpfs: /run`, or a list of `/run:size=64m`. */
export function tmpfsOf(fields: readonly Field[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(field => {
      const [path = '', ...options] = textOf(field).split(':');
      return [absolute(field, path), options.join(':')];
    }),
  );
}

/** `source:/target[:ro|rw]` */
function shortMount(field: Field, context: VolumeContext): Mount {
  const text = textOf(field);
  const [source = '', target, mode = 'rw', ...more] = text.split(':');
  if (target === undefined) {
    throw invalidValue(field, `${JSON.stringify(text)} is an anonymous volume`, 'give it a name: name:/path');
  }
  if (more.length > 0 || (mode !== 'ro' && mode !== 'rw')) {
    throw invalidValue(field, `${JSON.stringify(text)} is not a volume`, 'source:/target, and :ro to protect it');
  }
  const isPath = /^[./~]/.test(source);
  return {
    source: isPath ? resolvedPath(source, context) : namedVolume(field, source, context),
    target: absolute(field, target),
    readOnly: mode === 'ro',
  };
}

function namedVolume(field: Field, name: string, { named, unnamedHint }: VolumeContext): string {
  if (named.has(name)) return name;
  const hint = unnamedHint ?? `declare it at the top (volumes: {${name}: }), or write ./${name} for a folder`;
  throw invalidValue(field, `there is no volume "${name}"`, hint);
}

/** As Docker has it: `source:/target[:ro]`. */
export function mountText({ source, target, readOnly }: Mount): string {
  return `${source}:${target}${readOnly ? ':ro' : ''}`;
}

function resolvedPath(path: string, { directory }: VolumeContext): string {
  if (path === '~' || path.startsWith('~/')) return resolve(homedir(), path.slice(2));
  return isAbsolute(path) ? path : resolve(directory, path);
}

function targetOf(field: Field): string {
  return absolute(field, textOf(field));
}

function absolute(field: Field, path: string): string {
  if (path.startsWith('/')) return path;
  throw invalidValue(field, `${JSON.stringify(path)} is not an absolute path in the container`);
}
