/**
 * What is open at one place of the history, the same for every configuration there: completed operations in slots, and how
 * many `info` operations of each class have been called.
 *
 * A slot is a place among the open operations, given back at the return. So a set of open operations is a few words of
 * bits, however long the history is.
 */
import { assert } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { kinds, type Table } from './table.ts';
import { nothingUsed } from './used-rows.ts';

const nobody = -1;

/** So many `info` operations of a class; the number of the class is that of the table which it was in. */
export interface Offer {
  readonly info: number;
  readonly operation: Operation;
  readonly count: number;
}

export class Scene {
  table: Table;
  /** Of 32 slots each. */
  words = 1;
  observers: Int32Array = new Int32Array(1);
  blind: Int32Array = new Int32Array(1);
  guarded: Int32Array = new Int32Array(1);
  /** By slot. */
  private classes: number[] = [];
  private returns: number[] = [];
  /** By info class. */
  private offered: number[] = [];

  constructor(table: Table) {
    this.table = table;
  }

  copy(): Scene {
    const scene = new Scene(this.table);
    scene.words = this.words;
    scene.observers = this.observers.slice();
    scene.blind = this.blind.slice();
    scene.guarded = this.guarded.slice();
    scene.classes = this.classes.slice();
    scene.returns = this.returns.slice();
    scene.offered = this.offered.slice();
    return scene;
  }

  /** Whether no operation is in a slot. */
  get isEmpty(): boolean {
    return this.classes.every(operationClass => operationClass === nobody);
  }

  classAt(slot: number): number {
    return this.classes[slot]!;
  }

  /** The event index of the return. */
  returnAt(slot: number): number {
    return this.returns[slot]!;
  }

  /** Takes a slot. `words` may grow by it. */
  open(operationClass: number, returnAt: number): number {
    let slot = this.classes.indexOf(nobody);
    if (slot < 0) slot = this.classes.length;
    if (slot >= this.words * 32) this.widen();
    this.classes[slot] = operationClass;
    this.returns[slot] = returnAt;
    flip(this.maskOf(operationClass), slot);
    return slot;
  }

  close(slot: number): void {
    flip(this.maskOf(this.classes[slot]!), slot);
    this.classes[slot] = nobody;
  }

  /** More of this class may be used. */
  offer(info: number, count = 1): void {
    this.offered[info] = this.offeredOf(info) + count;
  }

  offeredOf(info: number): number {
    return this.offered[info] ?? 0;
  }

  /** Whether one is left. */
  isLeft(info: number, used: number): boolean {
    const offered = this.offeredOf(info);
    return offered > 0 && (used === nothingUsed || offered > this.table.rows.count(used, info));
  }

  /** What was called and not used by everybody. */
  offers(): readonly Offer[] {
    const { classes, infos } = this.table;
    return this.offered.flatMap((count, info) =>
      count === 0 ? [] : [{ info, operation: classes[infos[info]!.operationClass]!.operation, count }],
    );
  }

  /** Every configuration has used so many of this class: nobody tells them from none. */
  withdraw(info: number, count: number): void {
    const offered = this.offeredOf(info);
    assert(offered >= count, 'more were used than called');
    this.offered[info] = offered - count;
  }

  /** Into another table. The result: by info class of the old table, that of the new one. */
  moveTo(table: Table): readonly number[] {
    const { table: old } = this;
    const operationOf = (operationClass: number) => old.classes[operationClass]!.operation;
    this.classes = this.classes.map(own => (own === nobody ? nobody : table.classId(operationOf(own))));
    const offered: number[] = [];
    const moved: number[] = [];
    this.offered.forEach((count, info) => {
      if (count === 0) return;
      const id = table.infoId(table.classId(operationOf(old.infos[info]!.operationClass)));
      offered[id] = count;
      moved[info] = id;
    });
    this.offered = Array.from(offered, count => count ?? 0);
    this.table = table;
    return moved;
  }

  private widen(): void {
    this.words++;
    this.observers = widened(this.observers);
    this.blind = widened(this.blind);
    this.guarded = widened(this.guarded);
  }

  private maskOf(operationClass: number): Int32Array {
    const { kind } = this.table.classes[operationClass]!;
    if (kind === kinds.observer) return this.observers;
    return kind === kinds.blind ? this.blind : this.guarded;
  }
}

function flip(mask: Int32Array, slot: number): void {
  mask[slot >> 5] = mask[slot >> 5]! ^ (1 << (slot & 31));
}

function widened(mask: Int32Array): Int32Array {
  const wider = new Int32Array(mask.length + 1);
  wider.set(mask);
  return wider;
}
