/**
 * What can be done at a return that is not explained: the operation itself, and, before it, others.
 *
 * Left out is what another choice covers:
 * - Of operations of one class only the one that returns first is tried; the others can take its place later.
 * - A blind operation before the one that returns is tried only when something waits for the state that it leaves. Else
 *   another blind one comes directly after it, and it is free then (see `world.ts`).
 * - An operation that can wait: everything else that is open is as possible before it as after it. It is done at its own
 *   return then, or when something needs it.
 * - An `info` operation that leaves the state as it is, unless that frees others.
 */
import { hasBit, lowestSlot } from './cursor.ts';
import type { InfoIndex } from './info-index.ts';
import { kinds, noState, type Problem } from './problem.ts';
import type { Pending } from './pending.ts';
import { impossible } from './transitions.ts';
import { choices, type World } from './world.ts';

export class Options {
  private readonly problem: Problem;
  private readonly world: World;
  private readonly infos: InfoIndex;
  /** The state after the choice that `own` gave. */
  successor = noState;
  /** What has been found: choice, successor, and when it is to be tried. */
  private count = 0;
  private readonly choice: number[] = [];
  private readonly successorOf: number[] = [];
  private readonly turn: number[] = [];
  /** By state, and by class: the operation that returns first of those that leave it, or are of it. */
  private readonly byState = new Groups();
  private readonly byClass = new Groups();
  /** By state: whether an operation waits that needs it. */
  private readonly needed = new Groups();

  constructor(problem: Problem, world: World, infos: InfoIndex) {
    this.problem = problem;
    this.world = world;
    this.infos = infos;
  }

  /** Of the choices that end the wait at once, the one after so many; -1 when there are no more. See `successor`. */
  own(alreadyTried: number): number {
    let tried = alreadyTried;
    const { world, problem } = this;
    const operation = this.returning();
    const ownClass = problem.operationClass[operation]!;
    if (problem.kind[operation] === kinds.blind) {
      const post = problem.post[ownClass]!;
      // To do it where it changes nothing frees all the others too, so then passing is never better.
      const mayPass = post !== world.state && hasBit(world.free, problem.slot[operation]!);
      if (tried > (mayPass ? 1 : 0)) return -1;
      const passes = mayPass && tried === 0;
      this.successor = passes ? world.state : post;
      return operation * 4 + (passes ? choices.pass : choices.operation);
    }
    if (problem.begun !== null && hasBit(world.free, problem.slot[operation]!)) {
      if (tried === 0) {
        this.successor = world.state;
        return operation * 4 + choices.pass;
      }
      tried--;
    }
    const next =
      problem.kind[operation] === kinds.guarded ? problem.transitions.next(world.state, ownClass) : impossible;
    if (next === impossible || (next >= 0 && tried > 0)) return -1;
    const successor = next >= 0 ? next : problem.transitions.successors(next)[tried];
    if (successor === undefined) return -1;
    this.successor = successor;
    return operation * 4 + choices.operation;
  }

  /** Lists the choices that come before: completed operations, then (tried last) `info` ones. */
  others(pending: Pending): number {
    this.count = 0;
    let listed = 0;
    this.noteNeeds();
    if (this.problem.infos.length > 0) {
      for (const info of this.infos.blind(this.world.at)) this.addBlindInfo(info);
      for (const info of this.infos.changing(this.world.at, this.world.state)) {
        if (this.world.isAvailable(info)) this.addGuardedInfo(info);
      }
      listed += this.moveTo(pending);
    }
    this.addGuarded();
    this.addBlind();
    listed += this.moveTo(pending);
    return pending.end(listed);
  }

  /** Of those that leave the same state, the one that returns first. */
  private addBlind(): void {
    const { problem, world, byState } = this;
    const { open, blind } = world.cursor;
    byState.clear();
    const returning = this.returning();
    for (let word = 0; word < blind.length; word++) {
      for (let bits = blind[word]! & ~world.done[word]!; bits !== 0; bits &= bits - 1) {
        const operation = open[lowestSlot(bits, word)]!;
        const post = problem.post[problem.operationClass[operation]!]!;
        const before = byState.get(post);
        if (before === -1 || this.returnOf(operation) < this.returnOf(before)) byState.set(post, operation);
      }
    }
    for (let index = 0; index < byState.size; index++) {
      const post = byState.member(index);
      const operation = byState.get(post);
      if (operation === returning || !this.isWaitedFor(post)) continue;
      if (post !== world.state || !this.allFree()) {
        this.add(operation * 4 + choices.operation, post, this.returnOf(operation));
      }
    }
  }

  /** Of each class, the one that returns first; of those that may have happened before as well. */
  private addGuarded(): void {
    const { problem, world, byClass } = this;
    const { open, guarded } = world.cursor;
    byClass.clear();
    const returning = this.returning();
    for (let word = 0; word < guarded.length; word++) {
      for (let bits = guarded[word]! & ~world.done[word]!; bits !== 0; bits &= bits - 1) {
        const slot = lowestSlot(bits, word);
        const operation = open[slot]!;
        const group = problem.operationClass[operation]! * 2 + (hasBit(world.free, slot) ? 1 : 0);
        const before = byClass.get(group);
        if (before === -1 || this.returnOf(operation) < this.returnOf(before)) byClass.set(group, operation);
      }
    }
    for (let index = 0; index < byClass.size; index++) {
      const group = byClass.member(index);
      const operation = byClass.get(group);
      const next = operation === returning ? impossible : problem.transitions.next(world.state, group >> 1);
      if (next === impossible || this.canWait(group >> 1)) continue;
      if (next >= 0) this.add(operation * 4 + choices.operation, next, this.returnOf(operation));
      else this.addEach(operation, problem.transitions.successors(next));
    }
  }

  private addEach(operation: number, successors: readonly number[]): void {
    for (const successor of successors) {
      this.add(operation * 4 + choices.operation, successor, this.returnOf(operation));
    }
  }

  private addBlindInfo(index: number): void {
    const { post, until } = this.problem.infos[index]!;
    if (!this.world.isAvailable(index) || !this.isWaitedFor(post)) return;
    if (post === this.world.state && this.allFree()) return;
    this.add(index * 4 + choices.info, post, until);
  }

  private addGuardedInfo(index: number): void {
    const { operationClass, until } = this.problem.infos[index]!;
    if (this.canWait(operationClass)) return;
    for (const successor of this.successors(this.world.state, operationClass)) {
      if (successor !== this.world.state) this.add(index * 4 + choices.info, successor, until);
    }
  }

  private add(choice: number, successor: number, until: number): void {
    const returning = this.problem.operationClass[this.returning()]!;
    const serves = this.problem.transitions.next(successor, returning) !== impossible;
    const isBlind =
      this.problem.infos.length === 0 &&
      (choice & 3) === choices.operation &&
      this.problem.kind[choice >> 2] === kinds.blind;
    this.choice[this.count] = choice;
    this.successorOf[this.count] = successor;
    // What must be done soonest probably was done first. But where operations may have been lost, or need a state, first
    // what serves the operation that returns.
    this.turn[this.count] = serves || isBlind ? until : until + 2 ** 32;
    this.count++;
  }

  /** What has been found, the last to be tried first. */
  private moveTo(pending: Pending): number {
    const { choice, successorOf, turn, count } = this;
    for (; this.count > 0; this.count--) {
      let last = 0;
      for (let index = 1; index < this.count; index++) if (turn[index]! > turn[last]!) last = index;
      pending.add(choice[last]!, successorOf[last]!);
      choice[last] = choice[this.count - 1]!;
      successorOf[last] = successorOf[this.count - 1]!;
      turn[last] = turn[this.count - 1]!;
    }
    return count;
  }

  /** Whether nothing that could come next needs an operation of this class to come first. */
  private canWait(operationClass: number): boolean {
    const { problem, world } = this;
    if (!problem.transitions.mayYield) return false;
    const canLet = (other: number): boolean =>
      other === operationClass || problem.transitions.yields(operationClass, other);
    for (let slot = 0; slot < world.cursor.open.length; slot++) {
      const other = world.cursor.open[slot]!;
      if (other === -1 || hasBit(world.done, slot)) continue;
      if (!canLet(problem.operationClass[other]!)) return false;
    }
    if (this.infos.letAll(world.at, operationClass)) return true;
    const infos = [...this.infos.guarded(world.at), ...this.infos.blind(world.at)];
    return infos.every(info => !this.world.isAvailable(info) || canLet(problem.infos[info]!.operationClass));
  }

  private noteNeeds(): void {
    const { problem, world, needed } = this;
    const { open, observers, guarded } = world.cursor;
    needed.clear();
    for (let word = 0; word < observers.length; word++) {
      let bits = (observers[word]! | guarded[word]!) & ~world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const operation = open[lowestSlot(bits, word)]!;
        const need = problem.need[problem.operationClass[operation]!]!;
        if (need !== noState) needed.set(need, 1);
      }
    }
  }

  /** Whether something that is not blind, and not done, is possible in this state. */
  private isWaitedFor(state: number): boolean {
    if (this.needed.get(state) !== -1) return true;
    const { need, operationClass, transitions } = this.problem;
    const { open, observers, guarded } = this.world.cursor;
    for (let word = 0; word < observers.length; word++) {
      let bits = (observers[word]! | guarded[word]!) & ~this.world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const own = operationClass[open[lowestSlot(bits, word)]!]!;
        if (need[own] === noState && transitions.next(state, own) !== impossible) return true;
      }
    }
    return this.infos.changing(this.world.at, state).some(info => this.world.isAvailable(info));
  }

  /** Whether every open blind operation that is not done is free. */
  private allFree(): boolean {
    const { free, done, cursor } = this.world;
    return cursor.blind.every((blind, word) => (blind & ~(free[word]! | done[word]!)) === 0);
  }

  private successors(state: number, operationClass: number): readonly number[] {
    return this.problem.transitions.successors(this.problem.transitions.next(state, operationClass));
  }

  private returning(): number {
    return this.problem.subhistory.events[this.world.at]! >> 1;
  }

  private returnOf(operation: number): number {
    return this.problem.subhistory.return[operation]!;
  }
}

/** A map from small numbers to numbers that is emptied in no time. */
class Groups {
  private values = new Int32Array(64);
  private stamps = new Int32Array(64);
  private stamp = 0;
  private readonly members: number[] = [];
  size = 0;

  clear(): void {
    this.stamp++;
    this.size = 0;
  }

  /** -1 when there is none. */
  get(key: number): number {
    return this.stamps[key] === this.stamp ? this.values[key]! : -1;
  }

  set(key: number, value: number): void {
    if (key >= this.stamps.length) this.grow(key);
    if (this.stamps[key] !== this.stamp) this.members[this.size++] = key;
    this.stamps[key] = this.stamp;
    this.values[key] = value;
  }

  member(index: number): number {
    return this.members[index]!;
  }

  private grow(key: number): void {
    const [values, stamps] = [this.values, this.stamps];
    this.values = new Int32Array(2 * key);
    this.stamps = new Int32Array(2 * key);
    this.values.set(values);
    this.stamps.set(stamps);
  }
}
