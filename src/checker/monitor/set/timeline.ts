/**
 * The calls and returns of the operations on one element, side by side in memory: those of a whole set are apart, and to
 * look for them there again and again is what takes time.
 */

/**
 * Codes of events: a kind, and 4 more for a return. The lowest bit of a kind is its value: whether the element is added, or
 * was there. Writes come before looks.
 */
export const [removal, addition, absence, presence] = [0, 1, 2, 3] as const;

/**
 * Events ascending in time, each some numbers in a row: its rank; its code; the rank of its partner (of the return of what
 * is called, or `never`; of the call of what returns); and the position of the operation. One element has those that begin
 * from `from` up to, not with, `to`.
 */
export interface Timeline {
  readonly cells: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** Where the numbers of an event are, from its beginning. */
export const [rankCell, codeCell, partnerCell, positionCell] = [0, 1, 2, 3] as const;
/** From the beginning of one event to the next. */
export const step = 4;

export function isReturn(code: number): boolean {
  return code > presence;
}

export function isWrite(code: number): boolean {
  return (code & 2) === 0;
}

/** The rank of the call of an operation, from one of its events. */
export function callOf({ cells }: Timeline, event: number): number {
  return cells[event + (isReturn(cells[event + codeCell]!) ? partnerCell : rankCell)]!;
}

/** The rank of its return, or `never`. */
export function returnOf({ cells }: Timeline, event: number): number {
  return cells[event + (isReturn(cells[event + codeCell]!) ? rankCell : partnerCell)]!;
}

/** Those of some operations: it must hold for all events of each, or for none. */
export function onlyThose(timeline: Timeline, holds: (event: number) => boolean): Timeline {
  const { cells, from, to } = timeline;
  const kept = new Int32Array(to - from);
  let length = 0;
  for (let event = from; event < to; event += step) {
    if (!holds(event)) continue;
    kept.set(cells.subarray(event, event + step), length);
    length += step;
  }
  return { cells: kept, from: 0, to: length };
}
