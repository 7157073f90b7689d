/**
 * A replicated data type: how its values join, and what clients may ask of it.
 */
import type { Body } from '../wire.ts';
import type { Join, LatticeMap, MapEntry } from './lattice-map.ts';

/** What a client's request comes to. */
export type Effect<V> =
  | { readonly kind: 'answer'; readonly body: Body }
  /** Store `entry`, tell the peers, then answer. */
  | { readonly kind: 'update'; readonly entry: MapEntry<V>; readonly pushed: MapEntry<V>; readonly body: Body };

export interface DataType<V> {
  readonly join: Join<V>;
  /** For what a peer pushes; the same as `join` unless a bug is switched on. */
  readonly joinPushed: Join<V>;
  /** How a whole bucket of a peer is taken in; null where the entries are joined one by one, as they must be. */
  readonly replaces: ((mine: readonly MapEntry<V>[], other: readonly MapEntry<V>[]) => boolean) | null;
  /** Whether this value is not to be kept, although it was joined. Always false unless a bug is switched on. */
  readonly drops: (value: V) => boolean;
  /** Told of every value that was merged in from elsewhere, or found on disk. */
  witness(value: V): void;
  /** Null when this type does not know the request. */
  handle(body: Body, map: LatticeMap<V>): Effect<V> | null;
  /** What this replica holds, for people and for comparison with the others. */
  replica(map: LatticeMap<V>): Readonly<Record<string, unknown>>;
}

/** The members that a plain join semilattice needs. */
export function plain<V>(join: Join<V>): Pick<DataType<V>, 'join' | 'joinPushed' | 'replaces' | 'drops' | 'witness'> {
  return { join, joinPushed: join, replaces: null, drops: () => false, witness: () => undefined };
}

/** The record of these entries in the order of their keys, so that equal replicas print alike. */
export function sortedRecord(entries: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
