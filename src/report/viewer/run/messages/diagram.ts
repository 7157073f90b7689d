/**
 * The message diagram: a vertical line for each who talks, time runs down to scale, an arrow for each message. Faults are
 * bands behind it, the selected operation is a bar on the line of its client.
 */
import type { ReportFault } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { svg } from '../../parts/dom.ts';
import { tickLabel, ticks } from '../../parts/time-scale.ts';
import { nodeColour } from '../convergence/node-look.ts';
import { type Arrow, arrowElements } from './arrows.ts';
import type { Lifelines } from './lifelines.ts';
import type { Fate } from './message-words.ts';

export interface Diagram {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly hasTimes: boolean;
  readonly lifelines: Lifelines;
  readonly flights: readonly Flight[];
  readonly faults: readonly ReportFault[];
  readonly operation: OperationMark | null;
}

/** A message, before it has a place. */
export interface Flight {
  readonly id: number;
  /** Numbers of lifelines. */
  readonly from: number;
  readonly to: number;
  readonly sent: number;
  readonly arrived: number;
  readonly fate: Fate;
  readonly label: string;
  readonly sentence: string;
}

export interface OperationMark {
  readonly call: number;
  readonly end: number;
  readonly words: string;
  /** Number of the lifeline; null: nobody knows which client it was. */
  readonly line: number | null;
}

const axis = 76;
const right = 40;
/** Of text, roughly, in pixels. */
const characterWidth = 6.6;
const head = 30;

interface Place {
  readonly x: (line: number) => number;
  readonly y: (time: number) => number;
  readonly height: number;
  readonly bottom: number;
}

export function drawDiagram(diagram: Diagram): SVGSVGElement {
  const { from, to, width, lifelines, flights } = diagram;
  const bottom = Math.min(Math.max(190, flights.length * 14 + 60), 1500);
  const faults = visibleFaults(diagram);
  // Their names stand right of the last lifeline.
  const room = Math.max(right, ...faults.map(({ words }) => words.length * characterWidth + 26));
  const apart = (width - axis - room - 30) / Math.max(1, lifelines.lines.length - 1);
  const place: Place = {
    x: line => axis + 30 + line * apart,
    y: time => ((time - from) / (to - from)) * bottom,
    height: bottom + 2 * head,
    bottom,
  };
  const arrows = flights.map(flight => arrowOf(flight, place));
  return svg(
    'svg',
    { width, height: place.height, role: 'group', 'aria-label': `${flights.length} messages`, class: 'diagram' },
    patterns(),
    ...names(diagram, place, apart),
    svg(
      'svg',
      { x: 0, y: head, width, height: bottom, class: 'field' },
      ...faultBands(diagram, { place, faults }),
      ...timeMarks(diagram, place),
      ...lifelines.lines.map((line, at) =>
        svg('line', { class: `lifeline ${line.kind}`, x1: place.x(at), x2: place.x(at), y1: 0, y2: bottom }),
      ),
      ...operationMark(diagram, place),
      ...arrowElements(arrows),
    ),
  );
}

function arrowOf({ id, from, to, sent, arrived, fate, label, sentence }: Flight, { x, y }: Place): Arrow {
  const y1 = y(sent);
  const y2 = fate === 'arrived' ? y(arrived) : y1;
  return { id, x1: x(from), y1, x2: x(to), y2, fate, apart: Math.abs(to - from), label, sentence };
}

/** Above and below, for the drawing may be higher than the screen. */
function names({ lifelines }: Diagram, { x, height }: Place, apart: number): readonly SVGElement[] {
  const longest = Math.max(2, Math.floor((apart - 8) / 7.2));
  return lifelines.lines.flatMap(({ name, kind, node }, at) => {
    const short = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
    const label = (y: number): SVGElement => {
      const text = svg('text', { class: `name ${kind}`, x: x(at), y }, svg('title', {}, name), short);
      if (node >= 0) text.style.fill = `var(--${nodeColour(node)})`;
      return text;
    };
    return [label(head - 11), label(height - head + 19)];
  });
}

function timeMarks({ from, to, hasTimes, width }: Diagram, { y, bottom }: Place): readonly SVGElement[] {
  const times = ticks(from, to, Math.max(2, bottom / 70));
  const step = (times[1] ?? to) - (times[0] ?? from);
  return times.flatMap(time => [
    svg('line', { class: 'grid', x1: axis - 6, x2: width, y1: y(time), y2: y(time) }),
    svg(
      'text',
      { class: 'time', x: axis - 12, y: Math.min(Math.max(y(time) + 4, 11), bottom - 2) },
      tickLabel(time, step, hasTimes),
    ),
  ]);
}

interface VisibleFault {
  readonly fault: ReportFault;
  readonly words: string;
}

function visibleFaults({ faults, from, to }: Diagram): readonly VisibleFault[] {
  return faults
    .filter(({ beginTime, endTime }) => beginTime <= to && (endTime ?? to) >= from)
    .map(fault => ({ fault, words: `${showForeign(fault.kind, 30)}${fault.bit === false ? ' (no effect)' : ''}` }));
}

function faultBands(
  { from, to, width }: Diagram,
  { place: { y }, faults }: { readonly place: Place; readonly faults: readonly VisibleFault[] },
): readonly SVGElement[] {
  let free = -Infinity;
  return faults.flatMap(({ fault: { beginTime, endTime, bit, description }, words }) => {
    const top = Math.max(0, y(Math.max(beginTime, from)));
    const end = y(Math.min(endTime ?? to, to));
    const line = Math.max(top + 14, free);
    free = line + 15;
    const box = { x: axis, y: top, width: width - axis, height: Math.max(2, end - top) };
    return [
      svg(
        'rect',
        { ...box, class: bit === false ? 'fault missed' : 'fault' },
        svg('title', {}, showForeign(description, 200)),
      ),
      svg('line', { class: 'fault-edge', x1: axis, x2: width, y1: top, y2: top }),
      svg('text', { class: 'fault-name', x: width - 6, y: line }, words),
    ];
  });
}

function operationMark({ operation, to, width }: Diagram, { x, y }: Place): readonly SVGElement[] {
  if (operation === null) return [];
  const top = y(operation.call);
  const tall = Math.max(3, y(Math.min(operation.end, to)) - top);
  const bar = (at: number): SVGElement =>
    svg('rect', { class: 'operation', x: at - 4, y: top, width: 8, height: tall, rx: 3 });
  const edge = svg('line', { class: 'operation-edge', x1: axis, x2: width, y1: top, y2: top });
  const line = operation.line === null ? axis : x(operation.line);
  return [
    edge,
    bar(line),
    svg(
      'text',
      {
        class: 'operation-name',
        x: operation.line === null ? axis + 9 : line - 9,
        y: top + 13,
        'text-anchor': operation.line === null ? 'start' : 'end',
      },
      operation.words,
    ),
  ];
}

function patterns(): SVGElement {
  return svg(
    'defs',
    {},
    svg(
      'pattern',
      {
        id: 'messages-missed-fault',
        width: 8,
        height: 8,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(45)',
      },
      svg('line', { x1: 0, x2: 0, y1: 0, y2: 8, class: 'hatch' }),
    ),
  );
}
