/**
 * With --bail a run does not go on when it cannot come out well any more; and what it is said to have found is judged as
 * always.
 */
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/checker/checker.ts';
import { readHistory } from '../../src/history/reader.ts';
import type { RunFacts } from '../../src/run/run.ts';
import { Workplace } from './ordeal.ts';

describe('--bail', () => {
  test('ends a run of two minutes within a second of the first answer that no order explains', async () => {
    using workplace = new Workplace();
    const flags = ['--bug', 'stale-read', '--time-limit', '120s', '--seed', '1', '--bail'];
    const begun = performance.now();
    const { exit, stdout, stderr } = await workplace.ordeal('run', 'toy', ...flags);
    expect(performance.now() - begun).toBeLessThan(100_000);
    expect(exit, stdout).toBe(1);
    expect(stderr).toMatch(/no order explains read -> \S+ on key \d+ \(#\d+, event \d+\): ending the run/);
    expect(stdout).toContain('not-linearizable');
    expect(stdout).toContain('ended early: no order explains read');

    const { facts, results } = workplace.json('verdict.json') as { facts: RunFacts; results: CheckResult[] };
    expect(facts).toMatchObject({ errors: [], crashed: null, interrupted: false });
    expect(results.map(({ checker, validity }) => `${checker} ${validity}`)).toContain('linearizable invalid');
    // What has no end is not judged by its end.
    expect(results.map(({ checker }) => checker)).not.toContain('convergence');

    const history = readHistory(workplace.latest('history.jsonl'));
    expect(history.truncated).toBe(null);
    const index = Number(/event (\d+)\)/.exec(facts.endedEarly ?? '')?.[1]);
    const culprit = [...history.operations].find(operation => operation.return === index);
    const healed = history.phases.find(({ name }) => name === 'heal');
    expect(culprit?.f).toBe('read');
    // What is in flight is waited for; nothing new is begun.
    const last = Math.max(...[...history.operations].map(({ callTime }) => callTime));
    expect(last - (culprit?.returnTime ?? 0)).toBeLessThan(1e9);
    expect(healed?.index).toBeGreaterThan(index);
  });

  test('leaves a right store alone, final reads and all', async () => {
    using workplace = new Workplace();
    const { exit, stdout } = await workplace.ordeal('run', 'toy', '--time-limit', '5s', '--seed', '2', '--bail');
    expect(exit, stdout).toBe(0);
    expect(stdout).toContain('✓ convergence');
    expect(stdout).not.toContain('ended early');
  });

  test('says that it does nothing where the answers are judged as a whole', async () => {
    using workplace = new Workplace();
    const flags = ['--workload', 'g-set', '--nemesis', 'none', '--time-limit', '2s', '--bail'];
    const { exit, stdout, stderr } = await workplace.ordeal('run', 'toy', ...flags);
    expect(exit, stdout).toBe(0);
    expect(stderr).toContain('--bail does nothing here: g-set is judged as a whole (set, convergence)');
  });
});
