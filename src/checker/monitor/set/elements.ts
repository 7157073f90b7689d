/**
 * Sets of which nobody reads the whole: each element is an object of its own, which comes and goes (`presence.ts`).
 *
 * The set is valid exactly when each element is: the moments of all of them, in order of time, are an order of the whole.
 * For the same reason the operations on one element that has no order refute the whole.
 */
import { showValue } from '../../../model/value.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { dense } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { elementCulprits } from './element-culprits.ts';
import { ElementMoments } from './element-moments.ts';
import { Presence, possible, undecided } from './presence.ts';
import {
  absence,
  addition,
  codeCell,
  partnerCell,
  positionCell,
  presence,
  rankCell,
  removal,
  step,
  type Timeline,
} from './timeline.ts';

/** Code of a look that saw neither true nor false. */
const impossible = 4;

export function judgeElements(subhistory: Subhistory): MonitorVerdict {
  const { class: classOf, classes, events } = subhistory;
  const kinds = kindsOf(subhistory);
  const { starts, cells, most } = byElement(subhistory, kinds);
  const judge = new Presence(most);
  const moments = new ElementMoments(subhistory, most);
  const last = events.length - 1;
  let until = firstImpossible(subhistory, kinds);
  let refuted: Timeline | null = null;
  let unsure: Timeline | null = null;
  for (let element = 0; element + 1 < starts.length; element++) {
    const timeline = { cells, from: starts[element]!, to: starts[element + 1]! };
    const found = judge.decide(timeline, until - 1);
    if (found === undecided) unsure = timeline;
    else if (found !== possible) {
      until = found;
      refuted = timeline;
    } else if (until > last) moments.add(timeline, judge);
  }
  if (refuted) return { validity: 'invalid', culprits: elementCulprits(judge, refuted, until), until };
  if (until <= last) return { validity: 'invalid', culprits: [events[until]! >> 1], until };
  if (!unsure) return { validity: 'valid', order: moments.order() };
  const element = classes.values[classes.input[classOf[cells[unsure.from + positionCell]!]!]!];
  return { validity: 'inapplicable', why: `too many at once add and remove ${showValue(element)}` };
}

/** By class. */
function kindsOf({ classes }: Subhistory): Uint8Array {
  const ofFunction = classes.functions.map(name => (name === 'add' ? addition : name === 'remove' ? removal : absence));
  const ofClass = new Uint8Array(classes.length);
  for (let number = 0; number < classes.length; number++) {
    const kind = ofFunction[classes.f[number]!]!;
    const seen = classes.values[classes.output[number]!];
    if (kind !== absence) ofClass[number] = kind;
    else ofClass[number] = seen === true ? presence : seen === false ? absence : impossible;
  }
  return ofClass;
}

function firstImpossible({ events, class: classOf }: Subhistory, kinds: Uint8Array): number {
  if (!kinds.includes(impossible)) return events.length;
  let rank = 0;
  while (rank < events.length && ((events[rank]! & 1) === 0 || kinds[classOf[events[rank]! >> 1]!] !== impossible))
    rank++;
  return rank;
}

interface Grouped {
  /** Where each element begins; one more at the end. */
  readonly starts: Int32Array;
  /** See `Timeline`. */
  readonly cells: Int32Array;
  /** The most events that an element has. */
  readonly most: number;
}

function byElement(subhistory: Subhistory, kinds: Uint8Array): Grouped {
  const { classes, class: classOf, events, call, return: returns, length } = subhistory;
  const { of, count } = dense(classes.input);
  const ends = new Int32Array(count + 1);
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    if (kinds[own] === impossible) continue;
    const element = of[own]!;
    ends[element + 1] = ends[element + 1]! + (returns[position] === never ? step : 2 * step);
  }
  let most = 0;
  for (let element = 0; element < count; element++) {
    most = Math.max(most, ends[element + 1]!);
    ends[element + 1] = ends[element + 1]! + ends[element]!;
  }
  const starts = ends.slice();
  const cells = new Int32Array(ends[count]!);
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const own = classOf[position]!;
    const kind = kinds[own]!;
    if (kind === impossible) continue;
    const isReturn = (events[rank]! & 1) === 1;
    const element = of[own]!;
    const event = ends[element]!;
    ends[element] = event + step;
    cells[event + rankCell] = rank;
    cells[event + codeCell] = isReturn ? kind + 4 : kind;
    cells[event + partnerCell] = isReturn ? call[position]! : returns[position]!;
    cells[event + positionCell] = position;
  }
  return { starts, cells, most: most / step };
}
