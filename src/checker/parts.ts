/**
 * The parts of a history that a model judges apart.
 */
import type { Key } from '../base/names.ts';
import { ColumnOperations } from '../history/columns.ts';
import type { Operations } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { partitionByKey } from '../model/value.ts';
import { subhistoryOf, subhistoryOfKey } from './subhistory/cut.ts';
import { type GroupedColumns, groupByKey } from './subhistory/grouped.ts';
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
  /** What it is cut from, where that is columns. */
  readonly grouped?: GroupedColumns;
}

/** In the order in which their keys first occur. */
export function partsOf(model: Model, operations: Operations | readonly Operation[]): readonly Part[] {
  if (operations instanceof ColumnOperations && model.partition === partitionByKey) {
    return keysOf(model, operations, groupByKey(operations.columns));
  }
  return Array.from(lists(model, operations), ([key, list]) => ({
    key,
    size: list.length,
    operations: () => list,
    subhistory: () => subhistoryOf(model, list),
  }));
}

/** Where the columns have been grouped already. */
export function keysOf(model: Model, operations: ColumnOperations, grouped: GroupedColumns): readonly Part[] {
  return grouped.keys.map((name, key) => {
    const ids = grouped.id.subarray(grouped.begin[key], grouped.begin[key + 1]);
    return {
      key: name,
      size: ids.length,
      operations: () => Array.from(ids, id => operations.get(id)),
      subhistory: () => subhistoryOfKey(model, { operations, grouped, key }),
      grouped,
    };
  });
}

function lists(model: Model, operations: Iterable<Operation>): ReadonlyMap<Key | null, readonly Operation[]> {
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
