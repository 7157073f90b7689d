/**
 * The plan of a run for people: who was tested, by what, for how long, and which faults were meant to happen.
 */
import type { Plan } from '../../../../run/plan.ts';
import type { ReportData, ReportFault } from '../../../data.ts';
import { showDuration, showForeign } from '../../../shown-text.ts';
import { copyButton } from '../../parts/copy.ts';
import { element } from '../../parts/dom.ts';
import { block, type Pair, pairs } from './pairs.ts';

const nanosPerMs = 1e6;

export function planBlock(plan: Plan): HTMLElement | null {
  const { latency } = plan;
  const delay = latency.meanMs === 0 ? 'none' : `${latency.distribution}, ${ms(latency.meanMs)} on average`;
  return block(
    'The plan',
    pairs([
      ...systemPairs(plan),
      ['workload', plan.workload],
      ['judged as', plan.consistency],
      ['nemesis', plan.nemesis.length === 0 ? 'none' : plan.nemesis.join(', ')],
      ['nodes', plan.nodes.join(', ')],
      ['concurrency', plan.concurrency],
      ['rate', plan.rate === 0 ? 'as fast as the answers come' : `${plan.rate} operations a second`],
      ['time limit', ms(plan.timeLimitMs)],
      ['limit of an operation', ms(plan.operationTimeoutMs)],
      ['time to agree', ms(plan.convergenceDeadlineMs)],
      ['delay between nodes', delay],
      ['network', plan.network],
      ['seed', plan.seed],
    ]),
  );
}

function systemPairs({ system }: Plan): readonly Pair[] {
  if ('command' in system)
    return [
      ['system', system.name],
      ['command', system.command.join(' ')],
    ];
  const settings = Object.entries(system.settings ?? {}).map(([name, value]): Pair => [name, value]);
  return [['system', system.name], ['bugs', system.bugs.join(', ')], ...settings];
}

/** Every fault that was planned, and what became of it. */
export function scheduleBlock(plan: Plan, { faults, run }: ReportData): HTMLElement | null {
  if (plan.schedule.length === 0) return null;
  const skipped = new Map(
    (run?.facts?.skipped ?? []).map(sentence => [/^#(\d+) /.exec(sentence)?.[1] ?? '', sentence]),
  );
  const done = new Map(faults.map(fault => [fault.id, fault]));
  const rows = plan.schedule.map(fault => {
    const reason = skipped.get(String(fault.id));
    const [mark, words] = ending(done.get(fault.id), reason);
    return element(
      'tr',
      {},
      element('td', { class: 'number' }, `#${fault.id}`),
      element('td', { class: 'number' }, ms(fault.beginMs)),
      element('td', { class: 'number' }, ms(fault.endMs - fault.beginMs)),
      element('td', {}, element('strong', {}, showForeign(fault.kind, 60))),
      element('td', {}, showForeign(fault.target, 100)),
      element('td', {}, parameters(fault)),
      element('td', { class: mark === '✓' ? 'bit' : 'doubtful' }, `${mark} ${words}`),
    );
  });
  const heads = ['', 'begins after', 'lasts', 'fault', 'target', 'how', 'what became of it'];
  return block(
    'The faults that were planned',
    element(
      'div',
      { class: 'wide' },
      element(
        'table',
        { class: 'schedule' },
        element('thead', {}, element('tr', {}, ...heads.map(name => element('th', { scope: 'col' }, name)))),
        element('tbody', {}, ...rows),
      ),
    ),
    element('p', { class: 'aside' }, 'Times are from the begin of the main phase.'),
  );
}

function ending(fault: ReportFault | undefined, skipped: string | undefined): readonly [mark: string, words: string] {
  if (skipped !== undefined) return ['–', `skipped: ${showForeign(skipped.replace(/^#\d+ .*?: /, ''), 300)}`];
  if (fault === undefined) return ['–', 'never began'];
  const evidence = fault.evidence === null ? '' : `: ${showForeign(fault.evidence, 300)}`;
  if (fault.bit === true) return ['✓', `took effect${evidence}`];
  return fault.bit === false ? ['○', `no effect was seen${evidence}`] : ['?', 'not measured'];
}

function parameters({ parameters: given }: Plan['schedule'][number]): string {
  return Object.entries(given)
    .map(([name, value]) => `${showForeign(name, 40)} ${showForeign(String(value), 60)}`)
    .join(', ');
}

/** All of it, to be kept or run again. */
export function wholePlan(plan: Plan): HTMLElement {
  const text = JSON.stringify(plan, null, 2);
  return element(
    'details',
    { class: 'block' },
    element('summary', {}, 'The whole plan as JSON'),
    element('p', { class: 'controls' }, copyButton('copy the plan', text)),
    element('pre', { class: 'log-box' }, showForeign(text, 200_000)),
  );
}

function ms(value: number): string {
  return showDuration(value * nanosPerMs);
}
