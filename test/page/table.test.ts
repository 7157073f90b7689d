/**
 * The table of operations: only visible rows exist, and filters, order and keyboard work on all.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './browser.ts';
import { manyOperations } from './many-operations.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

const rows = '.operation-table .rows [role=row]:not([hidden])';

async function show(page: Page): Promise<void> {
  await page.locator('#table').evaluate(node => node.scrollIntoView());
  await page.locator(rows).first().waitFor();
  await settled(page);
}

function cells(page: Page): Promise<readonly string[]> {
  return page
    .locator(rows)
    .evaluateAll(all => all.map(row => [...row.children].map(cell => cell.textContent).join(' | ')));
}

const count = (page: Page): Promise<string | null> => page.textContent('.row-count');

async function column(page: Page, at: number): Promise<readonly string[]> {
  return (await cells(page)).map(row => row.split(' | ')[at] ?? '');
}

test('every operation is a row with what was asked and what came of it', async () => {
  const story = `
    1000ms p0@n1 invoke write x 1
    1000.4ms p0 ok
    1010ms p1 invoke cas x [1,2]
    1020ms p1 fail -- refused
    1030ms p2@n2 invoke add - 5
  `;
  await using opened = await openReport(reportOfStory(story, { checkers: [] }));
  const { page } = opened;
  await show(page);
  expect(await cells(page)).toEqual([
    '0 | 1.000000 s | 0 | n1 | write | x | 1 |  | ● ok | 400 µs | ',
    '1 | 1.010000 s | 1 |  | cas | x | [1,2] |  | ○ fail | 10.0 ms | refused',
    '2 | 1.030000 s | 2 | n2 | add |  | 5 |  | ◐ info | never ended | ',
  ]);
  expect(await count(page)).toBe('3 operations');
});

test('filters and words leave rows, are counted, are in the address, and can be cleared', async () => {
  await using opened = await openReport(manyOperations(5000, { keys: 12 }), { hash: 'key=k1&f=write' });
  const { page } = opened;
  await show(page);
  const first = (await count(page)) ?? '';
  expect(first).toMatch(/^[\d,]+ of 5,000 operations$/);
  expect(new Set(await column(page, 5))).toEqual(new Set(['k1']));
  expect(new Set(await column(page, 4))).toEqual(new Set(['write']));
  await page.keyboard.press('/');
  await page.keyboard.type('TIMED out');
  await settled(page);
  expect(new Set(await column(page, 10))).toEqual(new Set(['timed out']));
  expect(new URL(page.url()).hash).toContain('text=TIMED+out');
  await page.locator('#table').getByText('clear filters').click();
  await settled(page);
  expect(await count(page)).toBe('5,000 operations');
  await page.selectOption('#table-outcome', 'fail');
  await page.selectOption('#table-node', 'n2');
  await page.fill('#table-process', '1');
  await settled(page);
  expect(new Set(await column(page, 2))).toEqual(new Set(['1']));
  expect(new Set(await column(page, 8))).toEqual(new Set(['○ fail']));
});

test('only what is visible above: the rows follow the time', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'from=2005000000&to=2050000000' });
  const { page } = opened;
  await show(page);
  await page.getByLabel('only the time that is visible above').check();
  await settled(page);
  expect(await column(page, 0)).toEqual(['1', '2']);
  expect(await count(page)).toBe('2 of 4 operations');
  await page.locator('.row-count').click();
  await page.keyboard.press('0');
  await settled(page);
  expect(await count(page)).toBe('4 operations');
});

test('a click on a header sorts by latency, the longest first; by time again, and backwards', async () => {
  await using opened = await openReport(reportOfStory(staleRead));
  const { page } = opened;
  await show(page);
  const latency = page.locator('.operation-table .head button').nth(1);
  const time = page.locator('.operation-table .head button').nth(0);
  const order = async (): Promise<string> => {
    await settled(page);
    return (await column(page, 0)).join(' ');
  };
  await latency.click();
  expect(await order()).toBe('1 2 0 3');
  expect(await page.getAttribute('[role=columnheader]:has-text("latency")', 'aria-sort')).toBe('descending');
  await latency.click();
  expect(await order()).toBe('0 3 2 1');
  await time.click();
  expect(await order()).toBe('0 1 2 3');
  await time.click();
  expect(await order()).toBe('3 2 1 0');
});

test('a click on a row selects it and moves the visible time to it', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'from=1000000000&to=1100000000' });
  const { page } = opened;
  await show(page);
  await page.locator(rows).nth(3).click();
  await settled(page);
  expect(await page.getAttribute(`${rows}[aria-selected=true]`, 'aria-rowindex')).toBe('5');
  expect(new URL(page.url()).hash).toBe('#from=2055000000&to=2155000000&operation=3');
});

test('with the keyboard: down, page, end, home; a selection from elsewhere is scrolled to', async () => {
  await using opened = await openReport(manyOperations(3000));
  const { page } = opened;
  await show(page);
  const grid = page.locator('[role=grid]');
  await grid.focus();
  const selectedAfter = async (key: string): Promise<string | null> => {
    await page.keyboard.press(key);
    await settled(page);
    expect(await grid.getAttribute('aria-activedescendant')).toBe(
      await page.locator(`${rows}[aria-selected=true]`).getAttribute('id'),
    );
    return await page.locator(`${rows}[aria-selected=true] > :first-child`).textContent();
  };
  expect(await selectedAfter('ArrowDown')).toBe('0');
  expect(await selectedAfter('ArrowDown')).toBe('1');
  expect(Number(await selectedAfter('PageDown'))).toBeGreaterThan(10);
  expect(await selectedAfter('End')).toBe('2999');
  expect(await selectedAfter('Home')).toBe('0');
  await page.evaluate(() => {
    location.hash = '#operation=1500';
  });
  await settled(page);
  expect(await page.locator(`${rows}[aria-selected=true] > :first-child`).textContent()).toBe('1500');
  await page.selectOption('#table-outcome', 'fail');
  await page.fill('#table-key', 'none such');
  await settled(page);
  expect(await count(page)).toBe('0 of 3,000 operations; the selected #1500 is not among them');
});

test('more rows than a browser can be high: few elements, the last is reached, filters answer at once', {
  timeout: 120_000,
}, async () => {
  await using opened = await openReport(manyOperations(400_000, { keys: 1000, seconds: 300 }));
  const { page } = opened;
  await show(page);
  expect(await page.locator(rows).count()).toBeLessThan(40);
  expect(await page.getAttribute('[role=grid]', 'aria-rowcount')).toBe('400001');
  const box = page.locator('.operation-table');
  // A turn of the wheel goes as far as anywhere.
  await box.hover();
  await page.mouse.wheel(0, 26 * 40);
  await settled(page);
  expect((await column(page, 0))[0]).toBe('40');
  await box.evaluate(node => node.scrollTo(0, node.scrollHeight));
  await settled(page);
  expect((await column(page, 0)).at(-1)).toBe('399999');
  const started = performance.now();
  await page.fill('#table-key', 'k77');
  await page.fill('#filter-text', 'timed read');
  await settled(page);
  expect(await count(page)).toMatch(/of 400,000 operations$/);
  expect(new Set(await column(page, 4))).toEqual(new Set(['read']));
  expect(performance.now() - started).toBeLessThan(3000);
});

test('rows are copied as JSON Lines, ten thousand at most, and the button says so', async () => {
  await using opened = await openReport(manyOperations(12_000));
  const { page } = opened;
  await show(page);
  expect(await page.textContent('.row-copy')).toBe('copy the first 10,000 of 12,000 rows as JSON Lines');
  await page.fill('#filter-text', '#17');
  await settled(page);
  await page.getByText('copy 1 row as JSON Lines').click();
  await page.getByText('copied').waitFor();
  const [line = '', ...others] = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(others).toEqual(['']);
  expect(Object.keys(JSON.parse(line) as object)).toEqual(
    expect.arrayContaining(['id', 'process', 'node', 'f', 'key', 'input', 'outcome', 'call', 'completion']),
  );
  expect(JSON.parse(line)).toMatchObject({ id: 17, process: expect.any(Number) as number });
});

test('no value makes a row higher or wider', async () => {
  const hostile = JSON.stringify(['a\nb\r\nc', '\u202eabc', '<b>x</b>', 'Z͑ͫ̓ͪ̂ͫ̽A̴̵̜̰͔ͫ͗͢', 'w'.repeat(3000)]);
  await using opened = await openReport(
    reportOfStory(`p0 invoke write "x\\ny" ${hostile}\np0 ok\np1 invoke read x\np1 ok 1`, { checkers: [] }),
  );
  const { page } = opened;
  await show(page);
  const heights = await page.locator(rows).evaluateAll(all => all.map(row => row.getBoundingClientRect().height));
  expect(heights).toEqual([26, 26]);
  const overflow = await page.locator('.operation-table').evaluate(node => node.scrollWidth - node.clientWidth);
  expect(overflow).toBe(0);
  const cell = page.locator(`${rows} > :nth-child(7)`).first();
  await cell.hover();
  const title = (await cell.getAttribute('title')) ?? '';
  expect(title).toContain('⟨U+202E⟩abc');
});
