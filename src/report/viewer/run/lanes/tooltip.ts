/**
 * What is under the pointer, in words, beside it. Never under it: it lets everything through.
 */

import type { Report } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { keyText, nodeText, operationWords, outcomeMarks, outcomeMeanings, outcomeOf } from '../operation-words.ts';
import { callText, latencyText, returnText } from '../operations/facts.ts';

export interface Tooltip {
  readonly element: HTMLElement;
  /** Content null: what was there before, at another place. */
  readonly show: (at: Place, content: readonly (Node | string)[] | null) => void;
  readonly hide: () => void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Its place is given from the corner of the element that it is put into, which must be positioned. */
export function tooltip(): Tooltip {
  const box = element('div', { class: 'lane-tip', role: 'presentation' });
  box.hidden = true;
  return {
    element: box,
    show: ({ x, y }, content) => {
      if (content) fill(box, ...content);
      box.hidden = false;
      const around = box.offsetParent ?? document.body;
      const left = x + 14 + box.offsetWidth > around.clientWidth ? x - 14 - box.offsetWidth : x + 14;
      box.style.left = `${Math.max(left, 0)}px`;
      box.style.top = `${y + 18}px`;
    },
    hide: () => {
      box.hidden = true;
    },
  };
}

export function operationTip(report: Report, id: number): readonly Node[] {
  const { operations } = report;
  const key = keyText(operations, id, 80);
  const node = nodeText(operations, id);
  const outcome = outcomeOf(operations, id);
  const error = operations.errors[operations.error[id] as number];
  const took = latencyText(report, id);
  const ended = returnText(report, id);
  return [
    element('p', { class: 'words' }, operationWords(operations, id, 120)),
    element(
      'p',
      {},
      [`#${id}`, ...(key === '' ? [] : [`key ${key}`]), `process ${operations.process[id]}`, node]
        .filter(part => part !== '')
        .join(' · '),
    ),
    element(
      'p',
      {},
      ended === null || took === null
        ? `${callText(report, id)}, never completed`
        : `${callText(report, id)} to ${ended}, took ${took}`,
    ),
    element('p', { class: outcome }, `${outcomeMarks[outcome]} ${outcome}: ${outcomeMeanings[outcome]}`),
    ...(error === undefined ? [] : [element('p', {}, `error: ${showForeign(error, 300)}`)]),
  ];
}
