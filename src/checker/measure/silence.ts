/**
 * The longest pause between two of many sorted times, in any span: what a whole block of pauses comes to is looked up, so
 * that a thousand spans over a million times cost little.
 */
import type { Nanos } from '../../base/names.ts';
import type { Span } from './answer-times.ts';
import { countBelow } from '../bisect.ts';

const blockSize = 1024;

/** Asks for the longest time within a span in which none of `times` is. They must be sorted. */
export function longestSilence(times: Float64Array): (span: Span) => Nanos {
  const blocks = new Float64Array(Math.ceil(times.length / blockSize));
  for (let at = 1; at < times.length; at++) {
    const block = Math.floor(at / blockSize);
    blocks[block] = Math.max(blocks[block] as number, pauseBefore(times, at));
  }
  return ({ from, to }) => {
    const first = countBelow(times, from);
    const last = countBelow(times, to) - 1;
    if (last < first) return to - from;
    let longest = Math.max((times[first] as number) - from, to - (times[last] as number));
    for (let at = first + 1; at <= last; ) {
      const isWholeBlock = at % blockSize === 0 && at + blockSize <= last + 1;
      const pause = isWholeBlock ? (blocks[at / blockSize] as number) : pauseBefore(times, at);
      longest = Math.max(longest, pause);
      at += isWholeBlock ? blockSize : 1;
    }
    return longest;
  };
}

function pauseBefore(times: Float64Array, at: number): Nanos {
  return (times[at] as number) - (times[at - 1] as number);
}
