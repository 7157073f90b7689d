/**
 * The window onto the lanes: a canvas that stays where it is while the rows scroll by, a tooltip, and below it what the
 * window does not show.
 */
import type { Canvas } from '../../parts/canvas.ts';
import { element } from '../../parts/dom.ts';
import type { TimePaint } from '../chart/plot.ts';
import { axisHeight, drawTimeAxis, timeCanvas } from '../chart/time-canvas.ts';
import { anomaliesOf, citations, operationsOf } from '../operations/cited.ts';
import { filterFields } from '../operations/filter.ts';
import { selectedOperation } from '../operations/selection.ts';
import type { Context } from '../panel.ts';
import { drawLanes } from './draw.ts';
import { bindLaneKeys } from './lane-keys.ts';
import { lanePointer } from './lane-pointer.ts';
import { laneStatus } from './lane-status.ts';
import { barHeight, type Layout, laneTop, layoutOf, rowPadding } from './layout.ts';
import { type VirtualScroll, virtualScroll } from './virtual-scroll.ts';

/** In pixels, until the reader pulls at the corner. */
const firstHeight = 440;
const leastHeight = 90;

/** What is drawn, and where it is scrolled to. */
export interface LaneWindow {
  readonly canvas: HTMLCanvasElement;
  readonly scroll: VirtualScroll;
  /** As of the present filter and grouping. */
  readonly layout: () => Layout;
  /** For rows: without the axis. */
  readonly roomForRows: () => number;
}

/** The window, and the line below it. */
export function laneArea(context: Context): readonly HTMLElement[] {
  const { report, state } = context;
  const status = element('p', { class: 'lane-status' });
  let isElsewhere = true;
  const canvas: Canvas = timeCanvas({
    context,
    height: firstHeight,
    label: 'Operations over time, a row for each key, process or node. Arrow keys go from one operation to the next.',
    draw: paint => draw(paint),
    onPoint: point => pointer.onPoint(point),
    onClick: point => pointer.onClick(point),
  });
  const scroll = virtualScroll({
    content: canvas.element,
    onScroll: () => {
      pointer.forget();
      canvas.redraw();
    },
  });
  const fit = fitting(scroll.element, canvas);
  const lanes: LaneWindow = {
    canvas: canvas.element,
    scroll,
    layout: () => layoutOf(report, state.view),
    roomForRows: () => Math.max(canvas.element.clientHeight - axisHeight, 1),
  };
  const pointer = lanePointer(context, lanes);
  const draw = (paint: TimePaint): void => {
    const layout = lanes.layout();
    const total = layout.height + axisHeight;
    fit(total);
    scroll.setHeights({ total, visible: paint.height });
    if (isElsewhere) reveal(context, lanes);
    isElsewhere = false;
    const height = paint.height - axisHeight;
    drawTimeAxis(paint, { y: height, top: 0, hasTimes: report.data.hasTimes });
    const drawn = drawLanes(paint, {
      report,
      layout,
      offset: scroll.offset(),
      height,
      cited: citations(report),
      selected: selectedOperation(report, state.view),
      last: state.whole.to,
    });
    const words = laneStatus(report, { view: state.view, layout, drawn });
    if (status.textContent !== words) status.textContent = words;
  };
  state.subscribe((_, changed) => {
    if (![...filterFields, 'group', 'operation', 'anomaly'].some(name => changed.has(name as keyof typeof state.view)))
      return;
    isElsewhere = true;
    pointer.forget();
    canvas.redraw();
  });
  bindLaneKeys(context, lanes);
  return [element('div', { class: 'lane-area' }, scroll.element, pointer.tip), status];
}

/** The selected operation, or else the first one that the explained anomaly needs. */
function reveal({ report, state }: Context, { scroll, layout }: LaneWindow): void {
  const { rows, packing } = layout();
  const anomaly = anomaliesOf(report)[state.view.anomaly];
  const ids = [selectedOperation(report, state.view) ?? -1, ...(anomaly ? operationsOf(anomaly) : [])];
  const id = ids.find(candidate => (packing.laneOf[candidate] ?? -1) >= 0);
  if (id === undefined) return;
  const top = laneTop(packing, rows.rowOf(id), packing.laneOf[id] as number);
  const room = 2 * rowPadding;
  scroll.reveal(top - room, top + barHeight + room + axisHeight);
}

/**
 * Keeps the canvas as high as its window, and gives the window the height that its rows need, unless the reader has pulled
 * at its corner.
 */
function fitting(box: HTMLElement, canvas: Canvas): (total: number) => void {
  let given = `${firstHeight}px`;
  box.classList.add('lane-window');
  box.style.height = given;
  new ResizeObserver(() => {
    // The scroll bar stands beside the axis: a moment is at the same place as in the other panels.
    box.style.marginRight = `${box.clientWidth - box.offsetWidth}px`;
    canvas.setHeight(box.clientHeight);
  }).observe(box);
  return total => {
    if (box.style.height !== given) return;
    const border = box.offsetHeight - box.clientHeight;
    given = `${Math.min(Math.max(total + border, leastHeight), firstHeight)}px`;
    box.classList.toggle('tall', total > firstHeight);
    if (box.style.height !== given) box.style.height = given;
  };
}
