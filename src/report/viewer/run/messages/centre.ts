/**
 * What the reader looks at, as a moment: where there is too much to show, what is around it is shown.
 */
import type { Report } from '../../../data.ts';
import { showTime } from '../../../shown-text.ts';
import type { View } from '../state.ts';

export interface Centre {
  readonly time: number;
  /** `operation #3`, `the anomaly`, `12.300 s` */
  readonly words: string;
}

/** The selected operation, else the last operation of the anomaly that is explained, else the middle of what is visible. */
export function centreOf({ data, operations }: Report, view: View): Centre {
  const isVisible = (time: number): boolean => time >= view.from && time <= view.to;
  const { operation } = view;
  if (operation !== null) {
    const time = operations.callTime[operation];
    if (time !== undefined && isVisible(time)) return { time, words: `operation #${operation}` };
  }
  const anomalies = data.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
  const times = (anomalies[view.anomaly]?.operations ?? []).map(id => operations.callTime[id] ?? 0).filter(isVisible);
  if (times.length > 0) return { time: Math.max(...times), words: 'the anomaly' };
  const middle = (view.from + view.to) / 2;
  return { time: middle, words: showTime(middle, data.hasTimes) };
}
