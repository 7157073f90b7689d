/**
 * Each operation where it was asked for, as high as it took long. An `ok` is a full dot, a `fail` a cross, an `info` an open
 * triangle where it was given up, or above everything when it never was.
 */
import type { ReportOperations } from '../../../data.ts';
import type { TimeScale } from '../../parts/time-scale.ts';
import type { Upright } from './axes.ts';
import { firstAtLeast } from './bins.ts';
import type { TimePaint } from './plot.ts';

export interface LatencyPlace {
  readonly scale: TimeScale;
  readonly y: Upright;
  /** Where operations are that never ended. */
  readonly never: number;
}

/** Of more than that each is a speck, drawn as the square that a speck is; squares are drawn in half the time. */
const fewDots = 2000;

export function latencyY({ callTime, returnTime }: ReportOperations, id: number, { y, never }: LatencyPlace): number {
  const end = returnTime[id] as number;
  return end === Infinity ? never : y(end - (callTime[id] as number));
}

/** The operations from `first` until before `end`. */
export function drawLatencyDots(
  { context, colour }: TimePaint,
  operations: ReportOperations,
  { first, end, ...place }: LatencyPlace & { readonly first: number; readonly end: number },
): void {
  const { callTime, outcome } = operations;
  const { scale } = place;
  const radius = end - first <= fewDots ? 3 : 1.5;
  const fails = new Path2D();
  const infos = new Path2D();
  context.fillStyle = colour('ok');
  // Where many are, it is darker.
  context.globalAlpha = radius < 2 ? 0.6 : 1;
  for (let id = first; id < end; id++) {
    const x = scale.x(callTime[id] as number);
    const y = latencyY(operations, id, place);
    if (outcome[id] === 1) addCross(fails, { x, y }, Math.max(radius, 2));
    else if (outcome[id] === 2) addTriangle(infos, { x, y }, Math.max(radius, 2));
    else if (radius < 2) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    else {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.4;
  context.strokeStyle = colour('fail');
  context.stroke(fails);
  context.strokeStyle = colour('info');
  context.stroke(infos);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function addCross(path: Path2D, { x, y }: Place, radius: number): void {
  path.moveTo(x - radius, y - radius);
  path.lineTo(x + radius, y + radius);
  path.moveTo(x - radius, y + radius);
  path.lineTo(x + radius, y - radius);
}

function addTriangle(path: Path2D, { x, y }: Place, radius: number): void {
  const side = radius + 1;
  path.moveTo(x, y - side);
  path.lineTo(x + side, y + side * 0.8);
  path.lineTo(x - side, y + side * 0.8);
  path.closePath();
}

/** The operation whose dot is nearest, at most some pixels away; null when there is none. */
export function operationNear(operations: ReportOperations, { x, y }: Place, place: LatencyPlace): number | null {
  const reach = 8;
  const { callTime } = operations;
  const end = firstAtLeast(callTime, place.scale.time(x + reach));
  let nearest: number | null = null;
  let least = reach;
  for (let id = firstAtLeast(callTime, place.scale.time(x - reach)); id < end; id++) {
    const distance = Math.hypot(place.scale.x(callTime[id] as number) - x, latencyY(operations, id, place) - y);
    if (distance >= least) continue;
    [nearest, least] = [id, distance];
  }
  return nearest;
}
