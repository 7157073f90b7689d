/**
 * The monitors of our models. A model of somebody else's has none, also when it has the name of one of ours.
 */
import { casRegister } from '../../model/cas-register.ts';
import { counter } from '../../model/counter.ts';
import { fencedMutex } from '../../model/fenced-mutex.ts';
import { log } from '../../model/log.ts';
import type { Model } from '../../model/model.ts';
import { mutex } from '../../model/mutex.ts';
import { priorityQueue } from '../../model/priority-queue.ts';
import { queue } from '../../model/queue.ts';
import { register } from '../../model/register.ts';
import { semaphore } from '../../model/semaphore.ts';
import { set } from '../../model/set.ts';
import { stack } from '../../model/stack.ts';
import { casRegisterMonitor } from './value/cas-register.ts';
import { counterMonitor } from './counter.ts';
import { fencedMutexMonitor } from './lock/fenced-mutex.ts';
import { logMonitor } from './log/log.ts';
import type { Monitor } from './monitor.ts';
import { mutexMonitor } from './lock/mutex.ts';
import { priorityQueueMonitor } from './items/priority-queue.ts';
import { queueMonitor } from './queue/queue.ts';
import { registerMonitor } from './value/register.ts';
import { semaphoreMonitor } from './lock/semaphore.ts';
import { setMonitor } from './set/set.ts';
import { stackMonitor } from './items/stack.ts';

const monitors: ReadonlyMap<Model, Monitor> = new Map<Model, Monitor>([
  [register, registerMonitor],
  [casRegister, casRegisterMonitor],
  [set, setMonitor],
  [log, logMonitor],
  [counter, counterMonitor],
  [queue, queueMonitor],
  [stack, stackMonitor],
  [priorityQueue, priorityQueueMonitor],
  [mutex, mutexMonitor],
  [fencedMutex, fencedMutexMonitor],
  [semaphore, semaphoreMonitor],
]);

/** Null where every history of the model is for the search. */
export function monitorOf(model: Model): Monitor | null {
  return monitors.get(model) ?? null;
}
