/**
 * Moments for the steps of an order: one within each operation's span, none before that of the step ahead of it.
 *
 * An order respects time, so such moments exist: the earliest possible ones are found from left to right, the latest from
 * right to left, and between them the steps that share a stretch are spread over it, so that their marks can be told apart.
 */
export interface Span {
  readonly from: number;
  readonly until: number;
  /** A part of it that would be better, if the other steps allow it. */
  readonly liked: { readonly from: number; readonly until: number } | null;
}

export function pointsOf(spans: readonly Span[]): readonly number[] {
  const { earliest, latest } = limits(asLiked(spans));
  const points: number[] = [];
  spans.forEach((_, at) => {
    const low = Math.max(earliest[at] ?? 0, points.at(-1) ?? -Infinity);
    const high = latest[at] ?? low;
    let sharing = 1;
    while (at + sharing < spans.length && (earliest[at + sharing] ?? Infinity) < high) sharing++;
    points.push(Math.max(low, low + (high - low) / (sharing + 1)));
  });
  return points;
}

interface Limits {
  readonly earliest: readonly number[];
  readonly latest: readonly number[];
}

function limits(spans: readonly Span[]): Limits {
  const earliest: number[] = [];
  for (const { from } of spans) earliest.push(Math.max(from, earliest.at(-1) ?? -Infinity));
  const latest: number[] = [];
  for (const { until } of spans.toReversed()) latest.push(Math.min(until, latest.at(-1) ?? Infinity));
  return { earliest, latest: latest.toReversed() };
}

/** Narrows one after the other to what is liked, as long as there are moments for all. */
function asLiked(spans: readonly Span[]): readonly Span[] {
  let narrowed = spans;
  spans.forEach(({ liked }, at) => {
    if (liked === null) return;
    const tried = narrowed.with(at, { ...liked, liked });
    const { earliest, latest } = limits(tried);
    if (earliest.every((moment, index) => moment <= (latest[index] ?? moment))) narrowed = tried;
  });
  return narrowed;
}
