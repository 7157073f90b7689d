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
import type { InfoIndex } from './info-index.ts';
import { kinds, noState, type Problem } from './problem.ts';
import { impossible } from './transitions.ts';
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
  private readonly infos: InfoIndex;
  /** The state after the choice that `own` gave. */
  successor = noState;

  constructor(problem: Problem, world: World, infos: InfoIndex) {
    this.problem = problem;
    this.world = world;
    this.infos = infos;
  }

  /** Of the choices that end the wait at once, the one after so many; -1 when there are no more. See `successor`. */
  own(tried: number): number {
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
    const next =
      problem.kind[operation] === kinds.guarded ? problem.transitions.next(world.state, ownClass) : impossible;
    if (next === impossible || (next >= 0 && tried > 0)) return -1;
    const successor = next >= 0 ? next : problem.transitions.successors(next)[tried];
    if (successor === undefined) return -1;
    this.successor = successor;
    return operation * 4 + choices.operation;
  }

  /** The choices that come before: completed operations, then (tried last) `info` ones. */
  others(): Pending {
    const returning = this.returning();
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
      if (this.world.isAvailable(info)) this.addGuardedInfo(infos, info);
    }
    const pending: Pending = [];
    for (const option of [...completed.toSorted(byPromise), ...infos.toSorted(byPromise)].toReversed()) {
      pending.push(option.choice, option.successor);
    }
    return pending;
  }

  private addBlind(options: Option[], operation: number): void {
    const post = this.problem.post[this.problem.operationClass[operation]!]!;
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
    const isBlind = kind[operation] === kinds.blind;
    const likeness = (one: number): number => (isBlind ? post[operationClass[one]!]! : operationClass[one]!);
    for (let slot = 0; slot < open.length; slot++) {
      const other = open[slot]!;
      if (other === -1 || other === operation || hasBit(this.world.done, slot) || kind[other] !== kind[operation])
        continue;
      if (likeness(other) === likeness(operation) && this.returnOf(other) < this.returnOf(operation)) return true;
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
    return infos.every(info => !this.world.isAvailable(info) || canLet(problem.infos[info]!.operationClass));
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
    return this.infos.changing(this.world.at, state).some(info => this.world.isAvailable(info));
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
        if (this.world.isAvailable(info)) awaited.add(info);
      }
    }
    for (const info of blind) {
      if (!this.world.isAvailable(info)) continue;
      const { post } = this.problem.infos[info]!;
      if (this.infos.changing(at, post).some(next => this.world.isAvailable(next))) awaited.add(info);
    }
    return awaited;
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

/** First what serves the operation that returns, then what must be done soonest. */
function byPromise(one: Option, other: Option): number {
  if (one.serves !== other.serves) return one.serves ? -1 : 1;
  return one.until === other.until ? 0 : one.until - other.until;
}
