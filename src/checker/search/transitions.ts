/**
 * The model as a table of numbers: states and operation classes are numbered when they are first met, and what a class
 * does to a state is asked of the model once.
 *
 * A class is what operations have in common that no model can tell apart. The table has open addressing: three numbers an
 * entry, in one array.
 */
import { assert, present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { valueKey } from '../../model/value.ts';

/** What `next` answers when there is no successor. */
export const impossible = -1;

/** Of an entry: state, class, answer. A state of -1: free. */
const entryLength = 3;

export class Transitions {
  private readonly model: Model;
  private readonly states: unknown[] = [];
  private readonly stateIds = new Map<string | number, number>();
  private readonly classes: Operation[] = [];
  private readonly classIds = new Map<string, number>();
  private entries = new Int32Array(256 * entryLength).fill(-1);
  private mask = 255;
  private count = 0;
  /** Per operation class: another class to whether it yields to that. */
  private readonly yielding: (Map<number, boolean> | undefined)[] = [];
  /** Of the steps with several successors. */
  private readonly lists: (readonly number[])[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  stateId(state: unknown): number {
    const key = this.model.stateKey(state);
    const known = this.stateIds.get(key);
    if (known !== undefined) return known;
    const id = this.states.push(state) - 1;
    this.stateIds.set(key, id);
    return id;
  }

  stateOf(id: number): unknown {
    return this.states[id];
  }

  classId(operation: Operation): number {
    const { f, key, process, outcome, input, output } = operation;
    const who = this.model.byProcess === true ? process : '';
    const result = output === undefined ? '' : valueKey(output);
    const name = `${f} ${outcome} ${who} ${valueKey(key)} ${valueKey(input)} ${result}`;
    const known = this.classIds.get(name);
    if (known !== undefined) return known;
    const id = this.addClass(operation);
    this.classIds.set(name, id);
    return id;
  }

  /** A class that the caller knows to be a new one. */
  addClass(example: Operation): number {
    return this.classes.push(example) - 1;
  }

  /** One operation of the class. */
  example(operationClass: number): Operation {
    return present(this.classes[operationClass]);
  }

  /** The only successor; `impossible`; or, below that, a list: see `successors`. */
  next(state: number, operationClass: number): number {
    const { entries, mask } = this;
    let slot = (Math.imul(state, 0x9e37_79b1) ^ Math.imul(operationClass, 0x85eb_ca6b)) >>> 7;
    for (; ; slot++) {
      const at = (slot & mask) * entryLength;
      const found = entries[at]!;
      if (found === state && entries[at + 1] === operationClass) return entries[at + 2]!;
      if (found === -1) return this.learn(at, state, operationClass);
    }
  }

  successors(next: number): readonly number[] {
    if (next === impossible) return [];
    return next >= 0 ? [next] : present(this.lists[impossible - 1 - next]);
  }

  /** Whether `yields` can hold at all. */
  get mayYield(): boolean {
    return this.model.yields !== undefined;
  }

  /** See `Model.yields`. */
  yields(first: number, second: number): boolean {
    if (!this.model.yields) return false;
    const row = (this.yielding[first] ??= new Map());
    const known = row.get(second);
    if (known !== undefined) return known;
    const result = this.model.yields(present(this.classes[first]), present(this.classes[second]));
    row.set(second, result);
    return result;
  }

  private learn(at: number, state: number, operationClass: number): number {
    const answer = this.ask(state, operationClass);
    this.entries[at] = state;
    this.entries[at + 1] = operationClass;
    this.entries[at + 2] = answer;
    if (++this.count * 2 > this.mask) this.grow();
    return answer;
  }

  private grow(): void {
    const old = this.entries;
    this.mask = this.mask * 4 + 3;
    this.entries = new Int32Array((this.mask + 1) * entryLength).fill(-1);
    for (let from = 0; from < old.length; from += entryLength) {
      if (old[from] === -1) continue;
      let slot = (Math.imul(old[from]!, 0x9e37_79b1) ^ Math.imul(old[from + 1]!, 0x85eb_ca6b)) >>> 7;
      while (this.entries[(slot & this.mask) * entryLength] !== -1) slot++;
      this.entries.set(old.subarray(from, from + entryLength), (slot & this.mask) * entryLength);
    }
  }

  private ask(state: number, operationClass: number): number {
    const operation = present(this.classes[operationClass]);
    const after = this.model.step(this.states[state], operation);
    if (after.length === 0) return impossible;
    const ids = after.length === 1 ? [this.stateId(after[0])] : [...new Set(after.map(next => this.stateId(next)))];
    assert(
      !this.model.isRead(operation) || ids.every(id => id === state),
      `the model ${this.model.name} calls ${operation.f} a read, but it changes the state`,
    );
    return ids.length === 1 ? ids[0]! : impossible - this.lists.push(ids);
  }
}
