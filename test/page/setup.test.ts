/**
 * How it was run, and with what.
 */
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/data.ts';
import type { Plan } from '../../src/run/plan.ts';
import { useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

const plan: Plan = {
  version: 1,
  seed: '1f',
  system: { name: 'etcd', bugs: [], settings: { reads: 'serializable' } },
  nodes: ['n1', 'n2', 'n3'],
  workload: 'lin-kv',
  nemesis: ['partition'],
  schedule: [
    { id: 1, beginMs: 500, endMs: 1500, kind: 'partition', target: 'minority', parameters: {} },
    { id: 2, beginMs: 1600, endMs: 1700, kind: 'loss', target: 'n1', parameters: { percent: 20 } },
    { id: 3, beginMs: 1800, endMs: 1900, kind: 'kill', target: 'primary', parameters: {} },
  ],
  latency: { distribution: 'exponential', meanMs: 4 },
  concurrency: 5,
  rate: 0,
  timeLimitMs: 10_000,
  operationTimeoutMs: 1_000,
  convergenceDeadlineMs: 5_000,
};

const digest = `sha256:${'4a18c0ff'.repeat(8)}`;

function report(): Report {
  const base = reportOfStory(staleRead);
  const run: Report['data']['run'] = {
    plan,
    facts: { errors: [], crashed: null, interrupted: false, skipped: ['#3 kill primary: no node leads'] },
    host: { platform: 'linux', cores: 2, memoryBytes: 8 * 1024 ** 3, ordeal: '0.1.0' },
    environment: { runtime: 'docker', engine: '27.1', images: [{ nodes: plan.nodes, name: 'etcd:3.6', digest }] },
  };
  return { ...base, data: { ...base.data, run } };
}

test('the plan, what became of each planned fault, the machine and the images', async () => {
  await using opened = await openReport(report());
  const panel = opened.page.locator('#setup');
  const text = (await panel.innerText()).replaceAll(/\s+/g, ' ');
  for (const part of [
    'system etcd reads serializable workload lin-kv',
    'rate as fast as the answers come',
    'delay between nodes exponential, 4.00 ms on average',
    'Docker Engine 27.1',
    'memory 8.0 GiB run by ordeal 0.1.0',
    'write 2 2',
  ])
    expect(text).toContain(part);
  expect(await panel.locator('.schedule tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/^#1\s+500 ms\s+1\.00 s\s+partition\s+minority\s+✓ took effect: 12 messages dropped$/),
    expect.stringMatching(/^#2\s+1\.60 s\s+100 ms\s+loss\s+n1\s+percent 20\s+– never began$/),
    expect.stringMatching(/^#3\s+1\.80 s\s+100 ms\s+kill\s+primary\s+– skipped: no node leads$/),
  ]);
  expect(await panel.locator('.digest').getAttribute('title')).toBe(digest);
});

test('the whole plan can be copied', async () => {
  await using opened = await openReport(report());
  const { page } = opened;
  await page.getByText('The whole plan as JSON').click();
  await page.getByRole('button', { name: 'copy the plan' }).click();
  await page.getByText('copied').waitFor();
  expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(plan);
});

test('of a history that was judged alone there is what it says of itself', async () => {
  await using opened = await openReport(reportOfStory(staleRead));
  const text = (await opened.page.locator('#setup').innerText()).replaceAll(/\s+/g, ' ');
  expect(text).toContain('The history system test workload test');
  expect(text).not.toContain('whole plan');
});
