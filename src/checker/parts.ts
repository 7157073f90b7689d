/**
 * The parts of a history that a model judges apart.
 */
import type { Key } from '../base/names.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { partitionByKey } from '../model/value.ts';
import { subhistoriesOf } from './subhistory/cut.ts';
import type { Subhistory } from './subhistory/subhistory.ts';

export interface Part {
  readonly key: Key | null;
  /** Those that say something about the state. */
  readonly subhistory: Subhistory;
  /** All of them, as recorded: many objects, made when they are asked for. */
  operations(): readonly Operation[];
}

/** Errors: `UNSUPPORTED_OPERATION`. */
export function partsOf(model: Model, { operations }: History): readonly Part[] {
  return Array.from(subhistoriesOf(model, operations), ([key, subhistory]) => ({
    key,
    subhistory,
    operations(): readonly Operation[] {
      if (model.partition === partitionByKey && 'byKey' in operations) {
        return Array.from(operations.byKey().get(key) ?? [], id => operations.get(id));
      }
      return [...operations].filter(operation => (model.partition?.(operation) ?? null) === key);
    },
  }));
}

/** As recorded, in order of their calls. */
export function judgedOperations(subhistory: Subhistory): readonly Operation[] {
  return Array.from({ length: subhistory.length }, (_, position) => subhistory.operation(position));
}
