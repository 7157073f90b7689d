/**
 * A last-in first-out stack: `push v`, `pop -> v`, or `-> null` when it is empty. Each key is a stack of its own.
 */
import { sequence } from './sequence.ts';

export const stack = sequence({
  name: 'stack',
  summary: 'last in, first out, empty at first: push, pop -> value or null',
  insert: 'push',
  remove: 'pop',
  next: 'last',
});
