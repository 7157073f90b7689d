/**
 * The members' distances over time, noted where they change, and thinned to what a picture can show.
 */
import type { Nanos } from '../../../base/names.ts';

export interface DivergencePoint {
  readonly time: Nanos;
  /** For each node the number of subjects on which it differs from what most members say; null: it has said nothing yet. */
  readonly distances: readonly (number | null)[];
}

export interface Track {
  /** What it is now. Nothing is noted when it is as it was. */
  note(time: Nanos): void;
  /** At most this many. */
  points(limit: number): readonly DivergencePoint[];
}

const nothingYet = -1;

export function trackOf({ distances, spoke }: { readonly distances: Int32Array; readonly spoke: Uint8Array }): Track {
  const members = distances.length;
  const times: Nanos[] = [];
  /** One after the other: the largest distance of each point. */
  const heights: number[] = [];
  /** One after the other: of each point all distances. */
  const all: number[] = [];
  return {
    note(time) {
      const last = all.length - members;
      let isNew = last < 0;
      let height = nothingYet;
      for (let member = 0; member < members; member++) {
        const distance = spoke[member] === 1 ? (distances[member] as number) : nothingYet;
        if (last >= 0 && all[last + member] !== distance) isNew = true;
        all.push(distance);
        height = Math.max(height, distance);
      }
      if (isNew) {
        times.push(time);
        heights.push(height);
      } else all.length -= members;
    },
    points: limit =>
      thinned(heights, limit).map(at => ({
        time: times[at] ?? 0,
        distances: all
          .slice(at * members, (at + 1) * members)
          .map(distance => (distance === nothingYet ? null : distance)),
      })),
  };
}

/**
 * The indexes of those that are kept, ascending: the first, the last and every change of the height; then as many others as
 * there is room for. Where even the changes are too many, of each stretch of them the highest and the lowest.
 */
export function thinned(heights: readonly number[], limit: number): readonly number[] {
  const indexes = heights.map((_, at) => at);
  if (heights.length <= limit) return indexes;
  const isTurn = (at: number): boolean => at === 0 || at === heights.length - 1 || heights[at] !== heights[at - 1];
  const turns = indexes.filter(isTurn);
  if (turns.length > limit) return extremes(turns, heights, limit);
  const others = indexes.filter(at => !isTurn(at));
  const room = limit - turns.length;
  const chosen = Array.from({ length: room }, (_, place) => others[Math.floor((place * others.length) / room)] ?? 0);
  return [...turns, ...chosen].toSorted((left, right) => left - right);
}

function extremes(turns: readonly number[], heights: readonly number[], limit: number): readonly number[] {
  const inner = turns.slice(1, -1);
  const stretches = Math.floor((limit - 2) / 2);
  const kept = Array.from({ length: stretches }, (_, place) => {
    const begin = Math.floor((place * inner.length) / stretches);
    const stretch = inner.slice(begin, Math.floor(((place + 1) * inner.length) / stretches));
    const byHeight = stretch.toSorted((left, right) => (heights[left] ?? 0) - (heights[right] ?? 0));
    return [byHeight.at(0) ?? 0, byHeight.at(-1) ?? 0];
  });
  return [...new Set([turns[0] ?? 0, ...kept.flat(), turns.at(-1) ?? 0])].toSorted((left, right) => left - right);
}
