/**
 * The checkers by name.
 */
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { History } from '../history/history.ts';
import { modelByName } from '../model/catalogue.ts';
import type { Model } from '../model/model.ts';
import { availability } from './availability.ts';
import type { Checker } from './checker.ts';
import { convergence } from './convergence.ts';
import { counter } from './counter.ts';
import { coverage, coverageChecker, type Expectation } from './coverage.ts';
import { echo } from './echo.ts';
import { kafka } from './kafka.ts';
import { linearizable } from './linearizable.ts';
import { overwritten } from './overwritten.ts';
import { sequential } from './sequential.ts';
import { set } from './set.ts';
import { crew } from './threads/crew.ts';
import { uniqueIds } from './unique-ids.ts';

/** What some checkers must be told beside the history. */
export interface CheckerOptions {
  /** Name of the model for linearizability and sequential consistency, in place of the one in the header of the history. */
  readonly model?: string | null;
  /** Whether the first key that is not linearizable decides. @default false */
  readonly bail?: boolean;
  readonly expectation?: Expectation;
}

const linearizableByHeader: Checker = {
  name: 'linearizable',
  summary: 'the answers are those of one copy of the data, which each operation changes at one moment',
  check: (history, budget) => linearizable(modelOf(history), { crew }).check(history, budget),
};

const sequentialByHeader: Checker = {
  name: 'sequential',
  summary: 'on each key, the answers are those of one copy of the data, in an order that keeps that of each process',
  check: (history, budget) => sequential(modelOf(history)).check(history, budget),
};

/** The model that the history names. Throws `NO_MODEL`. */
function modelOf({ header }: History): Model {
  if (header.model !== null) return modelByName(header.model);
  throw new OrdealError('the history does not say which model it should be judged against', {
    code: 'NO_MODEL',
    hint: 'name one with --model (ordeal list models)',
  });
}

/** Those that always run first; then from the general to the particular. */
export const checkers: readonly Checker[] = [
  availability,
  coverage,
  linearizableByHeader,
  sequentialByHeader,
  convergence,
  set,
  counter,
  overwritten,
  kafka,
  uniqueIds,
  echo,
];

/** Throws `UNKNOWN_CHECKER`, `UNKNOWN_MODEL`. */
export function checkerByName(name: string, options: CheckerOptions = {}): Checker {
  if (name === 'linearizable') {
    const { model, bail = false } = options;
    const chosen = model ? modelByName(model) : null;
    return {
      ...linearizableByHeader,
      check: (history, budget) => linearizable(chosen ?? modelOf(history), { crew, bail }).check(history, budget),
    };
  }
  if (name === 'sequential' && options.model) return sequential(modelByName(options.model));
  if (name === 'coverage' && options.expectation) return coverageChecker(options.expectation);
  const found = checkers.find(checker => checker.name === name);
  if (found) return found;
  const names = checkers.map(checker => checker.name);
  throw new OrdealError(`there is no checker "${name}"`, {
    code: 'UNKNOWN_CHECKER',
    hint: suggestion(name, names),
  });
}
