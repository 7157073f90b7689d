/**
 * The search for any model: an order that keeps each process's own and explains every answer.
 *
 * A configuration is how far each process has come, which of the optional operations were used, and the state. From each
 * one the next operation of some process is tried, those first that returned first (a store that lags behind with its
 * reads still orders its writes by time), then the optional ones; configurations that were met before are left.
 *
 * Three rules keep it small:
 * - An operation that only looks is done as soon as it is next and fits. Proof: in an order that goes on from here, move
 *   it to the front. It is the next of its process; it changes nothing, so all others find what they found before.
 * - An optional operation is used only when the next one is not a blind write. Proof: take an order with the fewest of
 *   them. If a blind write, or nothing, follows one, the order is as right without it.
 * - A value that must still be seen, and that nothing can bring back, is not overwritten.
 *
 * The worst case is exponential in the number of processes (the problem is NP-complete). It yields once for each
 * configuration that it keeps, so that its owner can stop it.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { impossible, Transitions } from '../search/transitions.ts';
import { programOrder } from './program-order.ts';
import { isValueModel, type ValueKey, valueLeft, valueNeeded } from './values.ts';

/** Null: no order explains them. `judged`: see `judgedOperations`. */
export function* searchOrder(model: Model, judged: readonly Operation[]): Generator<void, readonly Operation[] | null> {
  const search = new Walk(model, model.simplify?.(judged) ?? judged);
  const known = new Set<string>();
  const stack: Frame[] = [];
  const arrive = (): boolean => {
    const name = search.name();
    if (known.has(name)) return false;
    known.add(name);
    stack.push({ taken: search.taken.length, choices: search.choices() });
    return true;
  };
  search.look();
  if (search.isDone()) return search.order();
  arrive();
  yield;
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    search.backTo(frame.taken);
    const choice = frame.choices.pop();
    if (choice === undefined) {
      stack.pop();
      continue;
    }
    if (!search.take(choice)) continue;
    search.look();
    if (search.isDone()) return search.order();
    if (arrive()) yield;
  }
  return null;
}

interface Frame {
  /** How many had been taken. */
  readonly taken: number;
  /** The most promising last. */
  readonly choices: Choice[];
}

interface Choice {
  readonly operation: number;
  readonly state: number;
}

interface Taken extends Choice {
  readonly before: number;
}

/** What the search knows of an operation. */
interface Item {
  readonly operation: Operation;
  readonly operationClass: number;
  readonly looks: boolean;
  readonly blind: boolean;
  readonly needs: ValueKey | undefined;
  readonly leaves: ValueKey | undefined;
  readonly chain: number;
  /** Of an optional one: how many of its chain come before it. Else -1. */
  readonly after: number;
}

class Walk {
  readonly taken: Taken[] = [];
  private readonly model: Model;
  private readonly transitions: Transitions;
  private readonly items: readonly Item[];
  private readonly chains: readonly (readonly number[])[];
  private readonly optional: readonly number[];
  private readonly positions: number[];
  private readonly used: boolean[];
  private state: number;
  private left: number;
  /** By value: completed operations that still need it, and operations that can still leave it. */
  private readonly needed = new Map<ValueKey, number>();
  private readonly sources = new Map<ValueKey, number>();

  constructor(model: Model, judged: readonly Operation[]) {
    this.model = model;
    this.transitions = new Transitions(model);
    this.state = this.transitions.stateId(model.initial);
    const { chains, optional } = programOrder(judged);
    const items: Item[] = [];
    const add = (operation: Operation, chain: number, after: number) =>
      items.push(this.item(operation, chain, after)) - 1;
    this.chains = chains.map((chain, index) => chain.map(operation => add(operation, index, -1)));
    this.optional = optional.map(({ operation, chain, after }) => add(operation, chain, after));
    this.items = items;
    this.positions = chains.map(() => 0);
    this.used = items.map(() => false);
    this.left = items.length - optional.length;
    for (const item of items) this.count(item, 1);
  }

  isDone(): boolean {
    return this.left === 0;
  }

  /** Of the configuration. */
  name(): string {
    const used = this.optional.filter(item => this.used[item]);
    return `${this.positions.join(' ')}/${used.join(' ')}/${this.state}`;
  }

  order(): readonly Operation[] {
    return this.taken.map(({ operation }) => this.get(operation).operation);
  }

  /** Does whatever only looks, is next, and fits. */
  look(): void {
    for (const [index, chain] of this.chains.entries()) {
      for (;;) {
        const next = chain[present(this.positions[index])];
        if (next === undefined || !this.get(next).looks || !this.isPossible(next, this.state)) break;
        this.perform(next, this.state);
      }
    }
  }

  choices(): Choice[] {
    const completed: Choice[] = [];
    for (const [index, chain] of this.chains.entries()) {
      const next = chain[present(this.positions[index])];
      if (next === undefined || this.get(next).looks) continue;
      for (const state of this.successors(next, this.state)) completed.push({ operation: next, state });
    }
    completed.sort(
      (one, other) => this.get(other.operation).operation.return - this.get(one.operation).operation.return,
    );
    return [...this.optionalChoices(), ...completed];
  }

  /** False when it would take a value away that is still needed. */
  take({ operation, state }: Choice): boolean {
    const before = this.state;
    this.perform(operation, state);
    if (state === before || !isValueModel(this.model)) return true;
    const value = this.model.stateKey(this.transitions.stateOf(before));
    return (this.needed.get(value) ?? 0) === 0 || (this.sources.get(value) ?? 0) > 0;
  }

  backTo(count: number): void {
    while (this.taken.length > count) {
      const { operation, before } = present(this.taken.pop());
      const item = this.get(operation);
      this.state = before;
      this.used[operation] = false;
      this.count(item, 1);
      if (item.after !== -1) continue;
      this.positions[item.chain] = present(this.positions[item.chain]) - 1;
      this.left++;
    }
  }

  private perform(operation: number, state: number): void {
    const item = this.get(operation);
    this.taken.push({ operation, state, before: this.state });
    this.state = state;
    this.used[operation] = true;
    this.count(item, -1);
    if (item.after !== -1) return;
    this.positions[item.chain] = present(this.positions[item.chain]) + 1;
    this.left--;
  }

  /** Of optional operations that nothing can tell apart, one is enough. */
  private optionalChoices(): Choice[] {
    const classes = new Set<number>();
    const choices: Choice[] = [];
    for (const operation of this.optional) {
      const { operationClass } = this.get(operation);
      if (!this.isAvailable(operation) || classes.has(operationClass)) continue;
      classes.add(operationClass);
      for (const state of this.successors(operation, this.state)) {
        if (state !== this.state && this.isWaitedFor(state, operation)) choices.push({ operation, state });
      }
    }
    return choices;
  }

  private isAvailable(operation: number): boolean {
    const { chain, after } = this.get(operation);
    return !this.used[operation] && (chain === -1 || present(this.positions[chain]) >= after);
  }

  /** Whether something that could come next, other than a blind write, is possible in this state. */
  private isWaitedFor(state: number, but: number): boolean {
    const waits = (operation: number) => !this.get(operation).blind && this.isPossible(operation, state);
    for (const [index, chain] of this.chains.entries()) {
      const next = chain[present(this.positions[index])];
      if (next !== undefined && waits(next)) return true;
    }
    return this.optional.some(operation => operation !== but && this.isAvailable(operation) && waits(operation));
  }

  private successors(operation: number, state: number): readonly number[] {
    return this.transitions.successors(this.transitions.next(state, this.get(operation).operationClass));
  }

  private isPossible(operation: number, state: number): boolean {
    return this.transitions.next(state, this.get(operation).operationClass) !== impossible;
  }

  private count({ needs, leaves, after }: Item, sign: 1 | -1): void {
    if (needs !== undefined && after === -1) this.needed.set(needs, (this.needed.get(needs) ?? 0) + sign);
    if (leaves !== undefined) this.sources.set(leaves, (this.sources.get(leaves) ?? 0) + sign);
  }

  private item(operation: Operation, chain: number, after: number): Item {
    const { model } = this;
    const isValue = isValueModel(model);
    return {
      operation,
      operationClass: this.transitions.classId(operation),
      looks: operation.outcome === 'fail' || model.isRead(operation),
      blind: model.overwrites?.(operation) === true,
      needs: isValue ? valueNeeded(operation) : undefined,
      leaves: isValue ? valueLeft(operation) : undefined,
      chain,
      after,
    };
  }

  private get(item: number): Item {
    return present(this.items[item]);
  }
}
