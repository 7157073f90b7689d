/**
 * Where keys and elements are in ZooKeeper's tree: each is a node directly under the root, so that nobody has to make a
 * parent first, and their data is JSON.
 *
 * Names are escaped as in a URL, since a name may hold anything but a slash.
 */
import type { Key } from '../../base/names.ts';

const keyPrefix = 'key-';
const elementPrefix = 'element-';

export function keyPath(key: Key | null): string {
  return `/${keyPrefix}${encodeURIComponent(JSON.stringify(key))}`;
}

export function elementPath(element: unknown): string {
  return `/${elementPrefix}${encodeURIComponent(JSON.stringify(element))}`;
}

/** Those of our keys among the names of nodes. */
export function keysIn(names: readonly string[]): readonly (Key | null)[] {
  return ours(names, keyPrefix) as (Key | null)[];
}

export function elementsIn(names: readonly string[]): readonly unknown[] {
  return ours(names, elementPrefix);
}

function ours(names: readonly string[], prefix: string): unknown[] {
  return names
    .filter(name => name.startsWith(prefix))
    .map(name => JSON.parse(decodeURIComponent(name.slice(prefix.length))) as unknown);
}
