/**
 * Whether the members agree after everything was healed, how far they were from it, and on what.
 */

import { showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { actOf, agreementSentence, silentSentence } from '../convergence/act.ts';
import { answerMatrix } from '../convergence/answer-matrix.ts';
import { distanceChart } from '../convergence/distance-chart.ts';
import type { Context } from '../panel.ts';

export function convergence({ report, state }: Context): HTMLElement | null {
  const { divergence, phases } = report.data;
  if (divergence === null) return null;
  const act = actOf(report.data, divergence);
  const silent = silentSentence(divergence);
  const differed = divergence.subjects.length + divergence.leftOut > 0;
  const zoom = element('button', { type: 'button' }, 'look at this time everywhere');
  zoom.addEventListener('click', () => state.set({ from: act.from, to: act.to }));
  return frame(
    {
      id: 'convergence',
      title: 'Do the members agree?',
      ...(differed
        ? {
            hint: 'After healing, every member is asked about every subject: what it reads for a key, or its own copy of it. A line shows on how many subjects a member says something else than most; at 0 it agrees.',
          }
        : {}),
      state,
    },
    element(
      'p',
      { class: divergence.agreedAt === null ? 'answer bad' : 'answer good' },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, divergence.agreedAt === null ? '≠' : '='),
      agreementSentence(divergence, act),
    ),
    silent === null ? null : element('p', { class: 'aside' }, showForeign(silent, 400)),
    differed ? distanceChart({ divergence, act, phases }) : null,
    differed ? element('p', { class: 'controls' }, zoom) : null,
    differed ? answerMatrix(divergence, act) : null,
  );
}
