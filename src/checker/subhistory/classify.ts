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

/** Open addressing; the operation that was found last is where the next one is added. */
class Table {
  private readonly source: Source;
  private readonly byProcess: boolean;
  private count = 0;
  /** Number of an operation of the class in each place, or -1; and the class. */
  private numbers = new Int32Array(32).fill(-1);
  private classes = new Int32Array(32);
  private place = 0;

  constructor(source: Source, byProcess: boolean) {
    this.source = source;
    this.byProcess = byProcess;
  }

  find(number: number): number {
    const mask = this.numbers.length - 1;
    let place = this.hash(number) & mask;
    for (; this.numbers[place] !== -1; place = (place + 1) & mask) {
      if (this.same(this.numbers[place]!, number)) return this.classes[place]!;
    }
    this.place = place;
    return missing;
  }

  /** Right after `find` said that it is missing. */
  add(number: number, ownClass: number): void {
    this.numbers[this.place] = number;
    this.classes[this.place] = ownClass;
    if (++this.count * 2 > this.numbers.length) this.grow();
  }

  private same(one: number, other: number): boolean {
    const { f, input, output, outcome, process } = this.source;
    return (
      input[one] === input[other] &&
      output[one] === output[other] &&
      f[one] === f[other] &&
      outcome[one] === outcome[other] &&
      (!this.byProcess || process[one] === process[other])
    );
  }

  private hash(number: number): number {
    const { f, input, output, outcome, process } = this.source;
    let mixed = Math.imul(input[number]! + 1, 0x9e37_79b1) ^ Math.imul(output[number]! + 7, 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35) ^ (f[number]! * 8 + outcome[number]!);
    if (this.byProcess) mixed ^= Math.imul(process[number]!, 0x27d4_eb2f);
    return mixed ^ (mixed >>> 13);
  }

  private grow(): void {
    const [numbers, classes] = [this.numbers, this.classes];
    this.numbers = new Int32Array(numbers.length * 4).fill(-1);
    this.classes = new Int32Array(numbers.length * 4);
    numbers.forEach((number, old) => {
      if (number === -1) return;
      this.find(number);
      this.numbers[this.place] = number;
      this.classes[this.place] = classes[old]!;
    });
  }
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
