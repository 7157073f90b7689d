/**
 * A part of a history in the form in which the search walks it: calls and returns in order, each operation with its kind,
 * its class and its slot.
 *
 * A slot is a place among the open operations; it is given back at the return. So a set of open operations is a few
 * words of bits however long the history is. `info` operations never return: they get no slot but are counted by class.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
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

/** `info` operations that no model can tell apart. */
export interface InfoClass {
  readonly kind: number;
  readonly operationClass: number;
  /** State after, for a blind one; else -1. */
  readonly post: number;
  /** Later than this event index they are of no use. */
  until: number;
  /** In order of their calls. */
  readonly members: number[];
}

export interface Problem {
  /** What the search judges; all other arrays are by the position here. */
  readonly operations: readonly Operation[];
  readonly transitions: Transitions;
  readonly kind: Uint8Array;
  readonly operationClass: Int32Array;
  /** State after a blind operation; else -1. */
  readonly post: Int32Array;
  /** -1 for `info`. */
  readonly slot: Int32Array;
  /** Class of an `info` operation, an index of `infos`; else -1. */
  readonly infoClass: Int32Array;
  readonly infos: readonly InfoClass[];
  /** Operation * 2, and 1 more when it is a return. */
  readonly events: Int32Array;
  /** The event index in the history, for each of `events`. */
  readonly times: Float64Array;
  readonly slots: number;
  readonly starts: readonly number[];
}

/** Operations that say something about the state: completed ones, telling refusals, and `info` ones that may change it. */
export function judgedOperations(model: Model, operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(operation => {
    if (operation.outcome === 'ok') return true;
    return operation.outcome === 'fail' ? model.observes?.(operation) === true : !model.isRead(operation);
  });
}

/** Without the `info` operations that, by the model's licence, nobody can notice. `operations`: judged ones only. */
export function noticeableOperations(model: Model, operations: readonly Operation[]): readonly Operation[] {
  const until = model.noticeable?.(operations);
  return until ? operations.filter(({ id, call }) => (until.get(id) ?? Infinity) > call) : operations;
}

/** `starts`: the states in which the part may begin. */
export function prepare(model: Model, judged: readonly Operation[], starts: readonly unknown[]): Problem {
  const noticed = noticeableOperations(model, judged);
  const until = model.noticeable?.(noticed);
  const operations = model.simplify?.(noticed) ?? noticed;
  const transitions = new Transitions(model);
  const startIds = starts.map(state => transitions.stateId(state));
  const count = operations.length;
  const kind = new Uint8Array(count);
  const operationClass = new Int32Array(count);
  const post = new Int32Array(count).fill(-1);
  const infoClass = new Int32Array(count).fill(-1);
  const infos: InfoClass[] = [];
  const infoIds = new Map<number, number>();
  operations.forEach((operation, index) => {
    const id = transitions.classId(operation);
    operationClass[index] = id;
    kind[index] = kindOf(model, operation);
    if (kind[index] === kinds.blind) post[index] = transitions.next(startIds[0]!, id);
    if (operation.outcome !== 'info') return;
    let info = infoIds.get(id);
    if (info === undefined) {
      info =
        infos.push({
          kind: kindOf(model, operation),
          operationClass: id,
          post: post[index]!,
          until: -Infinity,
          members: [],
        }) - 1;
      infoIds.set(id, info);
    }
    infoClass[index] = info;
    const known = infos[info]!;
    known.until = Math.max(known.until, until?.get(operation.id) ?? Infinity);
    known.members.push(index);
  });
  for (const { members } of infos) members.sort((one, other) => callOf(operations, one) - callOf(operations, other));
  const { events, times } = order(operations);
  const { slot, slots } = giveSlots(events, infoClass);
  return {
    operations,
    transitions,
    kind,
    operationClass,
    post,
    slot,
    infoClass,
    infos,
    events,
    times,
    slots,
    starts: startIds,
  };
}

function kindOf(model: Model, operation: Operation): number {
  if (model.isRead(operation)) return kinds.observer;
  return model.overwrites?.(operation) === true ? kinds.blind : kinds.guarded;
}

function callOf(operations: readonly Operation[], index: number): number {
  return operations[index]!.call;
}

/** Calls and returns by event index; at equal times calls first, for operations that touch are concurrent. */
function order(operations: readonly Operation[]): { readonly events: Int32Array; readonly times: Float64Array } {
  const marks: { readonly time: number; readonly event: number }[] = [];
  operations.forEach((operation, index) => {
    marks.push({ time: operation.call, event: index * 2 });
    if (operation.outcome !== 'info') marks.push({ time: operation.return, event: index * 2 + 1 });
  });
  marks.sort((one, other) => (one.time === other.time ? (one.event & 1) - (other.event & 1) : one.time - other.time));
  return { events: Int32Array.from(marks, mark => mark.event), times: Float64Array.from(marks, mark => mark.time) };
}

function giveSlots(events: Int32Array, infoClass: Int32Array): { readonly slot: Int32Array; readonly slots: number } {
  const slot = new Int32Array(infoClass.length).fill(-1);
  const free: number[] = [];
  let slots = 0;
  for (const event of events) {
    const operation = event >> 1;
    if (infoClass[operation] !== -1) continue;
    if (event & 1) free.push(slot[operation]!);
    else slot[operation] = free.pop() ?? slots++;
  }
  return { slot, slots };
}
