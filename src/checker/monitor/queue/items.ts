/**
 * The items of a queue: which dequeue took what which enqueue had put in. That is known where a value that a completed
 * dequeue returned was enqueued once. Values that none returned may repeat: nobody can tell which of them is which.
 *
 * Left out is an `info` enqueue whose value no completed dequeue returned: the model proves that nobody misses it.
 */
import { showValue } from '../../../model/value.ts';
import { absent, outcomeCodes } from '../../../history/columns.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { dense, none } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';

/** What an operation of a class does. */
export const kinds = { enqueue: 0, dequeue: 1, empty: 2, crashedDequeue: 3 } as const;

/** Columns by item but `kind` and `at`: 0, 1, ... in order of the calls of the enqueues. Ranks of events. */
export interface Items {
  readonly subhistory: Subhistory;
  readonly length: number;
  /** By class. */
  readonly kind: Uint8Array;
  /** By position: the item of an enqueue or a dequeue; of a dequeue that found nothing, its number among those. */
  readonly at: Int32Array;
  /** Position. */
  readonly enqueue: Int32Array;
  /** Position, or `none`. */
  readonly dequeue: Int32Array;
  readonly enqueueCall: Int32Array;
  /** By when it was certainly put in: the return of the enqueue, or of the dequeue where that was sooner. */
  readonly inserted: Int32Array;
  /** `never` where there is no dequeue, as is the return. */
  readonly dequeueCall: Int32Array;
  readonly dequeueReturn: Int32Array;
}

/** Or what is wrong at first sight. */
export function itemsOf(subhistory: Subhistory): Items | MonitorVerdict {
  const { length, classes } = subhistory;
  const { kind, value, count } = readClasses(subhistory);
  const enqueueOf = new Int32Array(count).fill(none);
  const dequeueOf = new Int32Array(count).fill(none);
  const repeated = new Uint8Array(count);
  let twice: readonly [dequeue: number, dequeue: number] | null = null;
  for (let position = 0; position < length; position++) {
    const own = value[subhistory.class[position]!]!;
    if (own === none) continue;
    if (kind[subhistory.class[position]!] === kinds.enqueue) {
      if (enqueueOf[own] === none) enqueueOf[own] = position;
      else repeated[own] = 1;
    } else if (dequeueOf[own] === none) dequeueOf[own] = position;
    else twice ??= [dequeueOf[own]!, position];
  }
  for (let own = 0; own < count; own++) {
    const dequeue = dequeueOf[own]!;
    if (dequeue !== none && enqueueOf[own] === none) return refuted(subhistory, [dequeue]);
  }
  for (let own = 0; own < count; own++) {
    if (dequeueOf[own] === none || repeated[own] === 0) continue;
    const shown = showValue(classes.values[classes.input[subhistory.class[enqueueOf[own]!]!]!]);
    return { validity: 'inapplicable', why: `the value ${shown} is enqueued twice` };
  }
  if (twice) return refuted(subhistory, [enqueueOf[value[subhistory.class[twice[0]]!]!]!, ...twice]);
  for (let own = 0; own < count; own++) {
    const dequeue = dequeueOf[own]!;
    if (dequeue === none || subhistory.call[enqueueOf[own]!]! < subhistory.return[dequeue]!) continue;
    return refuted(subhistory, [enqueueOf[own]!, dequeue], subhistory.return[dequeue]);
  }
  return build(subhistory, { kind, value, dequeueOf });
}

interface Read {
  /** By class. */
  readonly kind: Uint8Array;
  /** By class: a number for what is enqueued or dequeued, or `none`. */
  readonly value: Int32Array;
  /** Of values. */
  readonly count: number;
}

function readClasses({ classes }: Subhistory): Read {
  const kind = new Uint8Array(classes.length);
  const id = new Int32Array(classes.length).fill(none);
  const enqueue = classes.functions.indexOf('enqueue');
  for (let index = 0; index < classes.length; index++) {
    const output = classes.output[index]!;
    if (classes.f[index] === enqueue) {
      kind[index] = kinds.enqueue;
      id[index] = classes.input[index]!;
    } else if (classes.outcome[index] === outcomeCodes.info) kind[index] = kinds.crashedDequeue;
    else if (output === absent || (classes.values[output] ?? null) === null) kind[index] = kinds.empty;
    else {
      kind[index] = kinds.dequeue;
      id[index] = output;
    }
  }
  const { of: value, count } = dense(id);
  return { kind, value, count };
}

/** By default it is refuted when all of these have returned; an `info` enqueue never does. */
function refuted(subhistory: Subhistory, culprits: readonly number[], until?: number): MonitorVerdict {
  const returns = culprits.map(position => subhistory.return[position]!).filter(rank => rank !== never);
  const last = returns.reduce((latest, rank) => Math.max(latest, rank), -1);
  return { validity: 'invalid', culprits, until: until ?? last };
}

interface Matched {
  readonly kind: Uint8Array;
  readonly value: Int32Array;
  /** By value: position, or `none`. */
  readonly dequeueOf: Int32Array;
}

function build(subhistory: Subhistory, { kind, value, dequeueOf }: Matched): Items {
  const { call, return: end, class: classOf } = subhistory;
  const at = new Int32Array(subhistory.length).fill(none);
  let length = 0;
  for (let position = 0; position < subhistory.length; position++) {
    const own = classOf[position]!;
    if (kind[own] !== kinds.enqueue) continue;
    if (end[position] !== never || dequeueOf[value[own]!] !== none) at[position] = length++;
  }
  const column = (): Int32Array => new Int32Array(length);
  const [enqueue, dequeue, enqueueCall, inserted] = [column(), column(), column(), column()];
  const [dequeueCall, dequeueReturn] = [column().fill(never), column().fill(never)];
  for (let position = 0; position < subhistory.length; position++) {
    const item = at[position]!;
    if (item === none || kind[classOf[position]!] !== kinds.enqueue) continue;
    const taken = dequeueOf[value[classOf[position]!]!]!;
    enqueue[item] = position;
    dequeue[item] = taken;
    enqueueCall[item] = call[position]!;
    inserted[item] = end[position]!;
    if (taken === none) continue;
    at[taken] = item;
    dequeueCall[item] = call[taken]!;
    dequeueReturn[item] = end[taken]!;
    inserted[item] = Math.min(end[position]!, end[taken]!);
  }
  return { subhistory, length, kind, at, enqueue, dequeue, enqueueCall, inserted, dequeueCall, dequeueReturn };
}
