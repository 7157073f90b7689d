/**
 * A first-in first-out queue: `enqueue v`, `dequeue -> v`, or `-> null` when it is empty. Each key is a queue of its own.
 */
import { sequence } from './sequence.ts';

export const queue = sequence({
  name: 'queue',
  summary: 'first in, first out, empty at first: enqueue, dequeue -> value or null',
  insert: 'enqueue',
  remove: 'dequeue',
  next: 'first',
});
