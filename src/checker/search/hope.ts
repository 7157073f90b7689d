/**
 * Whether a configuration is hopeless: an operation can never be answered as it was.
 *
 * Either it needs one state, and nothing that leaves this state is open or will be called before it returns; so it is also
 * with one that has not been called yet. Or the model says so: the state has gone past what an open read shows, and nothing
 * that could bring it back can happen before it returns.
 *
 * And where the state itself is needed later and nothing can bring it back, it must stay until then: whatever needs another
 * one, or leaves one, and returns before, is lost as well.
 *
 * A state whose later operations still have hope loses it only when it is left, or when one that leaves it is passed. So
 * of those that have not been called, only these states are looked at, and all of them at first.
 */
import type { Model } from '../../model/model.ts';
import { never } from '../subhistory/subhistory.ts';
import { lowestSlot } from './cursor.ts';
import type { InfoIndex } from './info-index.ts';
import { kinds, leftOut, noState, notInfo, type Problem } from './problem.ts';
import { impossible } from './transitions.ts';
import type { World } from './world.ts';

export class Hope {
  private readonly model: Model;
  private readonly problem: Problem;
  private readonly infos: InfoIndex;
  /**
   * By position of an operation that needs a state: rank of the last call, before it returns, of one that leaves it; -1
   * when there is none. Null when that cannot be said.
   */
  private readonly lastSource: Int32Array | null;
  private readonly later: LaterNeeds | null;
  /** By state: how many of its later needs had been called when it was asked the last time. */
  private readonly passed: Int32Array;
  /** By rank: of the completed operations that are called from then on, the one that returns first; or -1. */
  private readonly firstEnded: Int32Array | null;
  /** By position of a read: rank of the last return of what resets and is called before it returns. */
  private readonly lastReset: Int32Array | null;
  /** By state and operation class. */
  private readonly known: Map<number, boolean>[] = [];

  constructor(model: Model, problem: Problem, infos: InfoIndex) {
    this.model = model;
    this.problem = problem;
    this.infos = infos;
    this.lastSource = problem.postsKnown && problem.need.some(state => state !== noState) ? lastSources(problem) : null;
    this.later = this.lastSource && laterNeeds(problem, this.lastSource);
    this.passed = new Int32Array(this.later?.begin.length ?? 0);
    this.firstEnded = this.later && firstEnded(problem);
    this.lastReset = model.isHopeless ? lastResets(model, problem) : null;
  }

  /** As `lostAt`, of a configuration that no other was before. */
  lostAtFirst(world: World): number {
    for (const state of this.later?.states ?? []) world.left.push(state);
    return this.lostAt(world);
  }

  /** Rank of the first return of an operation for which there is no hope; -1 when there is hope for all. */
  lostAt(world: World): number {
    const later = this.laterLostAt(world);
    const open = this.openLostAt(world);
    if (later === -1 && open === -1) return this.heldLostAt(world);
    return later === -1 || open === -1 ? Math.max(later, open) : Math.min(later, open);
  }

  /** Where the state must stay as it is for a while, and cannot. */
  private heldLostAt(world: World): number {
    if (this.later === null) return -1;
    const { source, end, endCall } = this.later;
    const index = this.laterIndex(world.state, world.at);
    if (index === -1 || source[index]! >= world.at || this.hasSource(world, world.state, -1)) return -1;
    return this.canStay(world, endCall[index]!) ? -1 : end[index]!;
  }

  /** Whether nothing that is open, or is called and returns before, needs the state to change before this rank. */
  private canStay(world: World, until: number): boolean {
    const { subhistory } = this.problem;
    const { open, observers, blind, guarded } = world.cursor;
    for (let word = 0; word < observers.length; word++) {
      let bits = (observers[word]! | ((blind[word]! | guarded[word]!) & ~world.free[word]!)) & ~world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        if (subhistory.return[open[lowestSlot(bits, word)]!]! < until) return false;
      }
    }
    const next = this.firstEnded![world.at]!;
    return next === -1 || subhistory.return[next]! >= until || this.isNeutral(next, world.state);
  }

  private isNeutral(position: number, state: number): boolean {
    const { kind, operationClass, post, transitions } = this.problem;
    const own = operationClass[position]!;
    if (kind[position] === kinds.observer) return transitions.next(state, own) !== impossible;
    return kind[position] === kinds.blind && post[own] === state;
  }

  /**
   * Of the operations that need the state and are called from this rank on, the first; -1 when there is none. A search
   * mostly stays near, so it is looked for from where it was the last time.
   */
  private laterIndex(state: number, at: number): number {
    const { calls, begin } = this.later!;
    if (state < 0 || state + 1 >= begin.length) return -1;
    const first = begin[state]!;
    const end = begin[state + 1]!;
    let index = first + this.passed[state]!;
    while (index < end && calls[index]! < at) index++;
    while (index > first && calls[index - 1]! >= at) index--;
    this.passed[state] = index - first;
    return index === end ? -1 : index;
  }

  private laterLostAt(world: World): number {
    if (this.later === null) return -1;
    const { source, end } = this.later;
    let first = -1;
    for (let at = 0; at < world.left.length; at++) {
      const state = world.left[at]!;
      const index = state === world.state ? -1 : this.laterIndex(state, world.at);
      if (index === -1 || source[index]! >= world.at || (first !== -1 && end[index]! >= first)) continue;
      if (!this.hasSource(world, state, -1)) first = end[index]!;
    }
    return first;
  }

  private openLostAt(world: World): number {
    if (this.lastSource === null && this.lastReset === null) return -1;
    const { open, observers, guarded } = world.cursor;
    const returns = this.problem.subhistory.return;
    let first = -1;
    for (let word = 0; word < observers.length; word++) {
      let bits = (observers[word]! | (guarded[word]! & ~world.free[word]!)) & ~world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const position = open[lowestSlot(bits, word)]!;
        if (first !== -1 && returns[position]! >= first) continue;
        if (this.isUnserved(world, position) || this.isPast(world, position)) first = returns[position]!;
      }
    }
    return first;
  }

  /** Whether the state that it needs cannot come any more. */
  private isUnserved(world: World, position: number): boolean {
    const { lastSource, problem } = this;
    if (lastSource === null || lastSource[position]! >= world.at) return false;
    const need = problem.need[problem.operationClass[position]!]!;
    if (need === noState || need === world.state) return false;
    return !this.hasSource(world, need, position);
  }

  /** Whether something that is open, other than one operation, can still leave this state. */
  private hasSource(world: World, state: number, but: number): boolean {
    const { problem } = this;
    const { open, blind, guarded } = world.cursor;
    for (let word = 0; word < blind.length; word++) {
      let bits = (blind[word]! | guarded[word]!) & ~world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const source = open[lowestSlot(bits, word)]!;
        if (source !== but && problem.post[problem.operationClass[source]!] === state) return true;
      }
    }
    return this.infos.leaving(world.at, state).some(info => world.isAvailable(info));
  }

  private isPast(world: World, position: number): boolean {
    if (this.lastReset === null || this.problem.kind[position] !== kinds.observer) return false;
    return this.lastReset[position]! < world.at && this.isHopeless(world.state, position);
  }

  private isHopeless(state: number, position: number): boolean {
    const operationClass = this.problem.operationClass[position]!;
    const row = (this.known[state] ??= new Map());
    const known = row.get(operationClass);
    if (known !== undefined) return known;
    const { transitions } = this.problem;
    const hopeless = this.model.isHopeless?.(transitions.stateOf(state), transitions.example(operationClass)) === true;
    row.set(operationClass, hopeless);
    return hopeless;
  }
}

/** One walk: at each return, the latest source of what it needed. */
function lastSources({ subhistory, operationClass, kind, post, need, infoClass }: Problem): Int32Array {
  const { events } = subhistory;
  const lastSource = new Int32Array(subhistory.length).fill(-1);
  /** By state. */
  const latest: number[] = [];
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const own = operationClass[position]!;
    if (events[rank]! & 1) lastSource[position] = latest[need[own]!] ?? -1;
    else if (kind[position] !== kinds.observer && infoClass[position] !== leftOut) latest[post[own]!] = rank;
  }
  return lastSource;
}

/** What needs a state, by state and in order of calls. */
interface LaterNeeds {
  /** Those that are needed. */
  readonly states: readonly number[];
  /** By state: where its operations begin in the columns that follow; those of the next state end them. */
  readonly begin: Int32Array;
  readonly calls: Int32Array;
  /** Of it and those after it, of the one that returns first: `lastSource`, and its return. */
  readonly source: Int32Array;
  readonly end: Int32Array;
  /** Its call. */
  readonly endCall: Int32Array;
}

function laterNeeds({ subhistory, operationClass, need }: Problem, lastSource: Int32Array): LaterNeeds {
  const { length, call, return: returns } = subhistory;
  const needOf = (position: number): number =>
    returns[position] === never ? noState : need[operationClass[position]!]!;
  const begin = new Int32Array(need.reduce((most, state) => Math.max(most, state), 0) + 2);
  for (let position = 0; position < length; position++) {
    const state = needOf(position);
    if (state !== noState) begin[state + 1] = begin[state + 1]! + 1;
  }
  for (let state = 1; state < begin.length; state++) begin[state] = begin[state]! + begin[state - 1]!;
  const total = begin[begin.length - 1]!;
  const [calls, source] = [new Int32Array(total), new Int32Array(total)];
  const [end, endCall] = [new Int32Array(total), new Int32Array(total)];
  const filled = begin.slice(1);
  for (let position = length - 1; position >= 0; position--) {
    const state = needOf(position);
    if (state === noState) continue;
    const at = filled[state]! - 1;
    filled[state] = at;
    calls[at] = call[position]!;
    const isFirst = at + 1 === begin[state + 1] || returns[position]! < end[at + 1]!;
    source[at] = isFirst ? lastSource[position]! : source[at + 1]!;
    end[at] = isFirst ? returns[position]! : end[at + 1]!;
    endCall[at] = isFirst ? call[position]! : endCall[at + 1]!;
  }
  const states = [...begin.keys()].filter(state => begin[state]! < (begin[state + 1] ?? 0));
  return { states, begin, calls, source, end, endCall };
}

function firstEnded({ subhistory }: Problem): Int32Array {
  const { events, return: returns } = subhistory;
  const first = new Int32Array(events.length + 1).fill(-1);
  for (let rank = events.length - 1; rank >= 0; rank--) {
    const position = events[rank]! >> 1;
    const later = first[rank + 1]!;
    const isFirst = (events[rank]! & 1) === 0 && returns[position]! < (later === -1 ? never : returns[later]!);
    first[rank] = isFirst ? position : later;
  }
  return first;
}

function lastResets(model: Model, { subhistory, operationClass, transitions, kind, infoClass }: Problem): Int32Array {
  const { events, return: returns } = subhistory;
  const lastReset = new Int32Array(subhistory.length).fill(-1);
  const resets = new Map<number, boolean>();
  let latest = -1;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    if (events[rank]! & 1) lastReset[position] = latest;
    if (events[rank]! & 1 || kind[position] === kinds.observer || infoClass[position]! < notInfo) continue;
    const own = operationClass[position]!;
    const known = resets.get(own) ?? model.resets?.(transitions.example(own)) === true;
    resets.set(own, known);
    if (known) latest = Math.max(latest, returns[position]!);
  }
  return lastReset;
}
