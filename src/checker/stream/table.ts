/**
 * The model as a table of numbers that can forget: states, operation classes and `info` classes are numbered when they
 * are met, and what a class does to a state is asked of the model once.
 *
 * One table serves one key for a while. When it has grown beyond what is alive, a new one is begun and only what is alive
 * moves there (`Frontier.moveTo`): so its size does not grow with the history.
 *
 * How it can mislead: numbers of one table mean nothing in another.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { valueKey } from '../../model/value.ts';
import { UsedRows } from './used-rows.ts';

/** How an operation may change the state: never; always to the same one, whatever was before; or it depends. */
export const kinds = { observer: 0, blind: 1, guarded: 2 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** What `next` answers when there is no successor. */
export const impossible = -1;
/** In place of a state: there may be several. */
export const noState = -1;

/** What is asked of a model; nothing else of an operation counts. */
export interface OperationClass {
  readonly operation: Operation;
  readonly kind: Kind;
  /** The state after a blind one; else `noState`. */
  readonly post: number;
  /** The only state in which it is possible, or `noState`. */
  readonly need: number;
  /** What `next` has answered: state and answer, in turn. */
  readonly row: number[];
  /** When these were many: state to answer. */
  rows: Map<number, number> | null;
}

/** Most classes meet few states: then a look at each is quicker than a map, and smaller. */
const shortRow = 16;

/** `info` operations that no model can tell apart. None of them is an observer. */
export interface InfoClass {
  readonly operationClass: number;
  readonly kind: Kind;
  readonly post: number;
}

/** Of the first `known` guarded info classes, those that were looked for. */
interface Found {
  known: number;
  readonly infos: number[];
}

const none: readonly number[] = [];

export class Table {
  readonly model: Model;
  readonly classes: OperationClass[] = [];
  readonly infos: InfoClass[] = [];
  readonly rows = new UsedRows();
  private readonly states: unknown[] = [];
  private readonly stateIds = new Map<string | number, number>();
  private readonly classIds = new Map<string, number>();
  private readonly infoIds = new Map<number, number>();
  /** Of the steps with several successors. */
  private readonly lists: (readonly number[])[] = [];
  private readonly changingBy = new Map<number, Found>();
  /** The blind `info` classes by the state that they leave, and the guarded ones. */
  private readonly leaving = new Map<number, number[]>();
  readonly guardedInfos: number[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  /** How much it remembers. */
  get size(): number {
    return this.states.length + this.classes.length + this.rows.size;
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

  /** Operations of one table are of one key. */
  classId(operation: Operation): number {
    const { f, process, outcome, input, output } = operation;
    const who = this.model.byProcess === true ? process : '';
    const name = `${f} ${outcome} ${who} ${valueKey(input)} ${output === undefined ? '' : valueKey(output)}`;
    const known = this.classIds.get(name);
    if (known !== undefined) return known;
    const kind = this.kindOf(operation);
    const post = this.postOf(operation, kind);
    const id = this.classes.push({ operation, kind, post, need: this.needOf(operation), row: [], rows: null }) - 1;
    this.classIds.set(name, id);
    return id;
  }

  infoId(operationClass: number): number {
    const known = this.infoIds.get(operationClass);
    if (known !== undefined) return known;
    const { kind, post } = present(this.classes[operationClass]);
    const id = this.infos.push({ operationClass, kind, post }) - 1;
    this.infoIds.set(operationClass, id);
    if (kind !== kinds.blind) this.guardedInfos.push(id);
    else if (this.leaving.get(post)?.push(id) === undefined) this.leaving.set(post, [id]);
    return id;
  }

  /** The only successor; `impossible`; or, below that, a list: see `successors`. */
  next(state: number, operationClass: number): number {
    const own = this.classes[operationClass]!;
    const { row, operation, need } = own;
    if (need !== noState && need !== state) return impossible;
    for (let at = 0; at < row.length; at += 2) if (row[at] === state) return row[at + 1]!;
    const known = own.rows?.get(state);
    if (known !== undefined) return known;
    const after = this.model.step(this.states[state], operation);
    const result = after.length === 1 ? this.stateId(after[0]) : this.several(after);
    if (row.length < shortRow) row.push(state, result);
    else (own.rows ??= new Map()).set(state, result);
    return result;
  }

  successors(next: number): readonly number[] {
    if (next === impossible) return [];
    return next >= 0 ? [next] : present(this.lists[impossible - 1 - next]);
  }

  /** The `info` classes that depend on the state and change this one. */
  changing(state: number): readonly number[] {
    const { guardedInfos } = this;
    if (guardedInfos.length === 0) return none;
    let found = this.changingBy.get(state);
    if (!found) this.changingBy.set(state, (found = { known: 0, infos: [] }));
    for (; found.known < guardedInfos.length; found.known++) {
      const info = guardedInfos[found.known]!;
      const next = this.next(state, this.infos[info]!.operationClass);
      if (next !== impossible && next !== state) found.infos.push(info);
    }
    return found.infos;
  }

  /** The blind `info` classes that leave this state. */
  infosLeaving(state: number): readonly number[] {
    return this.leaving.get(state) ?? none;
  }

  /** See `Model.yields`. */
  yields(first: number, second: number): boolean {
    const { model } = this;
    if (!model.yields) return false;
    return first === second || model.yields(this.classes[first]!.operation, this.classes[second]!.operation);
  }

  private several(after: readonly unknown[]): number {
    const ids = [...new Set(after.map(state => this.stateId(state)))];
    if (ids.length <= 1) return ids[0] ?? impossible;
    return impossible - this.lists.push(ids);
  }

  private kindOf(operation: Operation): Kind {
    if (this.model.isRead(operation)) return kinds.observer;
    return this.model.overwrites?.(operation) === true ? kinds.blind : kinds.guarded;
  }

  private needOf(operation: Operation): number {
    const needed = this.model.needs?.(operation) ?? null;
    return needed === null ? noState : this.stateId(needed.state);
  }

  private postOf(operation: Operation, kind: Kind): number {
    if (kind !== kinds.blind) return noState;
    return this.stateId(this.model.step(this.model.initial, operation)[0]);
  }
}
