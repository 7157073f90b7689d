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
import { hasBit } from './cursor.ts';
import { InfoIndex } from './info-index.ts';
import { kinds, type Problem } from './problem.ts';
import { impossible } from './transitions.ts';
import type { UsedRows } from './used.ts';
import { choices, type World } from './world.ts';

/** A choice and the state after it. */
interface Option {
  readonly choice: number;
  readonly successor: number;
  /** Whether the operation that returns is possible then. */
  readonly serves: boolean;
  readonly until: number;
}

/** Choices with their successors, in turn; the last pair is to be tried first. */
export type Pending = number[];

export class Options {
  private readonly problem: Problem;
  private readonly world: World;
  private readonly rows: UsedRows;
  private readonly usedOf: Int32Array;
  private readonly infos: InfoIndex;

  constructor(problem: Problem, world: World, rows: UsedRows) {
    this.problem = problem;
    this.world = world;
    this.rows = rows;
    this.usedOf = new Int32Array(problem.infos.length);
    this.infos = new InfoIndex(problem);
  }

  /** The choices that end the wait at once. */
  own(): Pending {
    const { world, problem } = this;
    const operation = this.returning();
    const pending: Pending = [];
    const choice = operation * 4;
    if (problem.kind[operation] === kinds.blind) {
      const post = problem.post[operation]!;
      pending.push(choice + choices.operation, post);
      // To do it where it changes nothing frees all the others too, so then passing is never better.
      const free = hasBit(world.free, problem.slot[operation]!);
      if (free && post !== world.state) pending.push(choice + choices.pass, world.state);
    } else if (problem.kind[operation] === kinds.guarded) {
      for (const successor of this.successors(world.state, problem.operationClass[operation]!)) {
        pending.push(choice + choices.operation, successor);
      }
    }
    return pending;
  }

  /** The choices that come before: completed operations, then (tried last) `info` ones. */
  others(): Pending {
    const returning = this.returning();
    this.countUsed();
    const completed: Option[] = [];
    const { open } = this.world.cursor;
    for (let slot = 0; slot < open.length; slot++) {
      const operation = open[slot]!;
      if (operation === -1 || operation === returning || hasBit(this.world.done, slot)) continue;
      if (this.problem.kind[operation] === kinds.blind) this.addBlind(completed, operation);
      else if (this.problem.kind[operation] === kinds.guarded) this.addGuarded(completed, operation);
    }
    const infos: Option[] = [];
    for (const info of this.awaitedBlindInfos()) this.addBlindInfo(infos, info);
    for (const info of this.infos.changing(this.world.at, this.world.state)) {
      if (this.available(info)) this.addGuardedInfo(infos, info);
    }
    const pending: Pending = [];
    for (const option of [...completed.toSorted(byPromise), ...infos.toSorted(byPromise)].toReversed()) {
      pending.push(option.choice, option.successor);
    }
    return pending;
  }

  private addBlind(options: Option[], operation: number): void {
    const post = this.problem.post[operation]!;
    if (post === this.world.state && this.allFree()) return;
    if (this.hasEarlier(operation) || !this.isWaitedFor(post)) return;
    this.add(options, operation * 4 + choices.operation, post, this.returnOf(operation));
  }

  private addGuarded(options: Option[], operation: number): void {
    if (this.hasEarlier(operation) || this.canWait(this.problem.operationClass[operation]!)) return;
    for (const successor of this.successors(this.world.state, this.problem.operationClass[operation]!)) {
      this.add(options, operation * 4 + choices.operation, successor, this.returnOf(operation));
    }
  }

  private addBlindInfo(options: Option[], index: number): void {
    const { post, until } = this.problem.infos[index]!;
    if (post === this.world.state && this.allFree()) return;
    this.add(options, index * 4 + choices.info, post, until);
  }

  private addGuardedInfo(options: Option[], index: number): void {
    const { operationClass, until } = this.problem.infos[index]!;
    if (this.canWait(operationClass)) return;
    for (const successor of this.successors(this.world.state, operationClass)) {
      if (successor !== this.world.state) this.add(options, index * 4 + choices.info, successor, until);
    }
  }

  private add(options: Option[], choice: number, successor: number, until: number): void {
    const returning = this.problem.operationClass[this.returning()]!;
    const serves = this.problem.transitions.next(successor, returning) !== impossible;
    options.push({ choice, successor, serves, until });
  }

  /** Whether an open operation of the same class, not done, returns earlier. Blind ones are one class when they leave the same. */
  private hasEarlier(operation: number): boolean {
    const { kind, post, operationClass } = this.problem;
    const { open } = this.world.cursor;
    const likeness = kind[operation] === kinds.blind ? post : operationClass;
    for (let slot = 0; slot < open.length; slot++) {
      const other = open[slot]!;
      if (other === -1 || other === operation || hasBit(this.world.done, slot) || kind[other] !== kind[operation])
        continue;
      if (likeness[other] !== likeness[operation]) continue;
      const difference = this.returnOf(other) - this.returnOf(operation);
      if (difference < 0 || (difference === 0 && other < operation)) return true;
    }
    return false;
  }

  /** Whether nothing that could come next needs an operation of this class to come first. */
  private canWait(operationClass: number): boolean {
    const { problem, world } = this;
    const canLet = (other: number): boolean =>
      other === operationClass || problem.transitions.yields(operationClass, other);
    for (let slot = 0; slot < world.cursor.open.length; slot++) {
      const other = world.cursor.open[slot]!;
      if (other === -1 || hasBit(world.done, slot)) continue;
      if (!canLet(problem.operationClass[other]!)) return false;
    }
    if (this.infos.letAll(world.at, operationClass)) return true;
    const infos = [...this.infos.guarded(world.at), ...this.infos.blind(world.at)];
    return infos.every(info => !this.available(info) || canLet(problem.infos[info]!.operationClass));
  }

  /** Whether something that is not blind, and not done, is possible in this state. */
  private isWaitedFor(state: number): boolean {
    const { kind, operationClass, transitions } = this.problem;
    const { open } = this.world.cursor;
    for (let slot = 0; slot < open.length; slot++) {
      const operation = open[slot]!;
      if (operation === -1 || kind[operation] === kinds.blind || hasBit(this.world.done, slot)) continue;
      if (transitions.next(state, operationClass[operation]!) !== impossible) return true;
    }
    return this.infos.changing(this.world.at, state).some(info => this.available(info));
  }

  /** The blind `info` classes after which something that waits is possible. */
  private awaitedBlindInfos(): Iterable<number> {
    const { at, cursor, done } = this.world;
    const blind = this.infos.blind(at);
    if (blind.length === 0) return [];
    const awaited = new Set<number>();
    for (let slot = 0; slot < cursor.open.length; slot++) {
      const operation = cursor.open[slot]!;
      if (operation === -1 || this.problem.kind[operation] === kinds.blind || hasBit(done, slot)) continue;
      for (const info of this.infos.enabling(at, this.problem.operationClass[operation]!)) {
        if (this.available(info)) awaited.add(info);
      }
    }
    for (const info of blind) {
      if (!this.available(info)) continue;
      const { post } = this.problem.infos[info]!;
      if (this.infos.changing(at, post).some(next => this.available(next))) awaited.add(info);
    }
    return awaited;
  }

  /** Whether every open blind operation that is not done is free. */
  private allFree(): boolean {
    const { free, done, cursor } = this.world;
    return cursor.blind.every((blind, word) => (blind & ~(free[word]! | done[word]!)) === 0);
  }

  private available(index: number): boolean {
    const info = this.problem.infos[index]!;
    if (this.usedOf[index]! >= this.world.cursor.called[index]!) return false;
    return info.until >= this.problem.times[this.world.at]!;
  }

  private countUsed(): void {
    this.usedOf.fill(0);
    const counts = this.rows.counts(this.world.used);
    for (let at = 0; at < counts.length; at += 2) this.usedOf[counts[at]!] = counts[at + 1]!;
  }

  private successors(state: number, operationClass: number): readonly number[] {
    return this.problem.transitions.successors(this.problem.transitions.next(state, operationClass));
  }

  private returning(): number {
    return this.problem.events[this.world.at]! >> 1;
  }

  private returnOf(operation: number): number {
    return this.problem.operations[operation]!.return;
  }
}

/** First what serves the operation that returns, then what must be done soonest. */
function byPromise(one: Option, other: Option): number {
  if (one.serves !== other.serves) return one.serves ? -1 : 1;
  return one.until === other.until ? 0 : one.until - other.until;
}
