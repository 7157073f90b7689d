/**
 * The models that come with ordeal, by name.
 */
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import { casRegister } from './cas-register.ts';
import { counter } from './counter.ts';
import { fencedMutex } from './fenced-mutex.ts';
import { kv } from './kv.ts';
import { log } from './log.ts';
import type { Model } from './model.ts';
import { mutex } from './mutex.ts';
import { priorityQueue } from './priority-queue.ts';
import { queue } from './queue.ts';
import { register } from './register.ts';
import { semaphore } from './semaphore.ts';
import { set } from './set.ts';
import { stack } from './stack.ts';

export const models: readonly Model[] = [
  register,
  casRegister,
  set,
  queue,
  stack,
  priorityQueue,
  log,
  counter,
  mutex,
  fencedMutex,
  semaphore,
  kv,
];

/** Throws an OrdealError (UNKNOWN_MODEL) with the nearest right name. */
export function modelByName(name: string): Model {
  const model = models.find(candidate => candidate.name === name);
  if (model) return model;
  const names = models.map(candidate => candidate.name);
  throw new OrdealError(`there is no model "${name}"`, {
    code: 'UNKNOWN_MODEL',
    hint: suggestion(name, names),
  });
}
