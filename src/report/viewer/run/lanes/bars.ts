/**
 * What of a lane is visible, as bars. Operations that are narrower than a pixel are told together, one bar for all that fall
 * into the same one, so a lane never has more bars than pixels, and no operation is visited that makes none.
 */
import type { ReportOperations } from '../../../data.ts';
import { gutter, margin, type TimeScale } from '../../parts/time-scale.ts';
import { firstAfter } from './search.ts';

export interface BarSink {
  /** An operation that is wide enough to be seen. Pixels are not limited to what is visible. */
  bar(id: number, begin: number, end: number): void;
  /** `ids[first]` to `ids[end - 1]`, all within one pixel. */
  dense(x: number, first: number, end: number): void;
}

/** What is narrower is merged. */
const leastWidth = 1.5;

export function visibleBars(
  operations: ReportOperations,
  ids: Int32Array,
  { start, end, scale, last }: LanePart,
  sink: BarSink,
): void {
  const { callTime, returnTime } = operations;
  const right = scale.width - margin;
  const beginAt = firstAfter(operations, ids, { start, end, time: scale.from });
  let at = Math.max(beginAt - 1, start);
  while (at < end) {
    const id = ids[at] as number;
    const begin = scale.x(callTime[id] as number);
    if (begin > right) return;
    const next = at + 1 < end ? scale.x(callTime[ids[at + 1] as number] as number) : Infinity;
    const stop = Math.min(scale.x(Math.min(returnTime[id] as number, last)), Math.max(next, begin));
    if (stop - begin >= leastWidth) {
      if (stop >= gutter) sink.bar(id, begin, stop);
      at++;
      continue;
    }
    const pixel = Math.floor(begin);
    let after = firstAfter(operations, ids, { start: at + 1, end, time: scale.time(pixel + 1) });
    // The last one of them may be a wide one that begins here.
    if (after - 1 > at && isWide(ids[after - 1] as number)) after--;
    // It may reach into the first visible pixel.
    if (pixel >= gutter - 2) sink.dense(pixel, at, after);
    at = after;
  }

  function isWide(id: number): boolean {
    const begin = callTime[id] as number;
    return scale.x(Math.min(returnTime[id] as number, last)) - scale.x(begin) >= leastWidth;
  }
}

export interface LanePart {
  /** Of the lane, in `ids`. */
  readonly start: number;
  readonly end: number;
  readonly scale: TimeScale;
  /** When the history ends: until then an operation without completion lasts. */
  readonly last: number;
}
