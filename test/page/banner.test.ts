/**
 * The first screen of a report.
 */
import { expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

test('says the verdict, the checkers that found it, and how to run it again', async () => {
  await using opened = await openReport(reportOfStory(staleRead));
  const { page } = opened;
  expect(await page.textContent('.banner .word')).toBe('FAIL');
  expect(await page.textContent('.banner')).toContain('the answers on key x fit no order (stale-read');
  await page.getByText('copy command').click();
  await page.getByText('copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ordeal run --plan .ordeal/latest/plan.json');
});
