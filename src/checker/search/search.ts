/**
 * Is there an order of these operations that respects who finished before whom, and in which a single copy of the data
 * would have given every answer that was seen?
 *
 * The idea (Wing and Gong; Lowe): walk through calls and returns, and decide nothing before a return forces it. There the
 * operation that returns must be put in order, after any others that are open; each choice leads to another configuration
 * (see `nodes.ts`), and dead ends are not entered twice. If the last event is reached, the choices made are the order.
 *
 * It is resumable, because many parts take turns, and exact: "invalid" only after every choice was tried. The worst case
 * grows exponentially with the number of operations that are open at a time (the problem is NP-complete), not with the
 * length of the history.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { Agenda, infoCost } from './agenda.ts';
import { wordsFor } from './cursor.ts';
import { Hope } from './hope.ts';
import { Nodes, type Origin } from './nodes.ts';
import { Options, type Pending } from './options.ts';
import { type Problem, prepare } from './problem.ts';
import { Trace } from './trace.ts';
import { UsedRows } from './used.ts';
import { choices, World } from './world.ts';

export type SearchOutcome = 'valid' | 'invalid' | 'paused';

/** Steps between two looks at the clock. */
const stepsPerLook = 64;

/** How far the choices of a node have been listed. */
const listed = { nothing: 0, own: 1, all: 2 } as const;

export class Search {
  private readonly problem: Problem;
  private readonly rows: UsedRows;
  private readonly world: World;
  private readonly options: Options;
  private readonly hope: Hope;
  private readonly nodes: Nodes;
  private readonly agenda = new Agenda();
  /** Choices that are still to be tried, by node; undefined when none are listed. */
  private readonly pending: (Pending | undefined)[] = [];
  private readonly listed: number[] = [];
  /** The choice that led to the end. */
  private end: (Origin & { readonly state: number }) | null = null;
  private outcome: SearchOutcome = 'paused';
  private steps = 0;
  private reached = -Infinity;

  /** `judged`: see `judgedOperations`. `starts`: the states in which the part may begin. */
  constructor(model: Model, judged: readonly Operation[], starts: readonly unknown[] = [model.initial]) {
    this.problem = prepare(model, judged, starts);
    this.rows = new UsedRows(this.problem.infos.map(info => info.until));
    this.world = new World(this.problem, this.rows);
    this.options = new Options(this.problem, this.world, this.rows);
    this.hope = new Hope(model, this.problem);
    this.nodes = new Nodes(wordsFor(this.problem), this.rows);
    for (const start of this.problem.starts) {
      if (this.outcome !== 'paused') break;
      this.world.begin(start);
      this.arrive({ parent: -1, choice: -1 });
    }
  }

  /** Configurations kept. */
  get states(): number {
    return this.nodes.count;
  }

  /** Event index of the last return at which an order failed. After `invalid`, what comes later did not matter. */
  get deepest(): number {
    return this.reached;
  }

  /** Goes on, for so many steps at most. `isOver` is asked now and then, and ends it early. */
  run(limit: number, isOver: () => boolean): SearchOutcome {
    for (let spent = 0; this.outcome === 'paused' && spent < limit; spent++) {
      if (++this.steps % stepsPerLook === 0 && isOver()) break;
      this.step();
    }
    return this.outcome;
  }

  /** Ids in order of linearization. Only after `valid`. */
  witness(): readonly number[] {
    const path: { readonly choice: number; readonly state: number }[] = [];
    for (let step = present(this.end, 'only a valid part has a witness'); ; ) {
      path.push(step);
      if (step.parent === -1) break;
      step = { ...this.nodes.origin(step.parent), state: this.nodes.state(step.parent) };
    }
    const world = new World(this.problem, this.rows);
    const trace = new Trace();
    world.trace = trace;
    for (const { choice, state } of path.toReversed()) {
      if (choice === -1) world.begin(state);
      else world.apply(choice, state);
      world.advance();
    }
    return trace.result().map(operation => present(this.problem.operations[operation]).id);
  }

  /** Visits the most promising node, and tries one of its choices. */
  private step(): void {
    const node = this.agenda.top();
    if (node === -1) {
      this.outcome = 'invalid';
      return;
    }
    this.nodes.load(node, this.world);
    this.world.cursor.seek(this.world.at);
    const pending = this.choicesOf(node);
    if (pending.length === 0) {
      this.agenda.pop();
      this.pending[node] = undefined;
      return;
    }
    if ((pending.at(-2)! & 3) === choices.info && this.putOff(node)) return;
    const state = pending.pop()!;
    const choice = pending.pop()!;
    this.world.apply(choice, state);
    this.arrive({ parent: node, choice });
  }

  /** Most nodes need only the choices of the operation that returns; the others are listed when these are spent. */
  private choicesOf(node: number): Pending {
    let pending = this.pending[node] ?? [];
    if (this.listed[node] === listed.nothing) {
      pending = this.options.own();
      this.listed[node] = listed.own;
    }
    if (pending.length === 0 && this.listed[node] === listed.own) {
      pending = this.options.others();
      this.listed[node] = listed.all;
    }
    this.pending[node] = pending;
    return pending;
  }

  /** Moves a node down to where using one more `info` operation puts it. False when it is there already. */
  private putOff(node: number): boolean {
    const priority = this.priority(this.rows.total(this.world.used) + 1);
    if (priority >= this.agenda.priority) return false;
    this.agenda.pop();
    this.agenda.push(node, priority);
    return true;
  }

  /** Walks on as far as no choice is needed, and keeps the configuration unless it is known to be no better. */
  private arrive(origin: Origin): void {
    const { world } = this;
    if (!world.advance()) {
      this.end = { ...origin, state: world.state };
      this.outcome = 'valid';
      return;
    }
    const lostAt = this.hope.lostAt(world);
    this.reached = Math.max(this.reached, lostAt ?? this.problem.times[world.at]!);
    if (lostAt !== null) return;
    world.used = this.rows.forgetting(world.used, this.problem.times[world.at]!);
    const node = this.nodes.add(world, world.cursor, origin);
    if (node === -1) return;
    this.listed[node] = listed.nothing;
    this.agenda.push(node, this.priority(this.rows.total(world.used)));
  }

  private priority(infosUsed: number): number {
    return Math.max(0, this.world.at - infoCost * infosUsed);
  }
}
