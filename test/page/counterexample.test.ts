/**
 * The counterexample: sentence, picture and orders, and how one walks through them.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/checker/checker.ts';
import { HistoryBuilder } from '../history/build.ts';
import { settled, useBrowser } from './browser.ts';
import { reportOf, reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

const log = reportOfStory(
  `
  p0@n1 invoke append - "a"
  p1@n2 invoke append - "b"
  p0 ok
  p1 info -- timed out
  p2@n3 invoke read -
  p2 ok ["b","a","b"]
`,
  { model: 'log' },
);

const lostElements = reportOfStory(
  `
  p0@n1 invoke add - 1
  p0 ok
  p0@n1 invoke add - 2
  p0 ok
  phase final-reads
  p1@n1 invoke read -
  p1 ok [2]
  p2@n2 invoke read -
  p2 ok [1]
`,
  { checkers: ['set'] },
);

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.locator(`#counterexample ${selector}`).allTextContents();

describe('a stale read', () => {
  const report = reportOfStory(staleRead);

  test('is told in a sentence, drawn, and shown to have no place', async () => {
    await using opened = await openReport(report);
    const { page } = opened;
    expect(await page.textContent('.sentence')).toContain('read → 1 (#3, 2.100 s to 2.110 s). That is impossible');
    expect(await texts(page, '.bar .words')).toEqual(['write 1#0', 'write 2#1', 'read → 1#3']);
    expect(await texts(page, '.bar.blocked .caption')).toEqual(['no place for it']);
    expect(await texts(page, '.picture .name')).toEqual(['process 0', 'process 2', 'what is stored']);
    expect(await texts(page, '.fault-name')).toEqual(['partition n1']);
    expect(await texts(page, '.mark-step')).toEqual(expect.arrayContaining(['1', '2']));
    expect(await page.textContent('.stands')).toBe(
      'After step 2: the value is 2. Now read → 1 (#3) would have to come, and then that is not possible.',
    );
    expect(await texts(page, '.steps tr.refused')).toEqual([
      '✗#3 read → 1read → 1 is not possible when the value is 2',
    ]);
  });

  test('an operation that is named is selected when it is pressed, and marked wherever it is', async () => {
    await using opened = await openReport(report);
    const { page } = opened;
    await page.locator('.sentence .reference').first().click();
    await settled(page);
    expect(page.url()).toContain('operation=3');
    expect(await texts(page, '.bar.selected .words')).toEqual(['read → 1#3']);
    await page.locator('.sentence .reference', { hasText: '#1' }).first().hover();
    expect(await texts(page, '.bar.pointed .words')).toEqual(['write 2#1']);
    await page.locator('.picture .bar', { hasText: 'write 1' }).press('Enter');
    await settled(page);
    expect(page.url()).toContain('operation=0');
  });

  test('the keyboard walks through the steps, and the picture follows', async () => {
    await using opened = await openReport(report);
    const { page } = opened;
    const marks = () => page.locator('.picture .mark-step').count();
    await page.locator('.steps').press('ArrowLeft');
    await settled(page);
    expect(await page.textContent('.stands')).toBe('After step 1: the value is 1.');
    expect([await marks(), await page.locator('.picture .mark-cross').count()]).toEqual([1, 0]);
    await page.locator('.steps').press('ArrowLeft');
    await settled(page);
    expect(await page.textContent('.stands')).toBe('At first: whatever was there before.');
    expect(await marks()).toBe(0);
    expect(page.url(), 'the arrows of the whole page did nothing').not.toContain('from=');
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await settled(page);
    expect([await marks(), await page.locator('.picture .mark-cross').count()]).toEqual([2, 1]);
  });

  test('can be drawn to the scale of time, with a break where nothing happened', async () => {
    await using opened = await openReport(report);
    const { page } = opened;
    expect(await page.locator('.break').count()).toBe(0);
    await page.getByRole('button', { name: 'to the scale of time' }).click();
    await settled(page);
    expect(page.url()).toContain('axis=time');
    expect(await page.locator('.break').count()).toBe(1);
    expect(await page.textContent('.picture')).toContain('2.040 s');
  });

  test('leads to the lanes, with its time and its key', async () => {
    await using opened = await openReport(report);
    const { page } = opened;
    expect(await page.textContent('.surroundings')).toContain('partition n1, 1.500 s to 2.500 s');
    await page.getByRole('button', { name: 'show in the lanes' }).click();
    await settled(page);
    expect(page.url()).toMatch(/from=\d+.*at=lanes.*key=x/);
  });
});

describe('several orders', () => {
  test('are shown one by one, the most telling first, and what was not used of an operation is told', async () => {
    await using opened = await openReport(log);
    const { page } = opened;
    expect(await page.textContent('.turns .which')).toBe('Order 1 of 5 explains 0 of 1 answer');
    expect(await page.textContent('.stands')).toContain('the log is ["b","a"]');
    expect(await texts(page, '.bar.weakened .caption')).toEqual(['at any time, or never', 'at any time, or never']);
    await page.getByRole('button', { name: 'next order' }).click();
    await settled(page);
    expect(await page.textContent('.turns .which')).toContain('Order 2 of 5');
    expect(await page.textContent('.stands')).toContain('the log is ["a","b"]');
    expect(page.url()).toContain('order=1');
  });

  test('a link leads to one step of one of them', async () => {
    await using opened = await openReport(log, { hash: 'order=1&step=1' });
    expect(await opened.page.textContent('.stands')).toBe('After step 1: the log is ["a"].');
  });
});

describe('anomalies without an order', () => {
  test('are listed, and drawn with what they cite', async () => {
    await using opened = await openReport(lostElements);
    const { page } = opened;
    expect(await page.textContent('.anomalies .which')).toBe('Anomaly 1 of 2');
    expect(await texts(page, '.bar .words')).toEqual(['add 1#0', 'read → [2]#2']);
    expect(await page.locator('.orders').count()).toBe(0);
    await page.keyboard.press('a');
    await settled(page);
    expect(await page.textContent('.anomalies .which')).toBe('Anomaly 2 of 2');
    expect(await texts(page, '.bar .words')).toEqual(['add 2#1', 'read → [1]#3']);
    await page.locator('.anomalies .list button').first().click();
    await settled(page);
    expect(page.url()).not.toContain('anomaly=');
  });
});

test('of a hundred operations the end is in sight, the others are a scroll away or counted', async () => {
  const builder = new HistoryBuilder();
  for (let turn = 0; turn < 100; turn++) builder.invoke(turn % 5, 'increment').complete(turn % 5, 'ok');
  const seen = builder.invoke(7, 'read').complete(7, 'ok', 50).history();
  await using opened = await openReport(reportOf(seen, { model: 'counter' }), { width: 800 });
  const { page } = opened;
  await settled(page);
  const cross = await page.locator('.picture .mark-cross').boundingBox();
  expect(cross?.x).toBeGreaterThan(150);
  expect(cross?.x).toBeLessThan(780);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'the page itself').toBeLessThanOrEqual(800);
  expect(await page.locator('.picture .bar').count()).toBe(60);
  expect(await page.textContent('#counterexample')).toContain('41 more operations: not drawn');
  await page.getByRole('button', { name: 'start', exact: true }).click();
  await settled(page);
  expect(await page.textContent('.stands')).toBe('At first: the counter is 0.');
});

const unfinished: CheckResult = {
  checker: 'linearizable',
  validity: 'unknown',
  reason: 'timeout',
  detail: 'undecided within 60 s: key 3; raise the budget',
  summary: 'undecided',
  stats: { operations: 1602 },
};

test('a search that was not finished says so, and what to change', async () => {
  await using opened = await openReport(reportOfStory(staleRead, { results: [unfinished] }));
  const { page } = opened;
  expect(await page.locator('#counterexample').count()).toBe(0);
  expect(await page.textContent('#unfinished')).toMatch(/it ran out of time.*raise the budget.*operations1,602/);
});

test('a run without anomalies has no such panel', async () => {
  await using opened = await openReport(reportOfStory('p0 invoke write x 1\n p0 ok'));
  expect(await opened.page.locator('#counterexample, #unfinished').count()).toBe(0);
});
