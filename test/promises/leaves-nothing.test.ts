/**
 * Whatever happens to the harness, the history can be read, no node survives, and the next run starts clean.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import { processesWith, Workplace } from './ordeal.ts';

describe('a run that is ended early', () => {
  test.each([0, 1700, 3500])('SIGKILL %i ms into the history leaves it readable, and no node', async delayMs => {
    using workplace = new Workplace();
    const running = workplace.start('run', '--time-limit', '10s');
    await expect.poll(() => existsSync(workplace.latest('history.jsonl')), { timeout: 10_000 }).toBe(true);
    await sleep(delayMs);
    running.kill('SIGKILL');
    await running;
    await untilNone(() => processesWith(workplace.out));
    const history = readHistory(workplace.latest('history.jsonl'));
    expect(history.truncated).toContain('no closing line');
    const next = await workplace.ordeal('run', '--time-limit', '3s', '--nemesis', 'none');
    expect(next.exit, next.stdout + next.stderr).toBe(0);
  });

  test('Ctrl-C stops the nodes, saves and judges what was recorded, and exits with 130', async () => {
    using workplace = new Workplace();
    const running = workplace.start('run', '--time-limit', '20s');
    await sleep(4000);
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('linearizable');
    expect(existsSync(workplace.latest('verdict.json'))).toBe(true);
    expect(readHistory(workplace.latest('history.jsonl')).truncated).toBeNull();
    await untilNone(() => processesWith(workplace.out));
  });

  test('a run that ends by itself leaves no process', async () => {
    using workplace = new Workplace();
    const { exit } = await workplace.ordeal('run', '--time-limit', '3s', '--nemesis', 'kill-minority');
    expect(exit).toBe(0);
    await untilNone(() => processesWith(workplace.out));
  });
});

/** What was told to end needs a moment; what does not end fails the test by its deadline. */
async function untilNone(look: () => string[]): Promise<void> {
  for (let tries = 0; look().length > 0 && tries < 100; tries++) await sleep(50);
  expect(look()).toEqual([]);
}
