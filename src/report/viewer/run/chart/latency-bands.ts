/**
 * Latencies of `ok` operations as quantiles over parts of the time: the middle one as a line, up to the 95th of a hundred as
 * a band, the 99th dashed, the longest thin. Where none was `ok` there is a gap, and nothing is drawn across it.
 */
import type { ReportOperations } from '../../../data.ts';
import type { Upright } from './axes.ts';
import { type Bins, firstAtLeast, type Quantiles, quantilesOf } from './bins.ts';
import type { TimePaint } from './plot.ts';

/** For each bin, by when operations were asked for. */
export function quantilesInBins(
  operations: ReportOperations,
  buckets: Uint8Array,
  bins: Bins,
): readonly (Quantiles | null)[] {
  let first = firstAtLeast(operations.callTime, bins.start(0));
  return Array.from({ length: bins.count }, (_, bin) => {
    const end = firstAtLeast(operations.callTime, bins.start(bin + 1), first);
    const quantiles = quantilesOf(operations, buckets, { first, end });
    first = end;
    return quantiles;
  });
}

export function drawLatencyBands(
  { context, colour, scale }: TimePaint,
  quantiles: readonly (Quantiles | null)[],
  { bins, y }: { readonly bins: Bins; readonly y: Upright },
): void {
  const left = (bin: number): number => scale.x(bins.start(bin));
  context.fillStyle = colour('band');
  quantiles.forEach((here, bin) => {
    if (!here) return;
    const top = y(here.p95);
    context.fillRect(left(bin), top, left(bin + 1) - left(bin), Math.max(1, y(here.p50) - top));
  });
  const stairs = (value: (of: Quantiles) => number): Path2D => {
    const path = new Path2D();
    quantiles.forEach((here, bin) => {
      if (!here) return;
      if (quantiles[bin - 1]) path.lineTo(left(bin), y(value(here)));
      else path.moveTo(left(bin), y(value(here)));
      path.lineTo(left(bin + 1), y(value(here)));
    });
    return path;
  };
  context.strokeStyle = colour('ok');
  context.globalAlpha = 0.6;
  context.lineWidth = 0.8;
  context.stroke(stairs(({ max }) => max));
  context.globalAlpha = 1;
  context.setLineDash([5, 3]);
  context.lineWidth = 1.2;
  context.stroke(stairs(({ p99 }) => p99));
  context.setLineDash([]);
  context.lineWidth = 2;
  context.stroke(stairs(({ p50 }) => p50));
}
