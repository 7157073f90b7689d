/**
 * Is there an order of these operations that respects who finished before whom, and in which a single copy of the data
 * would have given every answer that was seen?
 *
 * The idea (Wing and Gong; Lowe): walk through calls and returns, and decide nothing before a return forces it. There the
 * operation that returns must be put in order, after any others that are open; each choice leads to another configuration
 * (see `nodes.ts`), and dead ends are not entered twice. If the last event is reached, the choices made are the order.
 *
 * A step costs what is open, not what is long. The worst case grows exponentially with the number of operations that are
 * open at a time (the problem is NP-complete), not with the length of the history. Invariants:
 * - A configuration on the agenda has choices that were not tried; together they cover every order that begins as it did.
 * - So "invalid" is said only when the agenda is empty, or when a window of the history is impossible whatever went before.
 * - Whatever is kept is dominated by nothing that was kept before (`nodes.ts`), and is not hopeless (`hope.ts`).
 *
 * It is resumable, because many parts take turns.
 */
import { present } from '../../base/assert.ts';
import type { Model } from '../../model/model.ts';
import { subhistoryOf } from '../subhistory/cut.ts';
import type { Subhistory } from '../subhistory/subhistory.ts';
import { windowOf } from '../subhistory/window.ts';
import { Agenda, infoCost } from './agenda.ts';
import { wordsFor } from './cursor.ts';
import { Hope } from './hope.ts';
import { InfoIndex } from './info-index.ts';
import { listed, Nodes, type Origin } from './nodes.ts';
import { Options } from './options.ts';
import { nothing, Pending } from './pending.ts';
import { type Problem, prepare } from './problem.ts';
import { Trace } from './trace.ts';
import { UsedRows } from './used.ts';
import { choices, World } from './world.ts';

export type SearchOutcome = 'valid' | 'invalid' | 'paused';

export interface SearchOptions {
  /** The states in which it may begin. @default the model's initial one */
  readonly starts?: readonly unknown[];
  /**
   * New configurations without progress before it looks for a window that refutes the whole. Infinity: it never does.
   * @default 512
   */
  readonly patience?: number;
  /** Whether completed operations that were called at -Infinity may have happened before. @default false */
  readonly isWindow?: boolean;
}

/** Steps between two looks at the clock. */
const stepsPerLook = 64;

export class Search {
  private readonly model: Model;
  private readonly subhistory: Subhistory;
  private readonly problem: Problem;
  private readonly rows: UsedRows;
  private readonly world: World;
  private readonly options: Options;
  private readonly hope: Hope;
  private readonly nodes: Nodes;
  private readonly agenda: Agenda;
  /** Choices that come before the operation that returns, where they have been listed. */
  private readonly pending = new Pending();
  private readonly leastPatience: number;
  /** The choice that led to the end. */
  private end: Origin | null = null;
  private outcome: SearchOutcome = 'paused';
  private steps = 0;
  private lastFailure = -1;
  /** Rank of the farthest return that was come to. */
  private farthest = -1;
  /** The last failure since then. */
  private stuckAt = -1;
  /** How many configurations there may be before the next window is tried. */
  private patientUntil: number;
  private patience: number;

  constructor(model: Model, subhistory: Subhistory, options: SearchOptions = {}) {
    const { starts = [model.initial], patience = 512, isWindow = false } = options;
    this.model = model;
    this.subhistory = subhistory;
    this.problem = prepare(model, subhistory, { starts, isWindow });
    this.rows = new UsedRows(this.problem.infos.map(info => info.until));
    this.world = new World(this.problem, this.rows);
    const infos = new InfoIndex(this.problem);
    this.options = new Options(this.problem, this.world, infos);
    this.hope = new Hope(model, this.problem, infos);
    this.nodes = new Nodes(wordsFor(this.problem), this.rows, subhistory.length >> 1);
    this.agenda = new Agenda(this.nodes, subhistory.events.length);
    this.leastPatience = model.representatives ? patience : Infinity;
    this.patience = this.leastPatience;
    this.patientUntil = this.leastPatience;
    for (const start of this.problem.starts) {
      if (this.outcome !== 'paused') break;
      this.world.begin(start);
      this.arrive(-1, -1, start);
    }
  }

  /** Configurations kept. */
  get states(): number {
    return this.nodes.count;
  }

  /** Rank of the last return at which an order failed. After `invalid`, what comes later did not matter. */
  get deepest(): number {
    return this.lastFailure;
  }

  /** Goes on, for so many steps at most. `isOver` is asked now and then, and ends it early. */
  run(limit: number, isOver: () => boolean): SearchOutcome {
    for (let spent = 0; this.outcome === 'paused' && spent < limit; spent++) {
      if (++this.steps % stepsPerLook === 0 && isOver()) break;
      this.step();
      if (this.nodes.count > this.patientUntil && this.outcome === 'paused') this.tryWindow(isOver);
    }
    return this.outcome;
  }

  /** Positions in order of linearization. Only after `valid`. */
  witness(): Int32Array {
    const end = present(this.end, 'only a valid part has a witness');
    const path: number[] = [];
    for (let node = end.parent; node !== -1; node = this.nodes.parent(node)) path.push(node);
    const world = new World(this.problem, this.rows);
    const trace = new Trace(this.subhistory.length);
    world.trace = trace;
    for (let index = path.length - 1; index >= -1; index--) {
      const choice = index === -1 ? end.choice : this.nodes.choice(path[index]!);
      const entered = index === -1 ? end.entered : this.nodes.entered(path[index]!);
      if (choice === -1) world.begin(entered);
      else world.apply(choice, entered);
      world.advance();
      world.arrived();
    }
    return trace.result();
  }

  /** Visits the most promising node, and tries one of its choices. */
  private step(): void {
    const { world, nodes } = this;
    const node = this.agenda.top();
    if (node === -1) {
      this.outcome = 'invalid';
      return;
    }
    nodes.load(node, world);
    world.cursor.seek(world.at);
    const tried = nodes.tried(node);
    const own = tried === listed ? -1 : this.options.own(tried);
    if (own !== -1) {
      nodes.setTried(node, tried + 1);
      this.take(node, own, this.options.successor);
      return;
    }
    // Most nodes need only the choices of the operation that returns; the others are listed when these are spent.
    if (tried !== listed) nodes.setPending(node, this.options.others(this.pending));
    const list = nodes.pending(node);
    if (list === nothing) {
      this.agenda.pop();
      return;
    }
    const choice = this.pending.choice(list);
    if ((choice & 3) === choices.info && this.putOff(node)) return;
    const successor = this.pending.successor(list);
    nodes.setPending(node, this.pending.rest(list));
    this.take(node, choice, successor);
  }

  private take(node: number, choice: number, successor: number): void {
    this.world.apply(choice, successor);
    this.arrive(node, choice, successor);
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
  private arrive(parent: number, choice: number, entered: number): void {
    const { world } = this;
    if (!world.advance()) {
      this.end = { parent, choice, entered };
      this.outcome = 'valid';
      return;
    }
    const lostAt = parent === -1 ? this.hope.lostAtFirst(world) : this.hope.lostAt(world);
    world.arrived();
    this.note(world.at, lostAt);
    if (lostAt !== -1) return;
    world.used = this.rows.forgetting(world.used, world.at);
    const node = this.nodes.add(world, { parent, choice, entered });
    if (node !== -1) this.agenda.push(node, this.priority(this.rows.total(world.used)));
  }

  private priority(infosUsed: number): number {
    return Math.max(0, this.world.at - infoCost * infosUsed);
  }

  private note(at: number, lostAt: number): void {
    this.lastFailure = Math.max(this.lastFailure, at, lostAt);
    if (at <= this.farthest) {
      this.stuckAt = Math.max(this.stuckAt, lostAt);
      return;
    }
    this.farthest = at;
    this.stuckAt = Math.max(at, lostAt);
    this.patience = this.leastPatience;
    this.patientUntil = this.nodes.count + this.leastPatience;
  }

  /**
   * Where it does not get on, the reason mostly lies near. So windows up to the last failure there are searched by
   * themselves, from every state, the short ones first; the shortest begins when the operation that failed is called.
   * What was open when a window begins may have happened or not. If one is impossible, all of it is. Else longer ones are
   * tried after twice the time.
   */
  private tryWindow(isOver: () => boolean): void {
    const longest = 4 * (this.problem.slots + 4) * (this.patience / this.leastPatience);
    const { call, events } = this.subhistory;
    const latest = Math.min(this.farthest, call[events[this.stuckAt]! >> 1]!);
    for (let length = 0; length <= longest && this.outcome === 'paused'; length = Math.max(4, 2 * length)) {
      const bounds = { from: latest - length, to: this.stuckAt, keepReturns: true };
      const { operations, whole } = windowOf(this.model, this.subhistory, bounds);
      const starts = whole ? null : (this.model.representatives?.(operations) ?? null);
      if (starts === null) break;
      const search = new Search(this.model, subhistoryOf(this.model, operations), {
        starts,
        patience: Infinity,
        isWindow: true,
      });
      if (search.run(this.patience, isOver) === 'invalid') this.outcome = 'invalid';
    }
    this.patience *= 2;
    this.patientUntil = this.nodes.count + this.patience;
  }
}
