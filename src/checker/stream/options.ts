/**
 * What can be done before a return that a configuration does not explain: other open operations, and `info` ones.
 *
 * Left out is what another choice covers (the same reductions as in the search, see `search/options.ts`):
 * - Of operations of one class only the one that returns first is tried; the others can take its place later. So can an
 *   `info` one that is blind and leaves what an open one leaves.
 * - A blind operation is tried only when something waits for the state that it leaves. Else another blind one comes
 *   directly after it, and it is free then.
 * - An operation that can wait: everything else that is open is as possible before it as after it.
 * - An `info` operation that leaves the state as it is, unless that frees others.
 * Observers are never listed: they are done as soon as they are possible.
 */
import { layout } from './antichain.ts';
import type { Scene } from './scene.ts';
import { impossible, kinds, noState } from './table.ts';

/** A choice is a number: a slot or an info class, times two, and one more for the latter. */
export class Options {
  /** Choices and the states after them, in turn. Overwritten by the next `list`. */
  readonly listed: number[] = [];
  private readonly awaited = new Set<number>();
  private scene!: Scene;
  private configuration!: Int32Array;

  list(scene: Scene, configuration: Int32Array, returning: number): void {
    this.scene = scene;
    this.configuration = configuration;
    this.listed.length = 0;
    for (let word = 0; word < scene.words; word++) {
      const waiting = ~this.done(word);
      for (let bits = scene.blind[word]! & waiting; bits !== 0; bits &= bits - 1) {
        const slot = slotOf(bits, word);
        if (slot !== returning) this.blind(slot);
      }
      for (let bits = scene.guarded[word]! & waiting; bits !== 0; bits &= bits - 1) {
        const slot = slotOf(bits, word);
        if (slot !== returning) this.guarded(slot);
      }
    }
    if (scene.table.infos.length > 0) this.infos();
  }

  private blind(slot: number): void {
    const { scene } = this;
    const { post } = scene.table.classes[scene.classAt(slot)]!;
    if ((post === this.state && this.allFree()) || this.hasEarlier(slot) || !this.isAwaited(post)) return;
    this.listed.push(slot * 2, post);
  }

  private guarded(slot: number): void {
    const operationClass = this.scene.classAt(slot);
    const { table } = this.scene;
    const next = table.next(this.state, operationClass);
    if (next === impossible || this.hasEarlier(slot) || this.canWait(operationClass)) return;
    if (next >= 0) this.listed.push(slot * 2, next);
    else for (const successor of table.successors(next)) this.listed.push(slot * 2, successor);
  }

  private infos(): void {
    const { scene, state } = this;
    const { table } = scene;
    if (table.infos.length > table.guardedInfos.length) {
      if (this.findAwaited()) for (const post of this.awaited) this.blindInfos(table.infosLeaving(post));
      else this.blindInfos(table.infos.keys());
    }
    for (const id of table.changing(state)) {
      const { operationClass } = table.infos[id]!;
      if (!this.isLeft(id) || this.canWait(operationClass)) continue;
      for (const successor of table.successors(table.next(state, operationClass))) {
        if (successor !== state) this.listed.push(id * 2 + 1, successor);
      }
    }
  }

  private blindInfos(infos: Iterable<number>): void {
    for (const id of infos) {
      const { kind, post } = this.scene.table.infos[id]!;
      if (kind !== kinds.blind || !this.isLeft(id)) continue;
      if ((post === this.state && this.allFree()) || !this.isAwaited(post)) continue;
      if (!this.isLeftByOpen(post)) this.listed.push(id * 2 + 1, post);
    }
  }

  /** All states that something waits for, into `awaited`. False when that is not known. */
  private findAwaited(): boolean {
    const { scene, awaited } = this;
    const { classes, infos, guardedInfos } = scene.table;
    awaited.clear();
    for (let word = 0; word < scene.words; word++) {
      const waiting = (scene.observers[word]! | scene.guarded[word]!) & ~this.done(word);
      for (let bits = waiting; bits !== 0; bits &= bits - 1) {
        const { need } = classes[scene.classAt(slotOf(bits, word))]!;
        if (need === noState) return false;
        awaited.add(need);
      }
    }
    for (const id of guardedInfos) {
      if (!this.isLeft(id)) continue;
      const { need } = classes[infos[id]!.operationClass]!;
      if (need === noState) return false;
      awaited.add(need);
    }
    return true;
  }

  private get state(): number {
    return this.configuration[layout.state]!;
  }

  private done(word: number): number {
    return this.configuration[layout.done + word]!;
  }

  private isLeft(info: number): boolean {
    return this.scene.isLeft(info, this.configuration[layout.used]!);
  }

  /** Whether an open operation that leaves the same, and is not done, returns earlier. */
  private hasEarlier(slot: number): boolean {
    const { scene } = this;
    const own = scene.table.classes[scene.classAt(slot)]!;
    const mask = own.kind === kinds.blind ? scene.blind : scene.guarded;
    for (let word = 0; word < scene.words; word++) {
      for (let bits = mask[word]! & ~this.done(word); bits !== 0; bits &= bits - 1) {
        const other = slotOf(bits, word);
        const its = scene.table.classes[scene.classAt(other)]!;
        const alike = own.kind === kinds.blind ? its.post === own.post : its === own;
        if (alike && scene.returnAt(other) < scene.returnAt(slot)) return true;
      }
    }
    return false;
  }

  /** Whether an open blind operation that is not done leaves this state. */
  private isLeftByOpen(state: number): boolean {
    const { scene } = this;
    for (let word = 0; word < scene.words; word++) {
      for (let bits = scene.blind[word]! & ~this.done(word); bits !== 0; bits &= bits - 1) {
        if (scene.table.classes[scene.classAt(slotOf(bits, word))]!.post === state) return true;
      }
    }
    return false;
  }

  /** Whether something that is not blind, and not done, is possible in this state. */
  private isAwaited(state: number): boolean {
    const { scene } = this;
    for (let word = 0; word < scene.words; word++) {
      const waiting = (scene.observers[word]! | scene.guarded[word]!) & ~this.done(word);
      for (let bits = waiting; bits !== 0; bits &= bits - 1) {
        if (scene.table.next(state, scene.classAt(slotOf(bits, word))) !== impossible) return true;
      }
    }
    return scene.table.changing(state).some(info => this.isLeft(info));
  }

  /** Whether nothing that could come next needs an operation of this class to come first. */
  private canWait(operationClass: number): boolean {
    const { scene } = this;
    const { table } = scene;
    if (!table.model.yields) return false;
    for (let word = 0; word < scene.words; word++) {
      const waiting = (scene.observers[word]! | scene.guarded[word]! | scene.blind[word]!) & ~this.done(word);
      for (let bits = waiting; bits !== 0; bits &= bits - 1) {
        if (!table.yields(operationClass, scene.classAt(slotOf(bits, word)))) return false;
      }
    }
    return table.infos.every((info, id) => !this.isLeft(id) || table.yields(operationClass, info.operationClass));
  }

  /** Whether every open blind operation that is not done is free. */
  private allFree(): boolean {
    const { words, blind } = this.scene;
    for (let word = 0; word < words; word++) {
      const free = this.configuration[layout.done + words + word]!;
      if ((blind[word]! & ~(free | this.done(word))) !== 0) return false;
    }
    return true;
  }
}

/** Of the lowest bit. */
export function slotOf(bits: number, word: number): number {
  return word * 32 + 31 - Math.clz32(bits & -bits);
}
