/**
 * The seed repeats our choices, and a plan is the unit of reproduction.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import type { Plan } from '../../src/run/plan.ts';
import { Workplace } from './ordeal.ts';

describe('reproduction', () => {
  test('the same seed makes the same plan, another seed another one', async () => {
    const plans: Plan[] = [];
    for (const seed of ['7', '7', '8']) {
      using workplace = new Workplace();
      await workplace.ordeal('run', '--seed', seed, '--time-limit', '1s');
      plans.push(workplace.json('plan.json') as Plan);
    }
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[2]?.schedule).not.toEqual(plans[0]?.schedule);
  });

  test('a saved plan runs again, with the same faults', async () => {
    using workplace = new Workplace();
    await workplace.ordeal('run', '--seed', '7', '--time-limit', '3s');
    const plan = readFileSync(workplace.latest('plan.json'), 'utf8');
    const first = readHistory(workplace.latest('history.jsonl'));
    const again = await workplace.ordeal('run', '--plan', workplace.latest('plan.json'));
    expect(again.exit, again.stdout + again.stderr).toBe(0);
    expect(readFileSync(workplace.latest('plan.json'), 'utf8')).toBe(plan);
    const second = readHistory(workplace.latest('history.jsonl'));
    expect(second.faults.map(window => window.fault.kind)).toEqual(first.faults.map(window => window.fault.kind));
  });
});
