/**
 * What the window onto the lanes shows, and what it does not, in one line.
 */
import type { Report } from '../../../data.ts';
import { countOf, showCount } from '../../../shown-text.ts';
import { filterWords } from '../operations/filter-bar.ts';
import { selectedOperation } from '../operations/selection.ts';
import type { View } from '../state.ts';
import type { Drawn } from './draw.ts';
import type { Layout } from './layout.ts';

interface Shown {
  readonly view: View;
  readonly layout: Layout;
  readonly drawn: Drawn;
}

export function laneStatus(report: Report, { view, layout, drawn }: Shown): string {
  const { packing, shown } = layout;
  const hidden = report.operations.length - shown;
  const selected = selectedOperation(report, view);
  return [
    rowWords(view.group, packing.rows, drawn),
    ...(hidden > 0 ? [`${countOf(hidden, 'operation')} hidden by the filter (${filterWords(view)})`] : []),
    ...(selected !== null && (packing.laneOf[selected] as number) < 0
      ? [`the selected #${selected} is one of them`]
      : []),
    ...(drawn.merged
      ? ['where operations are narrower than a pixel, a stripe stands for all that happened in it']
      : []),
    ...(packing.crowded > 0
      ? [`${countOf(packing.crowded, 'bar')} cut short: more overlapped than a row has lanes for`]
      : []),
  ].join('; ');
}

const nouns = { key: ['key', 'keys'], process: ['process', 'processes'], node: ['node', 'nodes'] } as const;

function rowWords(group: View['group'], rows: number, { firstRow, lastRow, isWhole }: Drawn): string {
  const [one, many] = nouns[group];
  if (rows === 0) return 'no operation fits the filter';
  const all = `${showCount(rows)} ${rows === 1 ? one : many}`;
  if (isWhole) return rows === 1 ? `1 ${one}` : `all ${all}`;
  return `${many} ${showCount(firstRow + 1)} to ${showCount(lastRow + 1)} of ${all}, scroll for more`;
}
