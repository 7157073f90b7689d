/**
 * Operations of a row in as few sub-lanes as needed: each goes into the first that is free when it is called.
 *
 *     row x   |--- write 1 ---|  |-- read --|        lane 0
 *                 |-- read --|                       lane 1
 *
 * Free is a matter of order before it is one of the clock: times are whole microseconds, and a client that goes on at once
 * would otherwise overlap itself. Within a lane no two operations overlap, so what is visible is found by binary search and
 * one step back.
 *
 * How it can mislead: a row has at most `mostLanes`. Beyond them an operation takes the lane of the one that began longest
 * ago, whose bar then ends early; these are counted in `crowded`.
 */
import type { ReportOperations } from '../../../data.ts';

export const mostLanes = 60;

export interface Packing {
  readonly rows: number;
  /** First lane of each row; one entry more than rows. The lanes of a row are neighbours. */
  readonly rowLanes: Int32Array;
  /** Where the ids of each lane begin in `ids`; one entry more than lanes. */
  readonly laneIds: Int32Array;
  /** Ids of operations: lane by lane, in order of invocation. */
  readonly ids: Int32Array;
  /** By id of an operation: its lane, or -1 when it was filtered out. */
  readonly laneOf: Int32Array;
  /** By lane: the first operation of which nobody knows what came of it, or -1. */
  readonly firstInfo: Int32Array;
  /** By position in `ids`, and one more: how many before it failed, and of how many nobody knows. */
  readonly failsBefore: Int32Array;
  readonly infosBefore: Int32Array;
  /** Operations that found no free lane. */
  readonly crowded: number;
}

interface PackingOptions {
  /** Of the operations that are shown, ascending. */
  readonly ids: Int32Array;
  readonly rows: number;
  /** Row of an operation. */
  readonly rowOf: (id: number) => number;
}

export function pack(operations: ReportOperations, { ids, rows, rowOf }: PackingOptions): Packing {
  const lanes = freeLanes(rows);
  const placeOf = new Uint8Array(ids.length);
  const { call, completion, callTime, returnTime } = operations;
  let crowded = 0;
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] as number;
    const end = completion[id] as number;
    const place = lanes.take(rowOf(id), {
      call: call[id] as number,
      callTime: callTime[id] as number,
      end: end < 0 ? never : end,
      returnTime: returnTime[id] as number,
    });
    placeOf[at] = place.inRow;
    if (place.wasTaken) crowded++;
  }
  const byLane = sorted({ operations, ids, placeOf, rowOf, rowLanes: lanes.firstOfRows() });
  return { ...byLane, ...outcomesOf(operations, byLane), rows, crowded };
}

const never = 2 ** 31;

interface Place {
  /** Number of the lane in its row. */
  inRow: number;
  wasTaken: boolean;
}

interface Span {
  readonly call: number;
  readonly callTime: number;
  readonly end: number;
  readonly returnTime: number;
}

interface FreeLanes {
  /** One object, filled again and again. */
  readonly take: (row: number, span: Span) => Readonly<Place>;
  readonly firstOfRows: () => Int32Array;
}

/** Which lanes a row has, and until when each is taken. Lanes of a row are a list: most rows have few. */
function freeLanes(rows: number): FreeLanes {
  const first = new Int32Array(rows).fill(-1);
  const counts = new Int32Array(rows);
  const next: number[] = [];
  const until: number[] = [];
  const untilTime: number[] = [];
  const since: number[] = [];
  const place: Place = { inRow: 0, wasTaken: false };
  const add = (row: number, last: number): number => {
    const lane = next.push(-1) - 1;
    if (last < 0) first[row] = lane;
    else next[last] = lane;
    counts[row] = (counts[row] as number) + 1;
    return lane;
  };
  const oldest = (row: number): number => {
    let found = first[row] as number;
    let inRow = 0;
    place.inRow = 0;
    for (let lane = found; lane >= 0; lane = next[lane] as number, inRow++) {
      if ((since[lane] as number) >= (since[found] as number)) continue;
      [found, place.inRow] = [lane, inRow];
    }
    return found;
  };
  return {
    take: (row, { call, callTime, end, returnTime }) => {
      let lane = first[row] as number;
      let last = -1;
      place.inRow = 0;
      while (lane >= 0 && (until[lane] as number) > call && (untilTime[lane] as number) > callTime) {
        last = lane;
        lane = next[lane] as number;
        place.inRow++;
      }
      place.wasTaken = lane < 0 && place.inRow === mostLanes;
      if (place.wasTaken) lane = oldest(row);
      else if (lane < 0) lane = add(row, last);
      until[lane] = end;
      untilTime[lane] = returnTime;
      since[lane] = call;
      return place;
    },
    firstOfRows: () => {
      const starts = new Int32Array(rows + 1);
      for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row] as number) + (counts[row] as number);
      return starts;
    },
  };
}

type Sorted = Pick<Packing, 'rowLanes' | 'laneIds' | 'ids' | 'laneOf'>;

interface Sorting {
  readonly operations: ReportOperations;
  readonly ids: Int32Array;
  readonly placeOf: Uint8Array;
  readonly rowOf: (id: number) => number;
  readonly rowLanes: Int32Array;
}

/** By lane, keeping the order within. */
function sorted({ operations, ids, placeOf, rowOf, rowLanes }: Sorting): Sorted {
  const lanes = rowLanes.at(-1) as number;
  const laneOf = new Int32Array(operations.length).fill(-1);
  const laneIds = new Int32Array(lanes + 1);
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] as number;
    const lane = (rowLanes[rowOf(id)] as number) + (placeOf[at] as number);
    laneOf[id] = lane;
    laneIds[lane + 1] = (laneIds[lane + 1] as number) + 1;
  }
  for (let lane = 0; lane < lanes; lane++)
    laneIds[lane + 1] = (laneIds[lane + 1] as number) + (laneIds[lane] as number);
  const filled = laneIds.slice();
  const byLane = new Int32Array(ids.length);
  for (const id of ids) {
    const lane = laneOf[id] as number;
    byLane[filled[lane] as number] = id;
    filled[lane] = (filled[lane] as number) + 1;
  }
  return { rowLanes, laneIds, ids: byLane, laneOf };
}

function outcomesOf(
  { outcome }: ReportOperations,
  { ids, laneOf, laneIds }: Sorted,
): Pick<Packing, 'firstInfo' | 'failsBefore' | 'infosBefore'> {
  const firstInfo = new Int32Array(laneIds.length - 1).fill(-1);
  const failsBefore = new Int32Array(ids.length + 1);
  const infosBefore = new Int32Array(ids.length + 1);
  let [fails, infos] = [0, 0];
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] as number;
    if (outcome[id] === 1) fails++;
    else if (outcome[id] === 2) {
      infos++;
      const lane = laneOf[id] as number;
      if (firstInfo[lane] === -1) firstInfo[lane] = id;
    }
    failsBefore[at + 1] = fails;
    infosBefore[at + 1] = infos;
  }
  return { firstInfo, failsBefore, infosBefore };
}
