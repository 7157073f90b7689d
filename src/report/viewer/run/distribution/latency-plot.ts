/**
 * The latencies of one group as a small histogram, and the axis above all of them. The axis is logarithmic and the same
 * for every row, so that rows can be compared from left to right; the height is each row's own.
 */
import type { Paint } from '../../parts/canvas.ts';
import { bucketCount, bucketOf, type LatencyGroup, lowerBound, quantile } from './latency-groups.ts';

/** What is between the left and the right edge, in buckets. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** In pixels; narrower columns cannot be told apart. */
const leastColumn = 3;
const side = 6;

/** Everything that the groups hold, and a little room. */
export function spanOf(groups: readonly LatencyGroup[]): Span {
  const first = bucketOf(Math.min(...groups.map(({ least }) => least)));
  const last = bucketOf(Math.max(...groups.map(({ most }) => most)));
  // At least half a decade: of one value a histogram would be a wall.
  const room = Math.max(10, Math.ceil((60 - (last - first)) / 2));
  return { first: Math.max(0, first - room), last: Math.min(bucketCount, last + room) };
}

export function drawAxis({ context, width, height, colour }: Paint, span: Span): void {
  context.fillStyle = colour('faint');
  context.textBaseline = 'bottom';
  let free = 0;
  for (const { bucket, text } of marks(span)) {
    const x = place(bucket, { span, width });
    const half = context.measureText(text).width / 2;
    const left = Math.min(Math.max(x - half, 0), width - half * 2);
    if (left < free) continue;
    context.fillText(text, left, height - 3);
    free = left + half * 2 + 12;
  }
}

export function drawLatencies({ context, width, height, colour }: Paint, group: LatencyGroup, span: Span): void {
  const base = height - 2;
  context.strokeStyle = colour('grid');
  for (const { bucket } of marks(span)) line(context, { x: place(bucket, { span, width }), from: 0, to: base });
  const room = width - 2 * side;
  const columns = inColumns(group.buckets, span, Math.max(1, Math.floor(room / leastColumn)));
  const columnWidth = room / columns.length;
  const highest = Math.max(...columns);
  context.fillStyle = colour('ok');
  columns.forEach((count, at) => {
    if (count === 0) return;
    const tall = Math.max(1.5, (count / highest) * (base - 4));
    context.fillRect(side + at * columnWidth, base - tall, columnWidth - 0.5, tall);
  });
  context.strokeStyle = colour('line');
  context.beginPath();
  context.moveTo(side, base + 0.5);
  context.lineTo(width - side, base + 0.5);
  context.stroke();
  context.strokeStyle = colour('ink');
  const at = (part: number): number => place(bucketOf(quantile(group, part)) + 0.5, { span, width });
  line(context, { x: at(0.5), from: 0, to: base });
  context.setLineDash([3, 2]);
  line(context, { x: at(0.99), from: 0, to: base });
  context.setLineDash([]);
}

/** The counts of the buckets in at most this many columns: never more than there are buckets, for that would leave holes. */
export function inColumns(buckets: Uint32Array, { first, last }: Span, most: number): readonly number[] {
  const count = Math.min(most, last - first);
  const columns = Array.from({ length: count }, () => 0);
  for (let bucket = first; bucket < last; bucket++) {
    const at = Math.min(count - 1, Math.floor(((bucket - first) / (last - first)) * count));
    columns[at] = (columns[at] as number) + (buckets[bucket] as number);
  }
  return columns;
}

/** Powers of ten, and halves of them where there are few. */
function marks({ first, last }: Span): readonly { readonly bucket: number; readonly text: string }[] {
  const [least, most] = [lowerBound(first), lowerBound(last)];
  const factors = most / least > 300 ? [1] : [1, 2, 5];
  const result: { bucket: number; text: string }[] = [];
  for (let unit = 10 ** Math.floor(Math.log10(least)); unit <= most; unit *= 10)
    for (const factor of factors) {
      const value = unit * factor;
      if (value >= least * 0.999 && value <= most)
        result.push({ bucket: Math.log10(value / lowerBound(0)) * (bucketCount / 10), text: roundDuration(value) });
    }
  return result;
}

/** Of a number that is round: `20 ms`. */
export function roundDuration(nanos: number): string {
  if (nanos < 0.999e6) return `${Math.round(nanos / 1e3)} µs`;
  if (nanos < 0.999e9) return `${Math.round(nanos / 1e6)} ms`;
  return `${Math.round(nanos / 1e9)} s`;
}

function place(bucket: number, { span, width }: { readonly span: Span; readonly width: number }): number {
  return side + ((bucket - span.first) / (span.last - span.first)) * (width - 2 * side);
}

function line(
  context: CanvasRenderingContext2D,
  { x, from, to }: { readonly x: number; readonly from: number; readonly to: number },
): void {
  context.beginPath();
  context.moveTo(Math.round(x) + 0.5, from);
  context.lineTo(Math.round(x) + 0.5, to);
  context.stroke();
}
