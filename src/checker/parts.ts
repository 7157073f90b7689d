/**
 * The parts of a history that a model judges apart.
 */
import type { Key } from '../base/names.ts';
import { ColumnOperations } from '../history/columns.ts';
import type { Operations } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { partitionByKey } from '../model/value.ts';
import { subhistoryOf, subhistoryOfIds } from './subhistory/cut.ts';
import type { Subhistory } from './subhistory/subhistory.ts';

export interface Part {
  readonly key: Key | null;
  /** How many operations. */
  readonly size: number;
  /** All of them, as recorded: many objects. */
  operations(): readonly Operation[];
  /**
   * Those that say something about the state, in columns. They are cut when they are asked for, each time, so that a
   * history of many parts needs the memory of a few. Errors: `UNSUPPORTED_OPERATION`.
   */
  subhistory(): Subhistory;
}

/** In the order in which their keys first occur. */
export function partsOf(model: Model, operations: Operations): readonly Part[] {
  if (operations instanceof ColumnOperations && model.partition === partitionByKey) {
    return Array.from(operations.byKey(), ([key, ids]) => ({
      key,
      size: ids.length,
      operations: () => Array.from(ids, id => operations.get(id)),
      subhistory: () => subhistoryOfIds(model, operations, ids),
    }));
  }
  return Array.from(grouped(model, operations), ([key, list]) => ({
    key,
    size: list.length,
    operations: () => list,
    subhistory: () => subhistoryOf(model, list),
  }));
}

function grouped(model: Model, operations: Operations): ReadonlyMap<Key | null, readonly Operation[]> {
  const groups = new Map<Key | null, Operation[]>();
  for (const operation of operations) {
    const key = model.partition?.(operation) ?? null;
    const group = groups.get(key);
    if (group) group.push(operation);
    else groups.set(key, [operation]);
  }
  return groups;
}

/** As recorded, in order of their calls. */
export function judgedOperations(subhistory: Subhistory): readonly Operation[] {
  return Array.from({ length: subhistory.length }, (_, position) => subhistory.operation(position));
}
