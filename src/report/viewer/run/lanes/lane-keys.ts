/**
 * The keyboard on the lanes: left and right through a row, up and down from row to row. The page's own use of these keys is
 * for when the lanes are not in focus.
 */
import { selectedOperation, selectOperation } from '../operations/selection.ts';
import type { Context } from '../panel.ts';
import type { LaneWindow } from './lane-area.ts';
import { rowAt } from './layout.ts';
import { firstInRow, neighbourInRow, neighbourRow } from './search.ts';

export function bindLaneKeys(context: Context, lanes: LaneWindow): void {
  const { canvas, scroll, roomForRows } = lanes;
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = { PageUp: -1, PageDown: 1 }[event.key];
    if (page !== undefined) {
      event.preventDefault();
      scroll.scrollTo(scroll.offset() + page * roomForRows() * 0.9);
    }
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const next = target(context, lanes, move);
    if (next !== null) selectOperation(context, next);
  });
}

interface Move {
  readonly by: 1 | -1;
  readonly to: 'operation' | 'row';
}

const moves: Readonly<Record<string, Move | undefined>> = {
  ArrowLeft: { by: -1, to: 'operation' },
  ArrowRight: { by: 1, to: 'operation' },
  ArrowUp: { by: -1, to: 'row' },
  ArrowDown: { by: 1, to: 'row' },
};

function target({ report, state }: Context, { layout, scroll }: LaneWindow, { by, to }: Move): number | null {
  const shown = layout();
  const { packing } = shown;
  if (packing.rows === 0) return null;
  const selected = selectedOperation(report, state.view);
  // From nothing, or from what is filtered out: the first one that is visible.
  if (selected === null || (packing.laneOf[selected] as number) < 0) {
    return firstInRow(report.operations, packing, { row: rowAt(packing, scroll.offset()), time: state.view.from });
  }
  if (to === 'operation') return neighbourInRow(shown, selected, by);
  return neighbourRow(report.operations, shown, { id: selected, by });
}
