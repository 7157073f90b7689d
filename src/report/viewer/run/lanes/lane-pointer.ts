/**
 * The mouse over the lanes: a bar says what it is, a label says all of its text, a click selects.
 */
import { gutter, timeScale } from '../../parts/time-scale.ts';
import type { TimePoint } from '../chart/gestures.ts';
import type { Context } from '../panel.ts';
import type { LaneWindow } from './lane-area.ts';
import { rowAt } from './layout.ts';
import { operationAt } from './search.ts';
import { operationTip, tooltip } from './tooltip.ts';

export interface LanePointer {
  readonly tip: HTMLElement;
  readonly onPoint: (point: TimePoint | null) => void;
  readonly onClick: (point: TimePoint) => void;
  /** What was under the pointer has moved. */
  readonly forget: () => void;
}

export function lanePointer(
  { report, state }: Context,
  { canvas, scroll, layout, roomForRows }: LaneWindow,
): LanePointer {
  const tip = tooltip();
  let shown: number | string | null = null;
  const operationUnder = ({ x, y }: TimePoint): number | null => {
    if (x < gutter || y > roomForRows()) return null;
    const scale = timeScale({ from: state.view.from, to: state.view.to, width: canvas.clientWidth });
    return operationAt(report.operations, layout(), { scale, place: { x, y: y + scroll.offset() } });
  };
  const labelUnder = ({ x, y }: TimePoint): string | null => {
    const { rows, packing, height } = layout();
    const below = y + scroll.offset();
    return x < gutter && y < roomForRows() && below < height ? rows.label(rowAt(packing, below)) : null;
  };
  const forget = (): void => {
    shown = null;
    tip.hide();
    canvas.classList.remove('on-bar');
  };
  return {
    tip: tip.element,
    forget,
    onPoint: point => {
      const what = point && (operationUnder(point) ?? labelUnder(point));
      if (point === null || what === null) {
        forget();
        return;
      }
      canvas.classList.toggle('on-bar', typeof what === 'number');
      const content = what === shown ? null : typeof what === 'number' ? operationTip(report, what) : [what];
      tip.show(point, content);
      shown = what;
    },
    onClick: point => {
      const id = operationUnder(point);
      if (id !== null) state.set({ operation: id });
    },
  };
}
