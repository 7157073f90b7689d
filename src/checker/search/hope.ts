/**
 * Whether a configuration is hopeless: an open read can never be answered as it was, because the state has gone past it
 * and nothing that could bring it back can happen before the read returns.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { countWhile } from '../bisect.ts';
import { hasBit } from './cursor.ts';
import { kinds, type Problem } from './problem.ts';
import type { World } from './world.ts';

export class Hope {
  private readonly model: Model;
  private readonly problem: Problem;
  /** Of the operations that reset, by call: the calls, and the latest return among those called no later. */
  private readonly calls: number[] = [];
  private readonly returns: number[] = [];
  /** By state and operation class. */
  private readonly known: Map<number, boolean>[] = [];

  constructor(model: Model, problem: Problem) {
    this.model = model;
    this.problem = problem;
    const resets = problem.operations.filter(operation => model.resets?.(operation) === true);
    for (const { call, return: end } of resets.toSorted((one, other) => one.call - other.call)) {
      this.calls.push(call);
      this.returns.push(Math.max(end, this.returns.at(-1) ?? -Infinity));
    }
  }

  /** Event index of the first return of a read for which there is no hope; null when there is hope for all. */
  lostAt(world: World): number | null {
    if (!this.model.isHopeless) return null;
    const { open } = world.cursor;
    let first = Infinity;
    for (let slot = 0; slot < open.length; slot++) {
      const index = open[slot]!;
      if (index === -1 || this.problem.kind[index] !== kinds.observer || hasBit(world.done, slot)) continue;
      const read = this.problem.operations[index]!;
      if (this.isHopeless(world.state, index) && !this.canReset(world, read)) first = Math.min(first, read.return);
    }
    return first === Infinity ? null : first;
  }

  private isHopeless(state: number, index: number): boolean {
    const operationClass = this.problem.operationClass[index]!;
    const row = (this.known[state] ??= new Map());
    const known = row.get(operationClass);
    if (known !== undefined) return known;
    const operation = this.problem.operations[index]!;
    const hopeless = this.model.isHopeless?.(this.problem.transitions.stateOf(state), operation) === true;
    row.set(operationClass, hopeless);
    return hopeless;
  }

  /** Whether one is called before the read returns, and has not returned yet. */
  private canReset(world: World, read: Operation): boolean {
    const called = countWhile(this.calls.length, index => this.calls[index]! < read.return);
    return called > 0 && this.returns[called - 1]! >= this.problem.times[world.at]!;
  }
}
