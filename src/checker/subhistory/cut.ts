/**
 * Cuts a history into the subhistories that a model judges apart, in a few walks over its columns.
 */
import { present } from '../../base/assert.ts';
import type { Key } from '../../base/names.ts';
import type { Operations } from '../../history/history.ts';
import { Interner } from '../../history/intern.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { partitionByKey } from '../../model/value.ts';
import { type Classification, classify, unjudged } from './classify.ts';
import { type Source, sourceOf } from './source.ts';
import { type Classes, never, type Subhistory } from './subhistory.ts';

/** By key, in the order in which the keys first occur. Errors: `UNSUPPORTED_OPERATION`. */
export function subhistoriesOf(
  model: Model,
  operations: Operations | readonly Operation[],
): ReadonlyMap<Key | null, Subhistory> {
  const source = sourceOf(operations);
  const { part, keys } = partition(model, source);
  const found = cut(source, { part, parts: keys.length, classification: classify(model, source, part) });
  return new Map(keys.map((key, index) => [key, present(found[index])]));
}

/** Of all these operations, whatever their keys. */
export function subhistoryOf(model: Model, operations: readonly Operation[]): Subhistory {
  const source = sourceOf(operations);
  const part = new Int32Array(source.length);
  return present(cut(source, { part, parts: 1, classification: classify(model, source, part) })[0]);
}

/** The part of each operation, and the key of each part. */
function partition(
  model: Model,
  source: Source,
): { readonly part: Int32Array; readonly keys: readonly (Key | null)[] } {
  if (model.partition === partitionByKey) return { part: source.key, keys: source.keys };
  const parts = new Interner<Key | null>();
  const part = new Int32Array(source.length);
  for (let number = 0; number < source.length; number++) {
    part[number] = parts.id(model.partition?.(source.get(number)) ?? null, false);
  }
  return { part, keys: parts.values };
}

interface Parts {
  readonly part: Int32Array;
  readonly parts: number;
  readonly classification: Classification;
}

/** Columns that are being filled. */
interface Columns {
  readonly number: Int32Array;
  readonly process: Int32Array;
  readonly call: Int32Array;
  readonly return: Int32Array;
  readonly class: Int32Array;
  readonly events: Int32Array;
}

function cut(source: Source, { part, parts, classification }: Parts): readonly Subhistory[] {
  const { order, process } = source;
  const { of, local } = classification;
  const lengths = new Int32Array(parts);
  const ranks = new Int32Array(parts);
  for (let index = 0; index < order.length; index++) {
    const number = order[index]! >> 1;
    if (local[of[number]!] === unjudged) continue;
    const own = part[number]!;
    ranks[own] = ranks[own]! + 1;
    if ((order[index]! & 1) === 0) lengths[own] = lengths[own]! + 1;
  }
  const columns = Array.from(lengths, (length, index) => allocate(length, ranks[index]!));
  lengths.fill(0);
  ranks.fill(0);
  const positions = new Int32Array(source.length);
  for (let index = 0; index < order.length; index++) {
    const event = order[index]!;
    const number = event >> 1;
    const ownClass = local[of[number]!]!;
    if (ownClass === unjudged) continue;
    const own = part[number]!;
    const into = columns[own]!;
    const rank = ranks[own]!;
    ranks[own] = rank + 1;
    if (event & 1) {
      const position = positions[number]!;
      into.return[position] = rank;
      into.events[rank] = position * 2 + 1;
    } else {
      const position = lengths[own]!;
      lengths[own] = position + 1;
      positions[number] = position;
      into.number[position] = number;
      into.process[position] = process[number]!;
      into.call[position] = rank;
      into.class[position] = ownClass;
      into.events[rank] = position * 2;
    }
  }
  const classes = classesOf(source, { part, parts, classification, positions });
  return columns.map((own, index) => subhistory(source, own, classes[index]!));
}

function allocate(length: number, ranks: number): Columns {
  return {
    number: new Int32Array(length),
    process: new Int32Array(length),
    call: new Int32Array(length),
    return: new Int32Array(length).fill(never),
    class: new Int32Array(length),
    events: new Int32Array(ranks),
  };
}

/** By part. */
function classesOf(
  source: Source,
  { part, parts, classification, positions }: Parts & { readonly positions: Int32Array },
): readonly Classes[] {
  const { first, local } = classification;
  const counts = new Int32Array(parts);
  first.forEach((number, index) => {
    if (local[index] !== unjudged) counts[part[number]!] = counts[part[number]!]! + 1;
  });
  const classes = Array.from(counts, length => ({
    length,
    example: new Int32Array(length),
    f: new Int32Array(length),
    input: new Int32Array(length),
    output: new Int32Array(length),
    outcome: new Uint8Array(length),
    functions: source.functions,
    values: source.values,
  }));
  first.forEach((number, index) => {
    const own = local[index]!;
    if (own === unjudged) return;
    const into = classes[part[number]!]!;
    into.example[own] = positions[number]!;
    into.f[own] = source.f[number]!;
    into.input[own] = source.input[number]!;
    into.output[own] = source.output[number]!;
    into.outcome[own] = source.outcome[number]!;
  });
  return classes;
}

function subhistory(source: Source, { number, ...columns }: Columns, classes: Classes): Subhistory {
  const { ids } = source;
  const operation = (position: number): Operation => source.get(number[position]!);
  return {
    ...columns,
    length: number.length,
    id: ids === null ? number : number.map(one => ids[one]!),
    classes,
    operation,
    time(rank) {
      const event = columns.events[rank]!;
      const { call, return: end } = operation(event >> 1);
      return event & 1 ? end : call;
    },
  };
}
