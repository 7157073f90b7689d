/**
 * Cuts subhistories, in a few walks over columns.
 */
import type { ColumnOperations } from '../../history/columns.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { type Classification, classify, unjudged } from './classify.ts';
import type { GroupedColumns } from './grouped.ts';
import { type Source, sourceOfKey, sourceOfList } from './source.ts';
import { type Classes, never, type Subhistory } from './subhistory.ts';

/** Of the operations of one key. Errors: `UNSUPPORTED_OPERATION`. */
export function subhistoryOfKey(
  model: Model,
  {
    operations,
    grouped,
    key,
  }: { readonly operations: ColumnOperations; readonly grouped: GroupedColumns; readonly key: number },
): Subhistory {
  return cut(model, sourceOfKey(operations, grouped, key));
}

/** Of all these operations, in order of their calls. Errors: `UNSUPPORTED_OPERATION`. */
export function subhistoryOf(model: Model, operations: readonly Operation[]): Subhistory {
  return cut(model, sourceOfList(operations));
}

function cut(model: Model, source: Source): Subhistory {
  const classification = classify(model, source);
  const { of } = classification;
  const { length, ranks } = sizes(source, of);
  const number = new Int32Array(length);
  const process = new Int32Array(length);
  const call = new Int32Array(length);
  const returns = new Int32Array(length).fill(never);
  const ownClass = new Int32Array(length);
  const events = new Int32Array(ranks);
  const positions = new Int32Array(source.length);
  let [rank, next] = [0, 0];
  for (let index = 0; index < source.order.length; index++) {
    const event = source.order[index]!;
    const found = of[event >> 1]!;
    if (found === unjudged) continue;
    if (event & 1) {
      const position = positions[event >> 1]!;
      returns[position] = rank;
      events[rank++] = position * 2 + 1;
      continue;
    }
    number[next] = event >> 1;
    process[next] = source.process[event >> 1]!;
    call[next] = rank;
    ownClass[next] = found;
    positions[event >> 1] = next;
    events[rank++] = next++ * 2;
  }
  const { ids } = source;
  const operation = (position: number): Operation => source.get(number[position]!);
  return {
    length,
    id: idsOf(ids, number),
    process,
    call,
    return: returns,
    events,
    class: ownClass,
    classes: classesOf(source, classification, positions),
    operation,
    time(at) {
      const { call: begin, return: end } = operation(events[at]! >> 1);
      return events[at]! & 1 ? end : begin;
    },
  };
}

function idsOf(ids: Int32Array, number: Int32Array): Int32Array {
  const id = new Int32Array(number.length);
  for (let position = 0; position < id.length; position++) id[position] = ids[number[position]!]!;
  return id;
}

/** How many operations are judged, and how many calls and returns they have. */
function sizes({ order }: Source, of: Int32Array): { readonly length: number; readonly ranks: number } {
  let [length, ranks] = [0, 0];
  for (let index = 0; index < order.length; index++) {
    if (of[order[index]! >> 1] === unjudged) continue;
    ranks++;
    if ((order[index]! & 1) === 0) length++;
  }
  return { length, ranks };
}

function classesOf(source: Source, { examples }: Classification, positions: Int32Array): Classes {
  const { length } = examples;
  const [example, f] = [new Int32Array(length), new Int32Array(length)];
  const [input, output, outcome] = [new Int32Array(length), new Int32Array(length), new Uint8Array(length)];
  for (let index = 0; index < length; index++) {
    const number = examples[index]!;
    example[index] = positions[number]!;
    f[index] = source.f[number]!;
    input[index] = source.input[number]!;
    output[index] = source.output[number]!;
    outcome[index] = source.outcome[number]!;
  }
  const { functions, values } = source;
  return { length, example, f, input, output, outcome, functions, values };
}
