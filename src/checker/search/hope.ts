/**
 * Whether a configuration is hopeless: an open operation can never be answered as it was.
 *
 * Either it needs one state, and nothing that leaves this state is open or will be called before it returns. Or the model
 * says so: the state has gone past what a read shows, and nothing that could bring it back can happen before it returns.
 */
import type { Model } from '../../model/model.ts';
import { lowestSlot } from './cursor.ts';
import type { InfoIndex } from './info-index.ts';
import { kinds, leftOut, noState, notInfo, type Problem } from './problem.ts';
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
  /** By position of a read: rank of the last return of what resets and is called before it returns. */
  private readonly lastReset: Int32Array | null;
  /** By state and operation class. */
  private readonly known: Map<number, boolean>[] = [];

  constructor(model: Model, problem: Problem, infos: InfoIndex) {
    this.model = model;
    this.problem = problem;
    this.infos = infos;
    this.lastSource = problem.postsKnown && problem.need.some(state => state !== noState) ? lastSources(problem) : null;
    this.lastReset = model.isHopeless ? lastResets(model, problem) : null;
  }

  /** Rank of the first return of an operation for which there is no hope; -1 when there is hope for all. */
  lostAt(world: World): number {
    if (this.lastSource === null && this.lastReset === null) return -1;
    const { open, observers, guarded } = world.cursor;
    const returns = this.problem.subhistory.return;
    let first = -1;
    for (let word = 0; word < observers.length; word++) {
      let bits = (observers[word]! | guarded[word]!) & ~world.done[word]!;
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
    const { open, blind, guarded } = world.cursor;
    for (let word = 0; word < blind.length; word++) {
      let bits = (blind[word]! | guarded[word]!) & ~world.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const source = open[lowestSlot(bits, word)]!;
        if (source !== position && problem.post[problem.operationClass[source]!] === need) return false;
      }
    }
    return !this.infos.leaving(world.at, need).some(info => world.isAvailable(info));
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
