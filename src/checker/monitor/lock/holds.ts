/**
 * Locks of all kinds: a number of permits (a mutex has one), each of them held by a process from an acquire to a release.
 * Linear in the number of operations.
 *
 * Let every acquire happen right before its return, and every release right after its call, an `info` one too if its
 * process holds anything. What can go wrong is that a process releases what it does not hold, that all permits are held, or
 * that a token is not greater than the one before.
 *
 *     process 1:  |acquire|==============|release|
 *     process 2:          |---acquire---|=========         two hold it, at the return of the second acquire
 *
 * Proof. A process does one thing after another, and nothing after an `info` operation; so an `info` acquire is of use to
 * nobody, and what a process holds follows from what it did. In any order that is right, by the moment of an acquire's
 * return everything acquired here has been acquired, and nothing released that is not released here: as many are held as
 * here, or more. So if here all permits are held, then there too. With one permit, of two completed acquires that are both
 * right here the earlier one is earlier in every order, for its release was called before the other returned, and the
 * other's after; so the tokens have one order. What is found here is an order.
 *
 * What is left out in the culprits are whole holds, from an acquire to the release that ended it. The others are as
 * possible without them.
 */
import { outcomeCodes } from '../../../history/columns.ts';
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { type Turns, turnsOf } from './turns.ts';
import type { MonitorVerdict } from '../monitor.ts';

export interface LockRules {
  readonly permits: number;
  /** By class: what an acquire returned; NaN where it is no number. Only of one permit. Null: there are none. */
  readonly tokens: Float64Array | null;
}

export function judgeHolds(subhistory: Subhistory, { permits, tokens }: LockRules): MonitorVerdict {
  const turns = turnsOf(subhistory);
  if (typeof turns === 'string') return { validity: 'inapplicable', why: turns };
  const { process } = turns;
  const { events, class: classOf, classes, length } = subhistory;
  const acquire = classes.functions.indexOf('acquire');
  const holds = new Int32Array(turns.processes);
  const order = new Int32Array(length);
  let count = 0;
  let held = 0;
  let lastAcquire = none;
  let lastToken = -Infinity;
  for (let rank = 0; rank < events.length; rank++) {
    const event = events[rank]!;
    const position = event >> 1;
    const own = classOf[position]!;
    const takes = classes.f[own] === acquire;
    if (takes !== ((event & 1) === 1)) continue;
    const by = process[position]!;
    if (takes) {
      if (held === permits) return refuteHolds({ subhistory, turns }, position);
      if (tokens !== null) {
        const token = tokens[own]!;
        if (!(token > lastToken)) return refuteToken({ subhistory, turns }, { position, token, lastAcquire });
        lastToken = token;
      }
      lastAcquire = position;
      held++;
      holds[by] = holds[by]! + 1;
    } else if (holds[by] === 0) {
      if (classes.outcome[own] === outcomeCodes.info) continue;
      return refuteRelease({ subhistory, turns }, position);
    } else {
      held--;
      holds[by] = holds[by]! - 1;
    }
    order[count++] = position;
  }
  return { validity: 'valid', order: order.subarray(0, count) };
}

interface Told {
  readonly subhistory: Subhistory;
  readonly turns: Turns;
}

/** Every permit was held when this acquire returned. */
function refuteHolds({ subhistory, turns }: Told, position: number): MonitorVerdict {
  const { length, call, return: returns } = subhistory;
  const until = returns[position]!;
  /** By process: what it has acquired and not released, the oldest first. */
  const held = new Map<number, number[]>();
  /** By process: how many of these have met their release, which came later. */
  const ended = new Map<number, number>();
  const culprits: number[] = [];
  for (let other = 0; other < length; other++) {
    const by = turns.process[other]!;
    const own = held.get(by) ?? [];
    held.set(by, own);
    if (isAcquire(subhistory, other)) {
      if (returns[other]! <= until) own.push(other);
    } else if (call[other]! < until) own.shift();
    else if ((ended.get(by) ?? 0) < own.length) {
      culprits.push(other);
      ended.set(by, (ended.get(by) ?? 0) + 1);
    }
  }
  return { validity: 'invalid', culprits: [...[...held.values()].flat(), ...culprits], until };
}

interface WrongToken {
  readonly position: number;
  readonly token: number;
  /** Position, or `none`. */
  readonly lastAcquire: number;
}

function refuteToken({ subhistory, turns }: Told, { position, token, lastAcquire }: WrongToken): MonitorVerdict {
  const until = subhistory.return[position]!;
  if (Number.isNaN(token)) return { validity: 'invalid', culprits: [position], until };
  const releases = [lastAcquire, position].flatMap(acquire => {
    const next = turns.previous.indexOf(acquire);
    return next === none || isAcquire(subhistory, next) ? [] : [next];
  });
  return { validity: 'invalid', culprits: [lastAcquire, position, ...releases], until };
}

/** The process held nothing: it had never, or this is what it had last: from the acquire to the release that ended it. */
function refuteRelease({ subhistory, turns }: Told, position: number): MonitorVerdict {
  const until = subhistory.return[position]!;
  const last = turns.previous[position]!;
  if (last === none) return { validity: 'invalid', culprits: [position], until };
  let begun = last;
  for (let released = 1; released > 0; ) {
    begun = turns.previous[begun]!;
    released += isAcquire(subhistory, begun) ? -1 : 1;
  }
  return { validity: 'invalid', culprits: [begun, last, position], until };
}

function isAcquire({ classes, class: classOf }: Subhistory, position: number): boolean {
  return classes.functions[classes.f[classOf[position]!]!] === 'acquire';
}
