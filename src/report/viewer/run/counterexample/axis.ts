/**
 * Where a moment is in the picture.
 *
 * In *order*, the next event is a step further, however much later it was, and a step is as wide as the words need: what is
 * further right came later, and nothing else is to be read from a distance. In *time* it is to scale, but stretches in
 * which nothing begins or ends for far longer than an operation takes are shortened, and marked by a break.
 */
import { tickLabel, ticks } from '../../parts/time-scale.ts';
import type { Bar, Moment } from './bars.ts';

export interface Axis {
  readonly width: number;
  x(moment: Moment): number;
  /** Middles of stretches that were shortened. */
  readonly breaks: readonly number[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

interface Means {
  readonly bars: readonly Bar[];
  /** What the words of a bar need. */
  readonly widthOf: (bar: Bar) => number;
  /** What there is to fill. */
  readonly room: number;
}

/** Before the first event and after the last: there lines begin and end that have no end. */
const border = 44;
const leastStep = 26;
/** Few operations are not drawn out for ever. */
const mostStretch = 2.5;

export function orderAxis({ bars, widthOf, room }: Means): Axis {
  const indexes = [...new Set(bars.flatMap(({ begin, end }) => [begin.index, ...(end ? [end.index] : [])]))].toSorted(
    (one, other) => one - other,
  );
  const places = new Map<number, number>();
  let x = -leastStep;
  for (const index of indexes) {
    x += leastStep;
    const ending = bars.filter(({ end }) => end?.index === index);
    x = Math.max(x, ...ending.map(bar => (places.get(bar.begin.index) ?? 0) + widthOf(bar)));
    places.set(index, x);
  }
  const open = bars.filter(({ end }) => end === null);
  const needed = Math.max(x, ...open.map(bar => (places.get(bar.begin.index) ?? 0) + widthOf(bar)));
  const stretch = Math.min(mostStretch, Math.max(1, (room - 2 * border) / Math.max(needed, 1)));
  const known = indexes.map(index => ({ at: index, x: border + (places.get(index) ?? 0) * stretch }));
  const width = Math.max(room, needed * stretch + 2 * border);
  return { width, breaks: [], ticks: [], x: ({ index }) => between(known, index, width) };
}

/** Of a stretch that was shortened. */
const breakWidth = 46;
/** So many times as long as an operation is far longer. */
const farLonger = 6;
const labelWidth = 96;

export function timeAxis({ bars, room, hasTimes }: Omit<Means, 'widthOf'> & { readonly hasTimes: boolean }): Axis {
  const times = [...new Set(bars.flatMap(({ begin, end }) => [begin.time, ...(end ? [end.time] : [])]))].toSorted(
    (one, other) => one - other,
  );
  const limit = farLonger * usualLength(bars);
  const width = Math.max(room, Math.min(bars.length * 40, 3 * room));
  const isBreak = times.map((time, at) => at > 0 && time - (times[at - 1] ?? time) > limit);
  const toScale = times.reduce(
    (sum, time, at) => sum + (isBreak[at] || at === 0 ? 0 : time - (times[at - 1] ?? time)),
    0,
  );
  const breakCount = isBreak.filter(Boolean).length;
  const shortened = Math.min(breakWidth, (width - 2 * border) / (2 * Math.max(breakCount, 1)));
  const perNano = Math.max(0, width - 2 * border - breakCount * shortened) / Math.max(toScale, 1);
  const known: { readonly at: number; readonly x: number }[] = [];
  const breaks: number[] = [];
  let x = border;
  times.forEach((time, at) => {
    if (isBreak[at]) breaks.push(x + shortened / 2);
    if (at > 0) x += isBreak[at] ? shortened : (time - (times[at - 1] ?? time)) * perNano;
    known.push({ at: time, x });
  });
  const runs = runsOf(known, isBreak);
  return {
    width,
    breaks,
    ticks: withRoom(runs.flatMap(run => ticksOf(run, hasTimes))),
    x: ({ time }) => between(known, time, width),
  };
}

type Known = readonly { readonly at: number; readonly x: number }[];

/** Between two that are known. What is before the first or after the last is at the border. */
function between(known: Known, at: number, width: number): number {
  const next = known.findIndex(one => one.at >= at);
  const after = known[next];
  if (!after) return width;
  if (after.at === at) return after.x;
  const before = known[next - 1];
  if (!before) return 0;
  return before.x + ((at - before.at) / (after.at - before.at)) * (after.x - before.x);
}

/** The median; what has no end is not asked. */
function usualLength(bars: readonly Bar[]): number {
  const lengths = bars.flatMap(({ begin, end }) => (end ? [end.time - begin.time] : []));
  return Math.max(1, lengths.toSorted((one, other) => one - other)[Math.floor(lengths.length / 2)] ?? 1);
}

/** What lies between two breaks. */
function runsOf(known: Known, isBreak: readonly boolean[]): readonly Known[] {
  const runs: { readonly at: number; readonly x: number }[][] = [];
  known.forEach((one, at) => {
    if (at === 0 || isBreak[at]) runs.push([]);
    runs.at(-1)?.push(one);
  });
  return runs;
}

function ticksOf(run: Known, hasTimes: boolean): Axis['ticks'] {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return [];
  const span = last.at - first.at;
  const room = last.x - first.x;
  const some = room < labelWidth ? [] : ticks(first.at, last.at, Math.floor(room / labelWidth));
  const [one, other] = some;
  // As many digits everywhere as the text has: milliseconds, or more where they are needed.
  const step = Math.min(1e6, one === undefined || other === undefined ? 1e6 : other - one);
  const marks = some.length === 0 ? [first.at] : some;
  return marks.map(time => ({
    x: first.x + (span === 0 ? 0 : ((time - first.at) / span) * room),
    label: tickLabel(time, step, hasTimes),
  }));
}

/** Labels that would be written over their neighbour are left out. */
function withRoom(all: Axis['ticks']): Axis['ticks'] {
  let free = -Infinity;
  return all.filter(({ x }) => {
    if (x < free) return false;
    free = x + 0.7 * labelWidth;
    return true;
  });
}
