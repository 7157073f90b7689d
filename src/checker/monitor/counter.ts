/**
 * Counters that only ever change by one amount: `increment`, or `add 5` all the time, and reads.
 *
 * The one idea is to be lazy. A change is made when it returns, or when a read that returns shows more changes than were
 * made; then the open changes that return first are made. So the number of changes is always the smallest possible.
 *
 * Proof. Changes by one amount are told apart only by when they return, so whoever makes one may make the open one that
 * returns first (exchange it with the other). And whatever order explains everything, making each change as late as a
 * return allows keeps it right: a read that had its number before still has it later, as no return lies between. So what
 * is done here is forced (invalid is right), and every operation gets its place between call and return (valid is right).
 * Nothing later than an event is asked to fail there, so the event of the failure is the first that is impossible.
 *
 * How it can mislead: with changes in both directions laziness is wrong; such histories are not judged here.
 */
import { changeOf } from '../../model/counter.ts';
import { showValue } from '../../model/value.ts';
import type { Subhistory } from '../subhistory/subhistory.ts';
import { EarliestReturn } from './earliest-return.ts';
import type { Monitor, MonitorVerdict } from './monitor.ts';

export const counterMonitor: Monitor = { name: 'counter-laziness', judge };

/** What a class does, where it is not a read of a number of changes (0, 1, ...). */
const change = -1;
/** `add 0`. */
const nothing = -2;
/** A read of what no number of changes gives. */
const impossible = -3;

function judge(subhistory: Subhistory): MonitorVerdict {
  const amount = amountOf(subhistory);
  if (typeof amount === 'string') return { validity: 'inapplicable', why: amount };
  const meanings = meaningsOf(subhistory, amount);
  const { length, events, class: classOf } = subhistory;
  const open = new EarliestReturn(subhistory.return, length);
  const isMade = new Uint8Array(length);
  /** Positions of the changes that were made. */
  const made = new Int32Array(length);
  let count = 0;
  /** The number of changes made by the call of each operation. */
  const countAtCall = new Int32Array(length);
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const meaning = meanings[classOf[position]!]!;
    if ((events[rank]! & 1) === 0) {
      countAtCall[position] = count;
      if (meaning === change) open.add(position);
      continue;
    }
    if (meaning === nothing) continue;
    if (meaning !== change && meaning < countAtCall[position]!)
      return { validity: 'invalid', culprits: null, until: rank };
    while (meaning === change ? isMade[position] === 0 : count < meaning) {
      const first = open.take();
      if (first === -1) return { validity: 'invalid', culprits: null, until: rank };
      isMade[first] = 1;
      made[count++] = first;
    }
  }
  return { validity: 'valid', order: orderOf(subhistory, { meanings, countAtCall, made: made.subarray(0, count) }) };
}

/** By how much every change changes; 0 when there is none. Or why it is not known, in words. */
function amountOf(subhistory: Subhistory): number | string {
  const { classes, length } = subhistory;
  let amount = 0;
  for (let number = 0; number < classes.length; number++) {
    if (classes.functions[classes.f[number]!] === 'read') continue;
    const own = changeOf(subhistory.operation(classes.example[number]!));
    if (own === 0) continue;
    if (amount !== 0 && own !== amount) return `it changes by ${showValue(amount)} and by ${showValue(own)}`;
    if (!Number.isSafeInteger(own * length)) return `it changes by ${showValue(own)}`;
    amount = own;
  }
  return amount;
}

/** By class. */
function meaningsOf({ classes, length }: Subhistory, amount: number): Int32Array {
  const meanings = new Int32Array(classes.length);
  const isRead = classes.functions.map(name => name === 'read');
  const isAdd = classes.functions.map(name => name === 'add');
  for (let number = 0; number < classes.length; number++) {
    const f = classes.f[number]!;
    if (isRead[f]) meanings[number] = countOf(classes.values[classes.output[number]!], { amount, length });
    else meanings[number] = isAdd[f] && Number(classes.values[classes.input[number]!]) === 0 ? nothing : change;
  }
  return meanings;
}

function countOf(value: unknown, { amount, length }: { readonly amount: number; readonly length: number }): number {
  if (typeof value !== 'number') return impossible;
  if (value === 0) return 0;
  const count = value / amount;
  return value % amount === 0 && count > 0 && count <= length ? count : impossible;
}

interface Course {
  readonly meanings: Int32Array;
  readonly countAtCall: Int32Array;
  readonly made: Int32Array;
}

/** Each change, and after it what happened before the next one, in order of calls. */
function orderOf({ length, class: classOf }: Subhistory, { meanings, countAtCall, made }: Course): Int32Array {
  const placeOf = (position: number): number => {
    const meaning = meanings[classOf[position]!]!;
    return meaning === nothing ? countAtCall[position]! : meaning;
  };
  /** Where the operations between two changes begin. */
  const starts = new Int32Array(made.length + 2);
  for (let position = 0; position < length; position++) {
    const place = placeOf(position);
    if (place !== change) starts[place + 1] = starts[place + 1]! + 1;
  }
  for (let place = 0; place <= made.length; place++) starts[place + 1] = starts[place + 1]! + starts[place]! + 1;
  const order = new Int32Array(starts[made.length + 1]! - 1);
  made.forEach((position, place) => {
    order[starts[place + 1]! - 1] = position;
  });
  for (let position = 0; position < length; position++) {
    const place = placeOf(position);
    if (place === change) continue;
    order[starts[place]!] = position;
    starts[place] = starts[place]! + 1;
  }
  return order;
}
