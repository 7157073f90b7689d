/**
 * Numbers the classes of operations: those that agree in everything that a model may look at.
 *
 * The model is asked here, once a class, whether it knows the operation, and whether it says something about the state.
 * Left out is what does not: operations that failed, unless the model can tell something from it, and `info` operations
 * that change nothing.
 */
import { OrdealError } from '../../base/errors.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { enumerate } from '../words.ts';
import type { Source } from './source.ts';

export interface Classification {
  /** By number of the operation: its class, or `unjudged`. */
  readonly of: Int32Array;
  /** By class: number of its first operation. */
  readonly examples: readonly number[];
}

/** In place of a class: it says nothing about the state. */
export const unjudged = -1;

/** Errors: `UNSUPPORTED_OPERATION`. */
export function classify(model: Model, source: Source): Classification {
  const known = new Set(model.functions);
  const table = new Table(source, model.byProcess === true);
  const of = new Int32Array(source.length);
  const examples: number[] = [];
  for (let number = 0; number < source.length; number++) {
    const found = table.find(number);
    if (found !== missing) {
      of[number] = found;
      continue;
    }
    const operation = source.get(number);
    requireKnown(model, known, operation);
    const added = isJudged(model, operation) ? examples.push(number) - 1 : unjudged;
    table.add(number, added);
    of[number] = added;
  }
  return { of, examples };
}

/** What `find` answers when there is no such class. */
const missing = -2;

/** Numbers of a key: function and outcome, input, output, process. */
const keyLength = 4;

/**
 * Open addressing, with the keys side by side, as they are met. Values have the higher numbers the later they first came,
 * and operations of one time have values of one time; so the higher number chooses the place: near in time is near in
 * memory.
 */
class Table {
  private readonly source: Source;
  private readonly byProcess: boolean;
  private count = 0;
  /** In each place: which key, or -1. */
  private places = new Int32Array(64).fill(-1);
  private keys = new Int32Array(64 * keyLength);
  private classes = new Int32Array(64);
  private place = 0;

  constructor(source: Source, byProcess: boolean) {
    this.source = source;
    this.byProcess = byProcess;
  }

  find(number: number): number {
    const { f, outcome, input, output, process } = this.source;
    const code = f[number]! * 4 + outcome[number]!;
    const who = this.byProcess ? process[number]! : 0;
    const { places, keys } = this;
    const mask = places.length - 1;
    let place = placeOf(code, input[number]!, output[number]!, who) & mask;
    for (; places[place] !== -1; place = (place + 1) & mask) {
      const key = places[place]! * keyLength;
      if (keys[key + 1] !== input[number] || keys[key + 2] !== output[number]) continue;
      if (keys[key] === code && keys[key + 3] === who) return this.classes[places[place]!]!;
    }
    this.place = place;
    return missing;
  }

  /** Right after `find` said that it is missing. */
  add(number: number, ownClass: number): void {
    const { f, outcome, input, output, process } = this.source;
    this.places[this.place] = this.count;
    this.classes[this.count] = ownClass;
    const key = this.count * keyLength;
    this.keys[key] = f[number]! * 4 + outcome[number]!;
    this.keys[key + 1] = input[number]!;
    this.keys[key + 2] = output[number]!;
    this.keys[key + 3] = this.byProcess ? process[number]! : 0;
    if (++this.count * 2 > this.places.length) this.grow();
  }

  private grow(): void {
    const { keys, classes, count } = this;
    const mask = this.places.length * 4 - 1;
    this.keys = new Int32Array(keys.length * 4);
    this.keys.set(keys);
    this.classes = new Int32Array(classes.length * 4);
    this.classes.set(classes);
    this.places = new Int32Array(mask + 1).fill(-1);
    for (let index = 0; index < count; index++) {
      const key = index * keyLength;
      let place = placeOf(keys[key]!, keys[key + 1]!, keys[key + 2]!, keys[key + 3]!) & mask;
      while (this.places[place] !== -1) place = (place + 1) & mask;
      this.places[place] = index;
    }
  }
}

function placeOf(code: number, input: number, output: number, process: number): number {
  const low = input < output ? input : output;
  const high = input < output ? output : input;
  return (Math.imul(low, 0x9e37_79b1) ^ Math.imul(process, 0x85eb_ca6b)) + high * 4 + (code & 3) + (code >> 2);
}

/** Whether it says something about the state: completed, a telling refusal, or `info` where it may have changed it. */
export function isJudged(model: Model, operation: Operation): boolean {
  if (operation.outcome === 'ok') return true;
  return operation.outcome === 'fail' ? model.observes?.(operation) === true : !model.isRead(operation);
}

/** To pass over what the model does not know would be a pass that was never earned. */
function requireKnown(model: Model, known: ReadonlySet<string>, operation: Operation): void {
  if (!known.has(operation.f)) {
    throw new OrdealError(`the model ${model.name} does not know the operation "${operation.f}" (#${operation.id})`, {
      code: 'UNSUPPORTED_OPERATION',
      hint: `it knows ${enumerate(model.functions)}; choose another one with --model (ordeal list models)`,
    });
  }
  const problem = model.malformed?.(operation) ?? null;
  if (problem === null) return;
  throw new OrdealError(`the operation #${operation.id} (${operation.f}) is malformed: ${problem}`, {
    code: 'UNSUPPORTED_OPERATION',
    hint: 'correct the history, or choose another model with --model (ordeal list models)',
  });
}
