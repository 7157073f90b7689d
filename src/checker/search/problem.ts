/**
 * A subhistory as the search walks it: each class of operations with its kind, each completed operation with its slot.
 *
 * A slot is a place among the open operations; it is given back at the return. So a set of open operations is a few
 * words of bits however long the history is. `info` operations never return: they get no slot but are counted by class.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { outcomeCodes } from '../../history/columns.ts';
import { never, type Subhistory } from '../subhistory/subhistory.ts';
import { Transitions } from './transitions.ts';

/** How an operation may change the state. */
export const kinds = {
  /** Never. */
  observer: 0,
  /** Always to the same state, whatever was before. */
  blind: 1,
  /** Depends on the state. */
  guarded: 2,
} as const;

/** In place of a state: there is none, or it is not known. */
export const noState = -1;

/** In `infoClass`. */
export const notInfo = -1;
/** In `infoClass` of an `info` operation that nobody can notice. */
export const leftOut = -2;

/** `info` operations that no model can tell apart. */
export interface InfoClass {
  readonly kind: number;
  readonly operationClass: number;
  /** State after, for a blind one; else `noState`. */
  readonly post: number;
  /** Later than this rank they are of no use. */
  readonly until: number;
  /** Positions in order of their calls. */
  readonly members: number[];
}

export interface Problem {
  readonly subhistory: Subhistory;
  readonly transitions: Transitions;
  /** By position: class in `transitions`. */
  readonly operationClass: Int32Array;
  /** By position: one of `kinds`. */
  readonly kind: Uint8Array;
  /** By class: the state that it leaves wherever it is possible, or `noState`. Always known of a blind one. */
  readonly post: Int32Array;
  /** By class: the only state in which it is possible, or `noState`. */
  readonly need: Int32Array;
  /** Whether `post` is known of every class that changes the state. */
  readonly postsKnown: boolean;
  /** By position, of what is `notInfo`. */
  readonly slot: Int32Array;
  /** By position: an index of `infos`, `notInfo` or `leftOut`. */
  readonly infoClass: Int32Array;
  readonly infos: readonly InfoClass[];
  /** Whether an `info` operation may depend on the state. */
  readonly guardedInfos: boolean;
  readonly slots: number;
  /** By position: whether it may have happened before the first event. Null: none may. */
  readonly begun: Uint8Array | null;
  readonly starts: readonly number[];
}

interface Beginning {
  /** The states in which it may begin. */
  readonly starts: readonly unknown[];
  /** See `SearchOptions`. */
  readonly isWindow: boolean;
}

export function prepare(model: Model, subhistory: Subhistory, { starts, isWindow }: Beginning): Problem {
  const transitions = new Transitions(model);
  const startIds = starts.map(state => transitions.stateId(state));
  const examples = examplesOf(subhistory);
  const until = noticeableUntil(model, subhistory, examples);
  const searched = searchedClasses(model, examples, transitions);
  const { post, need, kindOfClass } = describeClasses(model, { searched, transitions, start: startIds[0]! });
  const { length } = subhistory;
  const operationClass = new Int32Array(length);
  const kind = new Uint8Array(length);
  for (let position = 0; position < length; position++) {
    operationClass[position] = searched.of[subhistory.class[position]!]!;
    kind[position] = kindOfClass[operationClass[position]!]!;
  }
  const { infos, infoClass } = gatherInfos(subhistory, { operationClass, until, kindOfClass, post });
  const mutators = post.filter((_, index) => kindOfClass[index] !== kinds.observer);
  return {
    subhistory,
    transitions,
    operationClass,
    kind,
    post,
    need,
    postsKnown: mutators.every(state => state !== noState),
    infoClass,
    infos,
    guardedInfos: infos.some(info => info.kind === kinds.guarded),
    ...giveSlots(subhistory, infoClass),
    begun: isWindow ? begunBefore(subhistory) : null,
    starts: startIds,
  };
}

function begunBefore({ length, operation }: Subhistory): Uint8Array {
  return Uint8Array.from({ length }, (_, position) => (operation(position).call === -Infinity ? 1 : 0));
}

/** One operation of each class. As its return it has the last of the class, a rank; its id is the class. */
function examplesOf({ classes, length, class: classOf, ...subhistory }: Subhistory): readonly Operation[] {
  const last = new Int32Array(classes.length);
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    if (subhistory.return[position]! > last[own]!) last[own] = subhistory.return[position]!;
  }
  return Array.from(classes.example, (position, id) => {
    const operation = subhistory.operation(position);
    return { ...operation, id, return: operation.outcome === 'info' ? Infinity : last[id]! };
  });
}

/** By class: later than this rank, an `info` operation of it is of no use; `Infinity` where that is not known. */
function noticeableUntil(model: Model, { classes }: Subhistory, examples: readonly Operation[]): Float64Array {
  const until = new Float64Array(classes.length).fill(Infinity);
  if (!model.noticeable || !classes.outcome.includes(outcomeCodes.info)) return until;
  for (const [id, rank] of model.noticeable(examples)) until[id] = rank;
  return until;
}

interface Searched {
  readonly examples: readonly Operation[];
  /** By class of the subhistory. */
  readonly of: Int32Array;
}

/** What nobody can tell apart has been made equal. */
function searchedClasses(model: Model, examples: readonly Operation[], transitions: Transitions): Searched {
  if (!model.simplify) return { examples, of: Int32Array.from(examples, example => transitions.addClass(example)) };
  const simplified = model.simplify(examples);
  const of = Int32Array.from(simplified, (operation, index) =>
    operation === examples[index] ? transitions.addClass(operation) : transitions.classId(operation),
  );
  const found: Operation[] = [];
  of.forEach((id, index) => {
    found[id] ??= simplified[index]!;
  });
  return { examples: found, of };
}

interface Described {
  readonly searched: Searched;
  readonly transitions: Transitions;
  readonly start: number;
}

function describeClasses(model: Model, { searched, transitions, start }: Described) {
  const { length } = searched.examples;
  const post = new Int32Array(length).fill(noState);
  const need = new Int32Array(length).fill(noState);
  const kindOfClass = new Uint8Array(length);
  searched.examples.forEach((operation, id) => {
    kindOfClass[id] = kindOf(model, operation);
    const needed = model.needs?.(operation) ?? null;
    if (needed !== null) need[id] = transitions.stateId(needed.state);
    if (kindOfClass[id] === kinds.blind) post[id] = transitions.next(start, id);
    if (kindOfClass[id] !== kinds.guarded) return;
    const left = model.leaves?.(operation) ?? null;
    if (left !== null) post[id] = transitions.stateId(left.state);
  });
  return { post, need, kindOfClass };
}

function kindOf(model: Model, operation: Operation): number {
  if (model.isRead(operation)) return kinds.observer;
  return model.overwrites?.(operation) === true ? kinds.blind : kinds.guarded;
}

interface Gathering {
  readonly operationClass: Int32Array;
  /** By class of the subhistory. */
  readonly until: Float64Array;
  readonly kindOfClass: Uint8Array;
  readonly post: Int32Array;
}

/** By class: `info` operations that somebody can notice. */
function gatherInfos(
  subhistory: Subhistory,
  { operationClass, until, kindOfClass, post }: Gathering,
): { readonly infos: readonly InfoClass[]; readonly infoClass: Int32Array } {
  const infoClass = new Int32Array(subhistory.length).fill(notInfo);
  const found = new Map<number, { -readonly [P in keyof InfoClass]: InfoClass[P] }>();
  const infos: InfoClass[] = [];
  for (let position = 0; position < subhistory.length; position++) {
    if (subhistory.return[position] !== never) continue;
    const useful = until[subhistory.class[position]!]!;
    const own = operationClass[position]!;
    infoClass[position] = leftOut;
    if (useful <= subhistory.call[position]!) continue;
    let info = found.get(own);
    if (info === undefined) {
      info = { kind: kindOfClass[own]!, operationClass: own, post: post[own]!, until: -Infinity, members: [] };
      found.set(own, info);
      infos.push(info);
    }
    info.until = Math.max(info.until, useful);
    info.members.push(position);
  }
  infos.forEach(({ members }, index) => {
    for (const position of members) infoClass[position] = index;
  });
  return { infos, infoClass };
}

function giveSlots(
  { events, length }: Subhistory,
  infoClass: Int32Array,
): { readonly slot: Int32Array; readonly slots: number } {
  const slot = new Int32Array(length);
  const free: number[] = [];
  let slots = 0;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    if (infoClass[position] !== notInfo) continue;
    if (events[rank]! & 1) free.push(slot[position]!);
    else slot[position] = free.pop() ?? slots++;
  }
  return { slot, slots };
}
