/**
 * Which `info` classes are worth a thought at a place of the history. There may be thousands in all, but few of them have
 * been called and can still be noticed. So the events are cut into blocks, and what is asked is listed once for each.
 */
import { kinds, type Problem } from './problem.ts';

const eventsPerBlock = 256;

const none: readonly number[] = [];

interface Block {
  readonly blind: readonly number[];
  readonly guarded: readonly number[];
  /** By state. */
  readonly changing: Map<number, readonly number[]>;
  /** By operation class. */
  readonly letAll: Map<number, boolean>;
  /** By state. */
  readonly leaving: Map<number, readonly number[]>;
}

export class InfoIndex {
  private readonly problem: Problem;
  private readonly blocks: (Block | undefined)[] = [];

  constructor(problem: Problem) {
    this.problem = problem;
  }

  /** The blind classes. Here and below: some of them may not have been called yet, or may have expired. */
  blind(at: number): readonly number[] {
    return this.block(at).blind;
  }

  guarded(at: number): readonly number[] {
    return this.block(at).guarded;
  }

  /** The guarded classes that change this state. */
  changing(at: number, state: number): readonly number[] {
    if (!this.problem.guardedInfos) return none;
    const block = this.block(at);
    const known = block.changing.get(state);
    if (known) return known;
    const { transitions, infos } = this.problem;
    const changing = block.guarded.filter(info =>
      transitions
        .successors(transitions.next(state, infos[info]!.operationClass))
        .some(successor => successor !== state),
    );
    block.changing.set(state, changing);
    return changing;
  }

  /** The classes of which it is known that they leave this state. */
  leaving(at: number, state: number): readonly number[] {
    if (this.problem.infos.length === 0) return none;
    const block = this.block(at);
    const known = block.leaving.get(state);
    if (known) return known;
    const leaving = [...block.guarded, ...block.blind].filter(info => this.problem.infos[info]!.post === state);
    block.leaving.set(state, leaving);
    return leaving;
  }

  /** Whether none of them needs an operation of this class to come first. */
  letAll(at: number, operationClass: number): boolean {
    const block = this.block(at);
    const known = block.letAll.get(operationClass);
    if (known !== undefined) return known;
    const { transitions, infos } = this.problem;
    const letAll = [...block.guarded, ...block.blind].every(info => {
      const other = infos[info]!.operationClass;
      return other === operationClass || transitions.yields(operationClass, other);
    });
    block.letAll.set(operationClass, letAll);
    return letAll;
  }

  private block(at: number): Block {
    const index = Math.floor(at / eventsPerBlock);
    return (this.blocks[index] ??= this.list(index));
  }

  private list(index: number): Block {
    const { infos, subhistory } = this.problem;
    const begin = index * eventsPerBlock;
    const near = [...infos.keys()].filter(info => {
      const { members, until } = infos[info]!;
      return subhistory.call[members[0]!]! < begin + eventsPerBlock && until >= begin;
    });
    return {
      blind: near.filter(info => infos[info]!.kind === kinds.blind),
      guarded: near.filter(info => infos[info]!.kind !== kinds.blind),
      changing: new Map(),
      letAll: new Map(),
      leaving: new Map(),
    };
  }
}
