/**
 * The few operations that show why the versions of a register have no order.
 *
 * A contradiction is between some completed operations. Each is kept with its *origin*: the maker of its version, and if
 * that is a cas the maker of the version before, and so on. So all makers of every value that they need are kept, or
 * there are none: in an order that explains the whole, the others can be left out.
 *
 * A maker without a result is certain as soon as something that builds on it has returned: the *proof* of a version is
 * the earliest return of its operations and of those of the versions that came of it. What has happened is impossible
 * at the last of the returns that are used; what of an origin was not called by then is missing then.
 *
 * How it can mislead: a long chain of cas has a long origin, and all of it is kept.
 */
import { assert } from '../../../base/assert.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { initialValue } from './numbers.ts';
import type { Versions } from './versions.ts';
import type { Chain, Zones } from './zones.ts';

export type Invalid = MonitorVerdict & { readonly validity: 'invalid' };

export function culpritsOf(
  subhistory: Subhistory,
  versions: Versions,
  zones: Exclude<Zones, { readonly kind: 'ordered' }>,
): Invalid {
  const descent = descentOf(subhistory, versions);
  if (zones.kind === 'reversed') return accuse(subhistory, versions, reversedReturns(subhistory, versions, zones));
  if (zones.kind === 'crossed') {
    const [one, other] = zones.chains;
    const late = [lateReturn(subhistory, versions, { descent, chain: one, after: other.firstReturn })];
    late.push(lateReturn(subhistory, versions, { descent, chain: other, after: one.firstReturn }));
    return accuse(subhistory, versions, [one.firstReturn, other.firstReturn, ...late]);
  }
  // What cas made of each other may fork as well, and has no proof.
  const rootless = earliestRootless(subhistory, versions, descent);
  if (rootless !== never) return accuse(subhistory, versions, [rootless]);
  assert(versions.fork !== null, 'what has no beginning is needed by a completed operation');
  return accuse(
    subhistory,
    versions,
    versions.fork.map(version => descent.proof[version]!),
  );
}

/** Columns by version. */
interface Descent {
  /** Ranks. */
  readonly proof: Int32Array;
  /** 1 for a version that comes of a write or of version 0. */
  readonly isRooted: Uint8Array;
}

/** Peels the forest of versions from its leaves; only circles are left. */
export function descentOf({ return: end }: Subhistory, versions: Versions): Descent {
  const { count, maker, firstReturn, before } = versions;
  const proof = firstReturn.map((first, version) =>
    maker[version] === none ? first : Math.min(first, end[maker[version]!]!),
  );
  const children = new Int32Array(count);
  for (let version = 0; version < count; version++) {
    const parent = before[version]!;
    if (parent !== none) children[parent] = children[parent]! + 1;
  }
  const peeled = new Int32Array(count);
  let length = 0;
  for (let version = 0; version < count; version++) if (children[version] === 0) peeled[length++] = version;
  for (let next = 0; next < length; next++) {
    const version = peeled[next]!;
    const parent = before[version]!;
    if (parent === none) continue;
    proof[parent] = Math.min(proof[parent]!, proof[version]!);
    children[parent] = children[parent]! - 1;
    if (children[parent] === 0) peeled[length++] = parent;
  }
  const isRooted = new Uint8Array(count);
  for (let next = length - 1; next >= 0; next--) {
    const version = peeled[next]!;
    const parent = before[version]!;
    const isRoot = parent === none && (version === initialValue || maker[version] !== none);
    if (isRoot || (parent !== none && isRooted[parent] === 1)) isRooted[version] = 1;
  }
  return { proof, isRooted };
}

/** `never` if there are none. */
function earliestRootless({ length, return: end }: Subhistory, { of }: Versions, { isRooted }: Descent): number {
  let earliest: number = never;
  for (let position = 0; position < length; position++) {
    const version = of[position]!;
    if (version !== none && isRooted[version] === 0) earliest = Math.min(earliest, end[position]!);
  }
  return earliest;
}

/** What was called too late need not return if it is the origin of what returned too early. */
function reversedReturns(
  { events, return: end }: Subhistory,
  { of, maker }: Versions,
  { end: early, call }: { readonly end: number; readonly call: number },
): readonly number[] {
  const late = events[call]! >> 1;
  return maker[of[late]!] === late ? [early] : [early, end[late]!];
}

interface Late {
  readonly descent: Descent;
  readonly chain: Chain;
  readonly after: number;
}

/** The earliest return that proves a call `after` in the chain. */
function lateReturn(
  { length, call, return: end }: Subhistory,
  { count, of, maker, after: next }: Versions,
  { descent, chain, after }: Late,
): number {
  const isOfChain = new Uint8Array(count);
  for (let version = chain.root; version !== none; version = next[version]!) isOfChain[version] = 1;
  let earliest: number = never;
  for (let position = 0; position < length; position++) {
    const version = of[position]!;
    if (version === none || isOfChain[version] === 0 || call[position]! < after) continue;
    earliest = Math.min(earliest, maker[version] === position ? descent.proof[version]! : end[position]!);
  }
  return earliest;
}

/** `returns`: ranks; -1 stands for version 0, which was there before everything. */
export function accuse(subhistory: Subhistory, versions: Versions, returns: readonly number[]): Invalid {
  const { of, maker, before } = versions;
  const culprits = new Set<number>();
  let until = -1;
  for (const rank of returns) {
    if (rank === -1) continue;
    until = Math.max(until, rank);
    let position = subhistory.events[rank]! >> 1;
    let version = of[position]!;
    while (position !== none && !culprits.has(position)) {
      culprits.add(position);
      if (version !== none && maker[version] === position) version = before[version]!;
      position = version === none ? none : maker[version]!;
    }
  }
  return { validity: 'invalid', culprits: Array.from(culprits).toSorted((one, other) => one - other), until };
}
