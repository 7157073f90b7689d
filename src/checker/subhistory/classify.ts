/**
 * Numbers the classes of operations: those that agree in everything that a model may look at. There is one table for all
 * parts, with open addressing; a class belongs to one part.
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

/** In `local`: the class says nothing about the state. */
export const unjudged = -1;

export interface Classification {
  /** Class of each operation, by number. */
  readonly of: Int32Array;
  /** By class: its number among the judged classes of its part, or `unjudged`. */
  readonly local: readonly number[];
  /** By class: the number of its first operation. */
  readonly first: readonly number[];
}

/** `part`: of each operation, by number. Errors: `UNSUPPORTED_OPERATION`. */
export function classify(model: Model, source: Source, part: Int32Array): Classification {
  const { f, input, output, outcome, process, key } = source;
  const byProcess = model.byProcess === true;
  const known = new Set(model.functions);
  const of = new Int32Array(source.length);
  const first: number[] = [];
  const local: number[] = [];
  /** By part. */
  const counts: number[] = [];
  const same = (one: number, other: number): boolean =>
    input[one] === input[other] &&
    output[one] === output[other] &&
    f[one] === f[other] &&
    outcome[one] === outcome[other] &&
    part[one] === part[other] &&
    key[one] === key[other] &&
    (!byProcess || process[one] === process[other]);
  const hash = (number: number): number => {
    let mixed = Math.imul(input[number]! + 1, 0x9e37_79b1) ^ Math.imul(output[number]! + 7, 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2_ae35) ^ (f[number]! * 8 + outcome[number]!);
    mixed = Math.imul(mixed ^ part[number]!, 0x27d4_eb2f) ^ Math.imul(key[number]!, 0x1656_67b1);
    if (byProcess) mixed ^= Math.imul(process[number]!, 0x9e37_79b1);
    return mixed ^ (mixed >>> 13);
  };
  let slots = new Int32Array(64).fill(-1);
  for (let number = 0; number < source.length; number++) {
    let slot = hash(number) & (slots.length - 1);
    while (slots[slot] !== -1 && !same(first[slots[slot]!]!, number)) slot = (slot + 1) & (slots.length - 1);
    if (slots[slot] !== -1) {
      of[number] = slots[slot]!;
      continue;
    }
    const added = first.push(number) - 1;
    of[number] = added;
    slots[slot] = added;
    const operation = source.get(number);
    requireKnown(model, known, operation);
    const own = part[number]!;
    if (isJudged(model, operation)) local.push((counts[own] = (counts[own] ?? 0) + 1) - 1);
    else local.push(unjudged);
    if (first.length * 2 <= slots.length) continue;
    slots = new Int32Array(slots.length * 4).fill(-1);
    first.forEach((example, index) => {
      let free = hash(example) & (slots.length - 1);
      while (slots[free] !== -1) free = (free + 1) & (slots.length - 1);
      slots[free] = index;
    });
  }
  return { of, local, first };
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
