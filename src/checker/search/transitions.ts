/**
 * The model as a table of numbers: states and operation classes are numbered when they are first met, and what a class
 * does to a state is asked of the model once.
 *
 * A class is what operations have in common that no model can tell apart.
 */
import { assert, present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { valueKey } from '../../model/value.ts';

/** What `next` answers when there is no successor. */
export const impossible = -1;

export class Transitions {
  private readonly model: Model;
  private readonly states: unknown[] = [];
  private readonly stateIds = new Map<string | number, number>();
  private readonly classes: Operation[] = [];
  private readonly classIds = new Map<string, number>();
  /** Per state: class to successor. */
  private readonly rows: Map<number, number>[] = [];
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
    this.rows.push(new Map());
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
    const id = this.classes.push(operation) - 1;
    this.classIds.set(name, id);
    return id;
  }

  /** The only successor; `impossible`; or, below that, a list: see `successors`. */
  next(state: number, operationClass: number): number {
    const row = this.rows[state]!;
    const known = row.get(operationClass);
    if (known !== undefined) return known;
    const result = this.ask(state, operationClass);
    row.set(operationClass, result);
    return result;
  }

  successors(next: number): readonly number[] {
    if (next === impossible) return [];
    return next >= 0 ? [next] : present(this.lists[impossible - 1 - next]);
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

  private ask(state: number, operationClass: number): number {
    const operation = present(this.classes[operationClass]);
    const after = this.model.step(this.states[state], operation);
    const ids = [...new Set(after.map(next => this.stateId(next)))];
    assert(
      !this.model.isRead(operation) || ids.every(id => id === state),
      `the model ${this.model.name} calls ${operation.f} a read, but it changes the state`,
    );
    if (ids.length === 0) return impossible;
    if (ids.length === 1) return ids[0]!;
    return impossible - this.lists.push(ids);
  }
}
