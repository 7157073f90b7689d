/**
 * How it was run: all that somebody needs to compare two runs or to do it again. Of a history that was judged alone, what
 * it says of itself.
 */
import type { ReportData } from '../../../data.ts';
import { element } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import type { Context } from '../panel.ts';
import { checksBlock, coverageBlock } from '../setup/checks.ts';
import { block, pairs } from '../setup/pairs.ts';
import { imagesBlock, placeBlock } from '../setup/place.ts';
import { planBlock, scheduleBlock, wholePlan } from '../setup/plan.ts';

export function setup({ report, state }: Context): HTMLElement {
  const { data } = report;
  const plan = data.run?.plan ?? null;
  return frame(
    { id: 'setup', title: 'How it was run', state },
    element(
      'div',
      { class: 'blocks' },
      plan === null ? historyBlock(data) : planBlock(plan),
      placeBlock(data),
      coverageBlock(data.coverage),
    ),
    plan === null ? null : scheduleBlock(plan, data),
    imagesBlock(data),
    checksBlock(data.results),
    plan === null ? null : wholePlan(plan),
  );
}

/** Of a history that another tool may have recorded. */
function historyBlock({ header, operationCount, eventCount }: ReportData): HTMLElement | null {
  const known = (text: string | null): string | null => (text === 'unknown' ? null : text);
  return block(
    'The history',
    pairs([
      ['system', known(header.system)],
      ['workload', known(header.workload)],
      ['model', header.model],
      ['nodes', header.nodes.join(', ')],
      ['seed', known(header.seed)],
      ['operations', operationCount],
      ['events', eventCount],
    ]),
  );
}
