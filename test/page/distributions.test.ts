/**
 * How old answers were, and how long operations took.
 */
import { describe, expect, test } from 'vitest';
import type { Staleness } from '../../src/checker/measure/staleness/staleness.ts';
import type { Report } from '../../src/report/data.ts';
import { settled, useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

const found: Staleness = {
  of: 'value',
  reads: 812,
  stale: 3,
  age: { p50: 60e6, p99: 1.4e9, max: 1.4e9 },
  oldest: [
    { operation: 3, age: 1.4e9 },
    { operation: 2, age: 60e6 },
  ],
  histogram: [
    { upTo: 1e8, count: 2 },
    { upTo: 2e8, count: 0 },
    { upTo: 5e8, count: 0 },
    { upTo: 1e9, count: 0 },
    { upTo: 2e9, count: 1 },
  ],
  byNode: { n1: { reads: 500, stale: 0 }, n3: { reads: 312, stale: 3 } },
};

function reportWith(staleness: Staleness | null): Report {
  const report = reportOfStory(staleRead);
  return { ...report, data: { ...report.data, staleness } };
}

describe('staleness', () => {
  test('says how many reads were out of date, by how much, and from which nodes', async () => {
    await using opened = await openReport(reportWith(found));
    const panel = opened.page.locator('#staleness');
    expect(await panel.locator('.answer').textContent()).toBe(
      '3 of 812 reads were out of date, the oldest answer by 1.40 s.',
    );
    expect(await panel.locator('.hint').textContent()).toContain('lower bound');
    expect(await panel.locator('.ages tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^up to 100 ms\s+2$/),
      expect.stringMatching(/^up to 200 ms\s*$/),
      expect.stringMatching(/^up to 500 ms\s*$/),
      expect.stringMatching(/^up to 1 s\s*$/),
      expect.stringMatching(/^up to 2 s\s+1$/),
    ]);
    expect(await panel.locator('.by-node tbody tr').nth(1).innerText()).toMatch(/^n3\s+312\s+3\s+1\.0 %/);
    expect(await panel.innerText()).toContain('1 more stale read not listed.');
  });

  test('the oldest answers are links that select the read and show the time since', async () => {
    await using opened = await openReport(reportWith(found));
    const link = opened.page.getByRole('link', { name: '#3 x: read → 1' });
    expect(await opened.page.locator('#staleness li').first().innerText()).toBe(
      '#3 x: read → 1 from n3 at 2.100 s: out of date by 1.40 s',
    );
    const href = await link.getAttribute('href');
    await link.click();
    await settled(opened.page);
    const hash = new URL(opened.page.url()).hash;
    expect(hash).toContain('operation=3');
    expect(new URLSearchParams((href ?? '').slice(1)).get('from')).toBe(new URLSearchParams(hash.slice(1)).get('from'));
  });

  test('of sets it says that something was lacking', async () => {
    await using opened = await openReport(reportWith({ ...found, of: 'element' }));
    expect(await opened.page.locator('#staleness .answer').textContent()).toBe(
      '3 of 812 reads lacked something that had been acknowledged, up to 1.40 s before.',
    );
  });

  test('when no read was stale there is a sentence and no chart', async () => {
    const none: Staleness = { ...found, stale: 0, age: null, oldest: [], histogram: [] };
    await using opened = await openReport(reportWith(none));
    const panel = opened.page.locator('#staleness');
    expect(await panel.locator('.answer').textContent()).toBe('None of 812 reads was out of date.');
    expect(await panel.locator('table').count()).toBe(0);
  });
});

describe('latency', () => {
  test('quantiles by function and by node', async () => {
    await using opened = await openReport(reportWith(null));
    const panel = opened.page.locator('#latency-distribution');
    await panel.scrollIntoViewIfNeeded();
    const rows = panel.locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^write\s+2\s+40\.\d ms\s+40\.\d ms\s+40\.\d ms\s+40\.\d ms\s+40\.0 ms\s*$/),
      expect.stringMatching(/^read\s+2\s+20\.\d ms\s+20\.\d ms\s+20\.\d ms\s+20\.\d ms\s+20\.0 ms\s*$/),
    ]);
    await panel.getByLabel('by').selectOption('node');
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^n1\s+2/),
      expect.stringMatching(/^n2\s+1/),
      expect.stringMatching(/^n3\s+1/),
    ]);
  });

  test('of the visible time alone, if wanted', async () => {
    await using opened = await openReport(reportWith(null), { hash: 'from=2050000000&to=2400000000' });
    const panel = opened.page.locator('#latency-distribution');
    await panel.scrollIntoViewIfNeeded();
    await panel.getByText('4 operations ended ok').waitFor();
    await panel.getByLabel('only the visible time').check();
    expect(await panel.locator('tbody tr').allInnerTexts()).toEqual([expect.stringMatching(/^read\s+1\s+10\.0 ms/)]);
    expect(await panel.innerText()).toContain('Called between 2.050 s and 2.400 s: 1 operation ended ok.');
    await panel.locator('h2').click();
    await opened.page.keyboard.press('0');
    await panel.getByText('4 operations ended ok').waitFor();
  });
});
