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
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { subhistoryOf } from '../subhistory/cut.ts';
import type { Subhistory } from '../subhistory/subhistory.ts';
import { windowOf } from '../subhistory/window.ts';
import { Agenda, infoCost } from './agenda.ts';
import { wordsFor } from './cursor.ts';
import { Hope } from './hope.ts';
import { InfoIndex } from './info-index.ts';
import { Nodes, type Origin } from './nodes.ts';
import { Options, type Pending } from './options.ts';
import { type Problem, prepare } from './problem.ts';
import { Trace } from './trace.ts';
import { UsedRows } from './used.ts';
import { choices, World } from './world.ts';

export type SearchOutcome = 'valid' | 'invalid' | 'paused';

export interface SearchOptions {
  /** The states in which it may begin. @default the model's initial one */
  readonly starts?: readonly unknown[];
  /** Whether it may look for a window that refutes the whole, when it does not get on. @default true */
  readonly windows?: boolean;
}

/** Steps between two looks at the clock. */
const stepsPerLook = 64;
/** New configurations without progress before a window is tried. */
const leastPatience = 512;

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
  /** Choices that come before the operation that returns, by node, where they have been listed. */
  private readonly pending = new Map<number, Pending>();
  private readonly windows: boolean;
  /** The choice that led to the end. */
  private end: Origin | null = null;
  private outcome: SearchOutcome = 'paused';
  private steps = 0;
  private reached = -1;
  /** How many configurations there may be before the next window is tried. */
  private patientUntil = leastPatience;
  private patience = leastPatience;
  private impossibleWindow: readonly Operation[] | null = null;

  constructor(model: Model, subhistory: Subhistory, { starts = [model.initial], windows = true }: SearchOptions = {}) {
    this.model = model;
    this.subhistory = subhistory;
    this.problem = prepare(model, subhistory, starts);
    this.rows = new UsedRows(this.problem.infos.map(info => info.until));
    this.world = new World(this.problem, this.rows);
    const infos = new InfoIndex(this.problem);
    this.options = new Options(this.problem, this.world, infos);
    this.hope = new Hope(model, this.problem, infos);
    this.nodes = new Nodes(wordsFor(this.problem), this.rows);
    this.agenda = new Agenda(this.nodes, subhistory.events.length);
    this.windows = windows && model.representatives !== undefined;
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
    return this.reached;
  }

  /** After `invalid`, where it was found so: operations, some weakened, that are impossible whatever went before. */
  get window(): readonly Operation[] | null {
    return this.impossibleWindow;
  }

  /** Goes on, for so many steps at most. `isOver` is asked now and then, and ends it early. */
  run(limit: number, isOver: () => boolean): SearchOutcome {
    for (let spent = 0; this.outcome === 'paused' && spent < limit; spent++) {
      if (++this.steps % stepsPerLook === 0 && isOver()) break;
      this.step();
      if (this.nodes.count > this.patientUntil && this.outcome === 'paused' && this.windows) this.tryWindow(isOver);
    }
    return this.outcome;
  }

  /** Positions in order of linearization. Only after `valid`. */
  witness(): Int32Array {
    const path = [present(this.end, 'only a valid part has a witness')];
    for (let parent = path[0]!.parent; parent !== -1; parent = path.at(-1)!.parent)
      path.push(this.nodes.origin(parent));
    const world = new World(this.problem, this.rows);
    const trace = new Trace(this.subhistory.length);
    world.trace = trace;
    for (let index = path.length - 1; index >= 0; index--) {
      const { choice, entered } = path[index]!;
      if (choice === -1) world.begin(entered);
      else world.apply(choice, entered);
      world.advance();
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
    let choice = this.options.own(tried);
    let successor = this.options.successor;
    if (choice === -1) {
      const pending = this.othersOf(node);
      if (pending.length === 0) {
        this.agenda.pop();
        this.pending.delete(node);
        return;
      }
      if ((pending.at(-2)! & 3) === choices.info && this.putOff(node)) return;
      successor = pending.pop()!;
      choice = pending.pop()!;
    } else nodes.setTried(node, tried + 1);
    world.apply(choice, successor);
    this.arrive(node, choice, successor);
  }

  /** Most nodes need only the choices of the operation that returns; the others are listed when these are spent. */
  private othersOf(node: number): Pending {
    let pending = this.pending.get(node);
    if (pending === undefined) {
      pending = this.options.others();
      this.pending.set(node, pending);
    }
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
  private arrive(parent: number, choice: number, entered: number): void {
    const { world } = this;
    if (!world.advance()) {
      this.end = { parent, choice, entered };
      this.outcome = 'valid';
      return;
    }
    const lostAt = this.hope.lostAt(world);
    this.reach(Math.max(world.at, lostAt));
    if (lostAt !== -1) return;
    world.used = this.rows.forgetting(world.used, world.at);
    const node = this.nodes.add(world, { parent, choice, entered });
    if (node !== -1) this.agenda.push(node, this.priority(this.rows.total(world.used)));
  }

  private priority(infosUsed: number): number {
    return Math.max(0, this.world.at - infoCost * infosUsed);
  }

  private reach(rank: number): void {
    if (rank <= this.reached) return;
    this.reached = rank;
    this.patience = leastPatience;
    this.patientUntil = this.nodes.count + leastPatience;
  }

  /**
   * Where it does not get on, the reason mostly lies near. So a window before the deepest return is searched by itself,
   * from every state; what was open when it begins may have happened or not. If that is impossible, all of it is. Else
   * the next window is twice as long, and is tried after twice the time.
   */
  private tryWindow(isOver: () => boolean): void {
    const length = 4 * (this.problem.slots + 4) * (this.patience / leastPatience);
    const { operations, whole } = windowOf(this.model, this.subhistory, {
      from: this.reached - length,
      to: this.reached,
    });
    const starts = whole ? null : (this.model.representatives?.(operations) ?? null);
    if (starts !== null) {
      const search = new Search(this.model, subhistoryOf(this.model, operations), { starts, windows: false });
      if (search.run(2 * this.patience, isOver) === 'invalid') {
        this.impossibleWindow = operations;
        this.outcome = 'invalid';
      }
    }
    this.patience *= 2;
    this.patientUntil = this.nodes.count + this.patience;
  }
}
