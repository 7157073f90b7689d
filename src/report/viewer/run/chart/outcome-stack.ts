/**
 * How many operations ended `ok`, `fail` and `info` in each part of the time, one on top of the other. Told apart without
 * colour: full, pale with an edge, hatched.
 */
import type { Paint } from '../../parts/canvas.ts';
import type { TimeScale } from '../../parts/time-scale.ts';
import { type OutcomeName, outcomes } from '../operation-words.ts';
import type { Upright } from './axes.ts';
import { type Bins, countInBins, type EndTimes } from './bins.ts';
import { type Box, hatch } from './hatch.ts';
import type { Span } from './look.ts';

export interface OutcomeStack {
  readonly bins: Bins;
  readonly counts: Readonly<Record<OutcomeName, Uint32Array>>;
  /** What a count in this bin has to be multiplied with to be a rate: the first and the last bin may be cut. */
  readonly perUnit: (bin: number) => number;
  /** The highest bin of all three together, as a rate. */
  readonly highest: number;
}

/** `unit` is the time that a rate counts in: a second, or an event. */
export function outcomeStack(
  ends: EndTimes,
  { bins, whole, unit }: { readonly bins: Bins; readonly whole: Span; readonly unit: number },
): OutcomeStack {
  const [ok, fail, info] = outcomes.map(name => countInBins(ends[name], bins)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const perUnit = (bin: number): number => {
    const covered = Math.min(bins.start(bin + 1), whole.to) - Math.max(bins.start(bin), whole.from);
    // A sliver of a bin at the end of the run would make one operation a peak.
    return unit / Math.max(covered, bins.step / 4);
  };
  let highest = 0;
  for (let bin = 0; bin < bins.count; bin++) {
    const all = (ok[bin] as number) + (fail[bin] as number) + (info[bin] as number);
    highest = Math.max(highest, all * perUnit(bin));
  }
  return { bins, counts: { ok, fail, info }, perUnit, highest };
}

interface StackPlace {
  readonly scale: TimeScale;
  readonly y: Upright;
  /** Around the plot. */
  readonly box: Box;
}

export function drawOutcomeStack({ context, colour }: Paint, stack: OutcomeStack, place: StackPlace): void {
  const base = new Float64Array(stack.bins.count);
  const ok = layer(stack, 'ok', base, place);
  context.fillStyle = colour('ok');
  context.fill(ok.area);
  const fail = layer(stack, 'fail', base, place);
  context.save();
  context.globalAlpha = 0.35;
  context.fillStyle = colour('fail');
  context.fill(fail.area);
  context.restore();
  context.fillStyle = colour('fail');
  context.fill(fail.edge);
  const info = layer(stack, 'info', base, place);
  context.fillStyle = colour('page');
  context.fill(info.area);
  hatch(context, { area: info.area, box: place.box, colour: colour('info'), gap: 4, thickness: 1.6 });
  context.fillStyle = colour('info');
  context.fill(info.edge);
}

/** One outcome on top of what is there, and raises the base. What is there at all is at least a pixel high. */
function layer(stack: OutcomeStack, name: OutcomeName, base: Float64Array, { scale, y }: StackPlace) {
  const { bins, counts, perUnit } = stack;
  const area = new Path2D();
  const edge = new Path2D();
  for (let bin = 0; bin < bins.count; bin++) {
    const count = counts[name][bin] as number;
    if (count === 0) continue;
    const under = base[bin] as number;
    const over = under + count * perUnit(bin);
    base[bin] = over;
    const left = Math.round(scale.x(bins.start(bin)));
    const width = Math.max(1, Math.round(scale.x(bins.start(bin + 1))) - left);
    const top = Math.min(y(over), y(under) - 1);
    area.rect(left, top, width, y(under) - top);
    edge.rect(left, top, width, 1);
  }
  return { area, edge };
}
