/**
 * The few operations on an element that show that it cannot be explained.
 *
 * Looks can always be left out. Writes cannot; but those that returned before the call of some completed write w come
 * before w in every order, so whoever looks after the return of w does not see them. So for each w there are culprits that
 * refute the whole if they have no order: the writes that had not returned by its call, and the looks that were called
 * after its return. And what was called after all looks had returned is not seen by any of them.
 */
import type { Presence } from './presence.ts';
import {
  callOf,
  codeCell,
  isReturn,
  isWrite,
  onlyThose,
  positionCell,
  returnOf,
  step,
  type Timeline,
} from './timeline.ts';

/** Where there are no more operations than this, each look is asked whether it is needed. */
const few = 64;

/** Positions, in order of calls. `until`: what has happened up to and with it is impossible. */
export function elementCulprits(presence: Presence, timeline: Timeline, until: number): readonly number[] {
  const refutes = (some: Timeline) => presence.decide(some, until) >= 0;
  const heard = onlyThose(timeline, event =>
    isWrite(timeline.cells[event + codeCell]!) ? callOf(timeline, event) <= until : returnOf(timeline, event) <= until,
  );
  const isHeardWrite = (event: number) => isWrite(heard.cells[event + codeCell]!);
  const anchors = callsOf(heard).filter(event => isHeardWrite(event) && returnOf(heard, event) <= until);
  const since = (back: number): Timeline => {
    const anchor = anchors[anchors.length - back]!;
    const [call, end] = [callOf(heard, anchor), returnOf(heard, anchor)];
    return onlyThose(heard, event =>
      isHeardWrite(event) ? returnOf(heard, event) > call : callOf(heard, event) > end,
    );
  };
  // Steps back that double, then halving between the last two.
  let enough = 1;
  while (enough <= anchors.length && !refutes(since(enough))) enough *= 2;
  if (enough > anchors.length) return withoutNeedless(heard, refutes);
  for (let tooFew = enough >> 1; enough - tooFew > 1; ) {
    const middle = (enough + tooFew) >> 1;
    if (refutes(since(middle))) enough = middle;
    else tooFew = middle;
  }
  return withoutNeedless(since(enough), refutes);
}

/** Where the events that are calls begin. */
function callsOf({ cells, from, to }: Timeline): readonly number[] {
  const calls: number[] = [];
  for (let event = from; event < to; event += step) if (!isReturn(cells[event + codeCell]!)) calls.push(event);
  return calls;
}

function withoutNeedless(culprits: Timeline, refutes: (some: Timeline) => boolean): readonly number[] {
  const { cells } = culprits;
  const calls = callsOf(culprits);
  const needless = new Set<number>();
  const left = () => onlyThose(culprits, event => !needless.has(cells[event + positionCell]!));
  if (calls.length <= few) {
    for (const look of calls.filter(event => !isWrite(cells[event + codeCell]!))) {
      needless.add(cells[look + positionCell]!);
      if (!refutes(left())) needless.delete(cells[look + positionCell]!);
    }
  }
  return calls.map(event => cells[event + positionCell]!).filter(position => !needless.has(position));
}
