/**
 * The card of the selected operation.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

/** What stands in the card: each name and what belongs to it. */
function facts(page: Page): Promise<readonly string[]> {
  return page
    .locator('.operation-dock dt')
    .evaluateAll(names => names.map(name => `${name.textContent}: ${name.nextElementSibling?.textContent?.trim()}`));
}

test('a link with an operation shows all about it, and it is still there after loading again', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'operation=3' });
  const { page } = opened;
  const wanted = [
    'key: x',
    'process: 2, bound to n3',
    'invoked: at 2.100000 s, event 8',
    'completed: at 2.110000 s, event 9',
    'took: 10.0 ms',
    'before it, same key: #2 read → 2',
    'overlapped it: 0 operations, 0 of key x',
    'faults meanwhile: 1: partition n1, 1.500 s to 2.500 s',
    'part of: anomaly 1: not-linearizable',
  ];
  expect(await page.textContent('.operation-dock .head')).toBe('#3 read → 1● ok: it happened');
  expect(await facts(page)).toEqual(wanted);
  await page.reload();
  await page.waitForSelector('html[data-ready=yes]');
  expect(await facts(page)).toEqual(wanted);
  expect(await page.getAttribute('.operation-dock a', 'href')).toBe('#at=lanes&operation=3');
});

test('what overlapped is listed, and leads there', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'operation=2' });
  const { page } = opened;
  expect(await facts(page)).toContain('overlapped it: 1 operation, 1 of key x');
  expect(await facts(page)).toContain('those of the key: #1 write 2');
  await page.locator('.operation-dock').getByText('#1 write 2').first().click();
  await settled(page);
  expect(await page.textContent('.operation-dock .words')).toBe('#1 write 2');
  expect(await facts(page)).toContain('before it, same process: #0 write 1');
});

test('what has no completion, what failed, and what may still take effect are said', async () => {
  const story = `
    p0 invoke write x 1
    p0 info -- timed out
    p1 invoke cas x [1,2]
    p1 fail 3 -- refused
    p2 invoke write x 9
    p3 invoke read x
    p3 ok 1
  `;
  await using opened = await openReport(reportOfStory(story), { hash: 'operation=1' });
  const { page } = opened;
  expect(await page.textContent('.operation-dock .outcome')).toBe('○ fail: it certainly did not happen');
  expect(await facts(page)).toContain('error: refused');
  expect(await facts(page)).toContain(
    'may take effect in it: 1 earlier operation of key x of which nobody knows the end',
  );
  await page.keyboard.press('n');
  await settled(page);
  expect(await page.textContent('.operation-dock .outcome')).toBe(
    '◐ info: nobody knows: it may have happened, or may happen at any later time',
  );
  expect(await facts(page)).toContain('completed: never: the history has no completion of it');
});

test('an anomaly that cites it is one click away', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'operation=3&anomaly=7' });
  const { page } = opened;
  await page.getByText('anomaly 1: not-linearizable').last().click();
  await settled(page);
  expect(new URL(page.url()).hash).toBe('#at=counterexample&operation=3');
});

test('the card can be made short and closed, and covers nothing at the end of the page', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'operation=3' });
  const { page } = opened;
  const dock = page.locator('.operation-dock');
  await dock.getByText('less').click();
  expect(await page.isVisible('.operation-dock .facts')).toBe(false);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const end = await page.locator('main').evaluate(node => node.getBoundingClientRect().bottom);
  expect((await dock.boundingBox())?.y).toBeGreaterThanOrEqual(Math.floor(end));
  await dock.getByText('more').click();
  expect(await page.isVisible('.operation-dock .facts')).toBe(true);
  await dock.getByText('close').click();
  await settled(page);
  expect(await dock.isVisible()).toBe(false);
});

test('an operation that is not there is not selected', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'operation=99' });
  expect(await opened.page.isVisible('.operation-dock')).toBe(false);
});

test('"show in lanes" moves the visible time to it', async () => {
  await using opened = await openReport(reportOfStory(staleRead), {
    hash: 'operation=0&from=2000000000&to=2100000000',
  });
  const { page } = opened;
  await page.getByText('show in lanes').click();
  await settled(page);
  expect(new URL(page.url()).hash).toBe('#from=955000000&to=1055000000&operation=0');
});

test('a long value is whole, and does not push the page aside', async () => {
  const list = JSON.stringify(Array.from({ length: 200 }, (_, at) => at));
  await using opened = await openReport(reportOfStory(`p0 invoke read x\np0 ok ${list}`, { checkers: [] }), {
    hash: 'operation=0',
    width: 500,
  });
  const { page } = opened;
  expect(await page.textContent('.operation-dock .words')).toBe(`#0 read → ${list}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect((await page.locator('.operation-dock .words').boundingBox())?.height).toBeLessThan(100);
});
