/**
 * How many operations ended, per second: answered, refused, or with an unknown end.
 *
 * How it can mislead: an operation counts when it ended, not when it was asked for. Clients that wait ask for less, so a
 * store that is slow gets fewer operations and not more failures.
 */

import { countOf, showCount, showDuration, showTime } from '../../../shown-text.ts';
import { frame } from '../../parts/frame.ts';
import { linearScale, linearTicks, shortNumber } from '../chart/axes.ts';
import { binsOver, countInBins, type EndTimes, endTimes, firstAtLeast, roundStep } from '../chart/bins.ts';
import { onHoverTime } from '../chart/hover.ts';
import { legendRow, readoutLine } from '../chart/legend.ts';
import { drawOutcomeStack, outcomeStack } from '../chart/outcome-stack.ts';
import { insidePlot, plotRange } from '../chart/plot.ts';
import { axisHeight, drawTimeAxis, timeCanvas } from '../chart/time-canvas.ts';
import { drawUprightAxis } from '../chart/upright-axis.ts';
import type { OutcomeName } from '../operation-words.ts';
import { outcomeMeanings, outcomes } from '../operation-words.ts';
import type { Context } from '../panel.ts';
import type { State } from '../state.ts';

const height = 170;
const second = 1e9;

/** Null where a history has no times: so many operations per event says nothing. */
export function throughput(context: Context): HTMLElement | null {
  const { report, state } = context;
  const { data, operations } = report;
  if (!data.hasTimes || operations.length === 0) return null;
  const readout = readoutLine();
  let step = 0;
  const canvas = timeCanvas({
    context,
    height,
    hasAxis: true,
    label: 'operations that ended per second: ok, fail and info',
    draw: paint => {
      const ends = endTimes(operations);
      const bottom = paint.height - axisHeight;
      const { left, right } = plotRange(paint.width);
      const newStep = binStep(state, ends, right - left);
      if (newStep !== step) {
        step = newStep;
        readout.textContent = stepWords(step);
      }
      const stack = outcomeStack(ends, {
        bins: binsOver({ from: state.view.from, to: state.view.to, step }),
        whole: state.whole,
        unit: second,
      });
      const y = linearScale(stack.highest * 1.05, { top: 8, bottom });
      drawUprightAxis(paint, linearTicks(stack.highest * 1.05, y), 'operations/s');
      drawTimeAxis(paint, { y: bottom, top: 0, hasTimes: true });
      const box = { x: left, y: 0, width: right - left, height: bottom };
      insidePlot(paint, () => drawOutcomeStack(paint, stack, { scale: paint.scale, y, box }));
    },
  });
  onHoverTime(time => {
    if (step > 0) readout.textContent = time === null ? stepWords(step) : wordsAt(endTimes(operations), time, step);
  });
  const entries = outcomes.map(name => ({
    swatch: `${name}-area` as const,
    label: name,
    title: outcomeMeanings[name],
  }));
  return frame(
    {
      id: 'throughput',
      title: 'Throughput',
      hint: 'How many operations ended per second. An ok happened; a fail certainly did not; of an info nobody knows.',
      state,
    },
    legendRow(entries, readout),
    canvas.element,
  );
}

/** Some pixels wide, and wide enough for a few operations: one operation in a millisecond is not a thousand a second. */
function binStep({ view }: State, ends: EndTimes, width: number): number {
  const span = view.to - view.from;
  const visible = outcomes.reduce(
    (sum, name) => sum + firstAtLeast(ends[name], view.to) - firstAtLeast(ends[name], view.from),
    0,
  );
  const forPixels = (span / width) * 3;
  const forCount = (span / Math.max(visible, 1)) * 5;
  return roundStep(Math.max(1e3, Math.min(Math.max(forPixels, forCount), span / 8)));
}

function stepWords(step: number): string {
  return `in steps of ${showStep(step)}`;
}

/** `12.300 s: 1,203 ok/s, 12 fail/s, 3 info/s (130 operations in 100 ms)` */
function wordsAt(ends: EndTimes, time: number, step: number): string {
  const bins = binsOver({ from: time, to: time, step });
  const counts = outcomes.map(name => [name, countInBins(ends[name], bins)[0] as number] as const);
  const sum = counts.reduce((all, [, count]) => all + count, 0);
  const rates = counts.map(([name, count]) => rateWords(name, (count / step) * second));
  return `${showTime(bins.start(0), true)}: ${rates.join(', ')} (${countOf(sum, 'operation')} in ${showStep(step)})`;
}

function rateWords(name: OutcomeName, rate: number): string {
  return `${rate >= 1e5 ? shortNumber(rate) : showCount(Math.round(rate))} ${name}/s`;
}

/** Round, and hence without digits behind the point: `50 ms`. */
function showStep(step: number): string {
  return showDuration(step).replace(/\.0+ /, ' ');
}
