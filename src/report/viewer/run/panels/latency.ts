/**
 * How long operations took, on a log scale: each of them as a mark where few are visible, quantiles where many are.
 *
 * How it can mislead: what is asked for while the store is down waits in the clients or is never asked for. The fewer are
 * asked for, the fewer are slow.
 */
import type { ReportOperations } from '../../../data.ts';
import { countOf, showCount, showDuration, showTime } from '../../../shown-text.ts';
import type { Canvas } from '../../parts/canvas.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { timeScale } from '../../parts/time-scale.ts';
import { decadesAround, decadeTicks, logScale } from '../chart/axes.ts';
import { type Bins, binsOver, firstAtLeast, latencyBuckets, quantilesOf, roundStep } from '../chart/bins.ts';
import { onHoverTime } from '../chart/hover.ts';
import { drawLatencyBands, quantilesInBins } from '../chart/latency-bands.ts';
import { drawLatencyDots, type LatencyPlace, latencyY, operationNear } from '../chart/latency-dots.ts';
import { type LegendEntry, legend, readoutLine } from '../chart/legend.ts';
import { insidePlot, plotRange, type TimePaint } from '../chart/plot.ts';
import { axisHeight, drawTimeAxis, timeCanvas } from '../chart/time-canvas.ts';
import { drawUprightAxis } from '../chart/upright-axis.ts';
import { keyText, nodeText, operationWords, outcomeOf } from '../operation-words.ts';
import type { Context } from '../panel.ts';

const height = 230;
const top = 32;
const never = 10;
/** With more, quantiles say more than dots. */
const mostDots = 10_000;

/** Null where a history has no times. */
export function latency(context: Context): HTMLElement | null {
  const { report, state } = context;
  const { data, operations } = report;
  if (!data.hasTimes || operations.length === 0) return null;
  const words = readoutLine();
  const legends = element('div');
  const status = element('p', { class: 'chart-status', role: 'status' });
  const measured = measureOnce(operations);
  const plot = createPlot(context, measured);
  let nearest: number | null = null;
  let isEach: boolean | null = null;
  const say = (): void => {
    const { first, end } = plot.visible();
    const nowEach = end - first <= mostDots;
    status.textContent = nowEach
      ? `each of ${countOf(end - first, 'operation')}`
      : `quantiles of the ok among ${countOf(end - first, 'operation')}`;
    if (nowEach !== isEach) fill(legends, legend(nowEach ? dotEntries : bandEntries));
    isEach = nowEach;
  };
  const canvas: Canvas = timeCanvas({
    context,
    height,
    hasAxis: true,
    label: 'latency of operations by the time at which they were asked for',
    draw: paint => {
      plot.draw(paint, nearest);
      say();
    },
    onPoint: point => {
      const { first, end } = plot.visible();
      const found = point && end - first <= mostDots ? operationNear(operations, point, plot.place(canvas)) : null;
      canvas.element.style.cursor = found === null ? '' : 'pointer';
      if (found === nearest) return;
      nearest = found;
      canvas.redraw();
      words.textContent = found === null ? '' : wordsOf(operations, found);
    },
    onClick: () => {
      if (nearest !== null) state.set({ operation: nearest });
    },
  });
  state.subscribe((_, changed) => {
    if (changed.has('operation')) canvas.redraw();
  });
  onHoverTime(time => {
    if (nearest === null) words.textContent = time === null || isEach !== false ? '' : plot.wordsAt(time);
  });
  return frame(
    {
      id: 'latency',
      title: 'Latency',
      hint: 'From call to return, at the moment of the call; each line upwards is ten times longer. Look closer to see each operation as a mark, and click it.',
      state,
    },
    element('div', { class: 'chart-words' }, legends, status, words),
    canvas.element,
  );
}

const dotEntries: readonly LegendEntry[] = [
  { swatch: 'ok-dot', label: 'ok' },
  { swatch: 'fail-cross', label: 'fail' },
  { swatch: 'info-triangle', label: 'info, when it was given up' },
];
const bandEntries: readonly LegendEntry[] = [
  { swatch: 'line', label: 'p50', title: 'half of them took less' },
  { swatch: 'band', label: 'p50 to p95' },
  { swatch: 'dashes', label: 'p99' },
  { swatch: 'thin', label: 'longest' },
];

interface Measured {
  readonly buckets: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/** When it is first drawn: of a million operations it takes a while. */
function measureOnce(operations: ReportOperations): () => Measured {
  let measured: Measured | null = null;
  return () => {
    measured ??= { buckets: latencyBuckets(operations), ...latencyRange(operations) };
    return measured;
  };
}

function latencyRange({ length, callTime, returnTime }: ReportOperations) {
  let [least, most] = [Infinity, 0];
  for (let id = 0; id < length; id++) {
    const took = (returnTime[id] as number) - (callTime[id] as number);
    if (took === Infinity) continue;
    if (took < least) least = took;
    if (took > most) most = took;
  }
  return decadesAround(Math.min(Math.max(least, 1e3), 1e9), Math.max(most, 1e3));
}

function createPlot({ report, state }: Context, measured: () => Measured) {
  const { operations } = report;
  const { callTime } = operations;
  const visible = () => ({
    first: firstAtLeast(callTime, state.view.from),
    end: firstAtLeast(callTime, state.view.to + 1),
  });
  const upright = (wholeHeight: number) => logScale(measured(), { top, bottom: wholeHeight - axisHeight - 6 });
  let bins: Bins | null = null;
  const draw = (paint: TimePaint, nearest: number | null): void => {
    const { scale } = paint;
    const y = upright(paint.height);
    const place: LatencyPlace = { scale, y, never };
    drawUprightAxis(paint, [...decadeTicks(measured(), y), { y: never, label: 'no end' }], 'latency');
    drawTimeAxis(paint, { y: paint.height - axisHeight, top: 0, hasTimes: true });
    const range = visible();
    const { left, right } = plotRange(paint.width);
    const isEach = range.end - range.first <= mostDots;
    const { from, to } = state.view;
    const over = binsOver({ from, to, step: roundStep(((to - from) / (right - left)) * 5) });
    bins = over;
    insidePlot(paint, () => {
      if (!isEach) drawLatencyBands(paint, quantilesInBins(operations, measured().buckets, over), { bins: over, y });
    });
    const drawMarks = (): void => {
      if (isEach) drawLatencyDots(paint, operations, { ...range, ...place });
      for (const id of [nearest, state.view.operation]) markOperation(paint, { operations, id, place });
    };
    insidePlot(paint, drawMarks, 4);
  };
  return {
    visible,
    draw,
    place: ({ element: { clientWidth, clientHeight } }: Canvas): LatencyPlace => {
      const { from, to } = state.view;
      return { scale: timeScale({ from, to, width: clientWidth }), y: upright(clientHeight), never };
    },
    wordsAt: (time: number): string => (bins ? wordsOfBin(operations, measured().buckets, { time, bins }) : ''),
  };
}

interface Marked {
  readonly operations: ReportOperations;
  readonly id: number | null;
  readonly place: LatencyPlace;
}

/** A ring around the one that is selected or under the pointer. */
function markOperation({ context, colour }: TimePaint, { operations, id, place }: Marked): void {
  if (id === null || id >= operations.length) return;
  const x = place.scale.x(operations.callTime[id] as number);
  context.strokeStyle = colour('select');
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, latencyY(operations, id, place), 7, 0, 2 * Math.PI);
  context.stroke();
}

/** `read → 8 on k1, n3: ok after 2.31 ms` */
function wordsOf(operations: ReportOperations, id: number): string {
  const took = (operations.returnTime[id] as number) - (operations.callTime[id] as number);
  const where = [keyText(operations, id, 30), nodeText(operations, id)].filter(text => text !== '').join(', ');
  const end = took === Infinity ? 'no end' : `${outcomeOf(operations, id)} after ${showDuration(took)}`;
  return `${operationWords(operations, id, 40)}${where === '' ? '' : ` on ${where}`}: ${end}`;
}

function wordsOfBin(
  operations: ReportOperations,
  buckets: Uint8Array,
  { time, bins }: { readonly time: number; readonly bins: Bins },
): string {
  const here = binsOver({ from: time, to: time, step: bins.step });
  const first = firstAtLeast(operations.callTime, here.start(0));
  const end = firstAtLeast(operations.callTime, here.start(1), first);
  const quantiles = quantilesOf(operations, buckets, { first, end });
  const moment = showTime(here.start(0), true);
  if (!quantiles) return `${moment}: none was ok`;
  const { p50, p95, p99, max, count } = quantiles;
  const parts = [
    ['p50', p50],
    ['p95', p95],
    ['p99', p99],
    ['longest', max],
  ] as const;
  const values = parts.map(([name, value]) => `${name} ${showDuration(value)}`).join(', ');
  return `${moment}: ${values} (${showCount(count)} ok)`;
}
