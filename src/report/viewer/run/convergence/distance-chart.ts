/**
 * How far each node is from what most say, over the second act: a line for each node that steps when an answer changed
 * something. Lines are named at their ends, and lie a pixel or two apart where they would hide each other.
 *
 * It has a time axis of its own, for the second act is often a small part of the run.
 */
import type { Divergence } from '../../../../checker/measure/divergence/divergence.ts';
import type { ReportData } from '../../../data.ts';
import { showForeign, showTime } from '../../../shown-text.ts';
import { createCanvas, type Paint } from '../../parts/canvas.ts';
import { element } from '../../parts/dom.ts';
import { tickLabel, ticks } from '../../parts/time-scale.ts';
import type { Act } from './act.ts';
import { nodeColour, nodeDash } from './node-look.ts';

interface Chart {
  readonly divergence: Divergence;
  readonly act: Act;
  readonly phases: ReportData['phases'];
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (time: number) => number;
  readonly y: (distance: number) => number;
  readonly most: number;
}

const leastHeight = 210;
const lineApart = 2.5;
const labelApart = 15;

export function distanceChart(chart: Chart): HTMLElement {
  const { divergence, act } = chart;
  const { nodes, points } = divergence;
  let pointed: number | null = null;
  const readout = element('p', { class: 'readout', 'aria-live': 'polite' }, prompt);
  const canvas = createCanvas({
    height: Math.max(leastHeight, nodes.length * labelApart + 60),
    label: `Number of subjects on which each of ${nodes.join(', ')} differs, from ${showTime(act.from, act.hasTimes)} to the end`,
    draw: paint => draw(paint, chart, pointed),
  });
  const point = (at: number | null): void => {
    pointed = at;
    readout.textContent = at === null ? prompt : readoutWords(chart, at);
    canvas.redraw();
  };
  canvas.element.addEventListener('pointermove', event => {
    const { left, right } = edges(canvas.element.clientWidth, nodes);
    const part = (event.offsetX - left) / Math.max(1, right - left);
    point(pointBefore(points, act.from + part * (act.to - act.from)));
  });
  canvas.element.addEventListener('pointerleave', () => point(null));
  canvas.element.addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const next = (pointed ?? -1) + (event.key === 'ArrowRight' ? 1 : -1);
    point(Math.min(Math.max(next, 0), points.length - 1));
  });
  return element('div', { class: 'distances' }, canvas.element, readout);
}

const prompt = 'Point at the chart, or step through it with ← and →.';

function readoutWords({ divergence: { nodes, points }, act }: Chart, at: number): string {
  const here = points[at];
  if (here === undefined) return prompt;
  const parts = nodes.map((name, node) => {
    const distance = here.distances[node] ?? null;
    const said = distance === null ? 'has said nothing' : distance === 0 ? 'agrees' : `differs on ${distance}`;
    return `${showForeign(name, 20)} ${said}`;
  });
  return `At ${showTime(here.time, act.hasTimes)}: ${parts.join(', ')}.`;
}

/** The last point at this time or before it; null when there is none. */
function pointBefore(points: Divergence['points'], time: number): number | null {
  const at = points.findLastIndex(point => point.time <= time);
  return at < 0 ? null : at;
}

function edges(width: number, nodes: Divergence['nodes']): { readonly left: number; readonly right: number } {
  const longest = Math.max(...nodes.map(name => Math.min(name.length, 14)), 2);
  return { left: 40, right: width - 60 - longest * 7 };
}

function draw(paint: Paint, { divergence, act, phases }: Chart, pointed: number | null): void {
  const { nodes, points } = divergence;
  const { left, right } = edges(paint.width, nodes);
  const most = Math.max(1, ...points.flatMap(point => point.distances.map(distance => distance ?? 0)));
  const [top, bottom] = [26, paint.height - 28];
  const plot: Plot = {
    left,
    right,
    top,
    bottom,
    most,
    x: time => left + ((time - act.from) / Math.max(1, act.to - act.from)) * (right - left),
    y: distance => bottom - (distance / most) * (bottom - top - 6) - 3,
  };
  drawGrid(paint, plot, act);
  drawPhases(paint, plot, { act, phases });
  nodes.forEach((_, node) => drawNode(paint, plot, { node, divergence, end: act.to }));
  drawLabels(paint, plot, divergence);
  const here = pointed === null ? undefined : points[pointed];
  if (here === undefined) return;
  paint.context.strokeStyle = paint.colour('select');
  strokeLine(paint.context, [plot.x(here.time), top], [plot.x(here.time), bottom]);
}

function drawGrid({ context, colour }: Paint, plot: Plot, act: Act): void {
  context.strokeStyle = colour('grid');
  context.fillStyle = colour('faint');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of ticks(0, plot.most, 4).filter(tick => Number.isInteger(tick))) {
    strokeLine(context, [plot.left, plot.y(value)], [plot.right, plot.y(value)]);
    context.fillText(String(value), plot.left - 8, plot.y(value));
  }
  const times = ticks(act.from, act.to, Math.max(2, (plot.right - plot.left) / 110));
  const step = (times[1] ?? act.to) - (times[0] ?? act.from);
  context.textAlign = 'center';
  for (const time of times) {
    strokeLine(context, [plot.x(time), plot.bottom], [plot.x(time), plot.bottom + 4]);
    context.fillText(tickLabel(time, step, act.hasTimes), plot.x(time), plot.bottom + 15);
  }
  context.textAlign = 'left';
}

function drawPhases(
  { context, colour }: Paint,
  plot: Plot,
  { act, phases }: { readonly act: Act; readonly phases: ReportData['phases'] },
): void {
  context.textBaseline = 'middle';
  let free = 0;
  for (const { name, time } of phases) {
    if (time < act.from || time > act.to || name === 'stop') continue;
    const x = plot.x(time);
    context.strokeStyle = colour('line');
    strokeLine(context, [x, 6], [x, plot.bottom]);
    const words = name.replace('-', ' ');
    if (x + 5 < free) continue;
    context.fillStyle = colour('faint');
    context.fillText(words, x + 5, 11);
    free = x + 5 + context.measureText(words).width + 6;
  }
}

/** A little up or down, so that equal lines are all seen. */
function apart(node: number, count: number): number {
  return (node - (count - 1) / 2) * Math.min(lineApart, 12 / count);
}

function drawNode(
  { context, colour }: Paint,
  plot: Plot,
  { node, divergence, end }: { readonly node: number; readonly divergence: Divergence; readonly end: number },
): void {
  const { points, nodes } = divergence;
  const shift = apart(node, nodes.length);
  context.beginPath();
  let last: number | null = null;
  for (const { time, distances } of points) {
    const distance = distances[node] ?? null;
    if (distance === null) continue;
    const x = plot.x(time);
    if (last === null) context.moveTo(x, plot.y(distance) - shift);
    else {
      context.lineTo(x, plot.y(last) - shift);
      context.lineTo(x, plot.y(distance) - shift);
    }
    last = distance;
  }
  if (last === null) return;
  context.lineTo(plot.x(end), plot.y(last) - shift);
  context.strokeStyle = colour(nodeColour(node));
  context.lineWidth = 2;
  context.setLineDash([...nodeDash(node)]);
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** At the end of each line, moved apart where they would overlap. */
function drawLabels({ context, colour }: Paint, plot: Plot, { nodes, points }: Divergence): void {
  const ends = points.at(-1)?.distances ?? [];
  const labels = nodes
    .flatMap((name, node) => {
      const distance = ends[node] ?? null;
      return distance === null ? [] : [{ name, node, distance, line: plot.y(distance) - apart(node, nodes.length) }];
    })
    .toSorted((one, other) => other.line - one.line);
  let free = plot.bottom + 6;
  context.textBaseline = 'middle';
  for (const { name, node, distance, line } of labels) {
    const y = Math.min(line, free);
    free = y - labelApart;
    context.strokeStyle = colour(nodeColour(node));
    strokeLine(context, [plot.right, line], [plot.right + 8, y]);
    context.fillStyle = colour(nodeColour(node));
    context.fillText(`${showForeign(name, 13)} ${distance}`, plot.right + 12, y);
  }
}

type Place = readonly [x: number, y: number];

function strokeLine(context: CanvasRenderingContext2D, [x1, y1]: Place, [x2, y2]: Place): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
