/**
 * One anomaly: the sentence, the picture, how far an order comes, and what was around it.
 */

import { countOf, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import type { Context } from '../panel.ts';
import type { View } from '../state.ts';
import { anomalyPicture, mostShades } from './anomaly-picture.ts';
import { axisToggle } from './axis-toggle.ts';
import { barsOf } from './bars.ts';
import type { FoundAnomaly } from './findings.ts';
import { howToRead } from './how-to-read.ts';
import { orderWalk } from './order-walk.ts';
import { ordersOf } from './orders.ts';
import { overlappingFaults } from './scene.ts';
import { sentence } from './sentence.ts';
import { surroundings } from './surroundings.ts';

export interface AnomalyView {
  readonly element: HTMLElement;
  update(changed: ReadonlySet<keyof View>): void;
  /** In the width that there is now. */
  draw(): void;
}

/** Why less is claimed than was recorded. */
const weakenedWords =
  'Of an operation that is dashed not all is used that was recorded: it may have taken effect at other times than it ran, or never. Even so there is no order.';

export function anomalyView(context: Context, { anomaly, checker }: FoundAnomaly): AnomalyView {
  const { report, state } = context;
  const { bars, notShown } = barsOf(anomaly, report.operations);
  const evidence = anomaly.evidence;
  const orders = evidence ? ordersOf(evidence) : [];
  const walk = evidence && orders.length > 0 ? orderWalk(evidence, state) : null;
  const picture = anomalyPicture(context, { bars, orders, anyStart: evidence?.anyStart ?? false });
  const toggle = axisToggle(context);
  const content = element(
    'div',
    { class: 'anomaly' },
    sentence(anomaly.explanation, report.operations.length),
    element(
      'div',
      { class: 'above-picture' },
      element('p', { class: 'facts' }, factWords({ anomaly, checker })),
      bars.length === 0 ? null : toggle.element,
    ),
    bars.length === 0 ? null : picture.element,
    ...notDrawn(notShown, overlappingFaults(bars, report.data.faults).length).map(words =>
      element('p', { class: 'hint' }, words),
    ),
    bars.some(({ mayBeEarlier, end, mayBeLater }) => mayBeEarlier || (mayBeLater && end !== null))
      ? element('p', { class: 'hint' }, weakenedWords)
      : null,
    evidence && orders.length === 0
      ? element('p', { class: 'hint' }, 'These are too many operations to try their orders one by one.')
      : null,
    walk?.element ?? null,
    bars.length === 0 ? null : howToRead(orders.length > 0),
    bars.length === 0 ? null : surroundings(context, anomaly, bars),
  );
  return {
    element: content,
    draw() {
      picture.draw();
      walk?.scroll();
    },
    update(changed) {
      toggle.update();
      if (changed.has('order') || changed.has('step')) walk?.update();
      if (changed.has('order') || changed.has('step') || changed.has('axis')) picture.draw();
    },
  };
}

function notDrawn(operations: number, faults: number): readonly string[] {
  return [
    ...(operations > 0
      ? [`${countOf(operations, 'more operation')}: not drawn, for there is no room for so many.`]
      : []),
    ...(faults > mostShades ? [`${countOf(faults - mostShades, 'earlier fault')} not shaded.`] : []),
  ];
}

function factWords({ anomaly, checker }: FoundAnomaly): string {
  const key = anomaly.key === null ? '' : `key ${showForeign(JSON.stringify(anomaly.key), 60)}, `;
  return `${anomaly.kind}, ${key}found by the checker "${checker}", shown by ${countOf(anomaly.operations.length, 'operation')}`;
}
