/**
 * What each client did: rows, bars, and what the pointer and the keyboard do there.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './browser.ts';
import { manyOperations } from './many-operations.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

/** Around the reads of the story, so that every bar is wide. */
const closer = 'from=1990000000&to=2130000000';

const status = (page: Page): Promise<string | null> => page.textContent('.lane-status');

async function show(page: Page): Promise<void> {
  await page.locator('#lanes').evaluate(node => node.scrollIntoView());
  await settled(page);
  await settled(page);
}

/** In pixels of the canvas: the place of a moment between 1990 and 2130 ms. */
async function pointAt(page: Page, ms: number, lane = 0): Promise<readonly [x: number, y: number]> {
  const box = await page.locator('#lanes canvas').boundingBox();
  if (!box) throw new Error('there is no canvas');
  return [box.x + 132 + ((ms - 1990) / 140) * (box.width - 132 - 14), box.y + 14 + 19 * lane];
}

test('pointing at a bar says what it was, when, and what became of it', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: closer });
  const { page } = opened;
  await show(page);
  await page.mouse.move(...(await pointAt(page, 2105)));
  const tip = page.locator('.lane-tip');
  await tip.waitFor();
  expect(await tip.locator('p').allTextContents()).toEqual([
    'read → 1',
    '#3 · key x · process 2 · n3',
    '2.100000 s to 2.110000 s, took 10.0 ms',
    '● ok: it happened',
  ]);
  await page.mouse.move(...(await pointAt(page, 2070)));
  expect(await tip.isVisible()).toBe(false);
  await page.mouse.move(...(await pointAt(page, 1977)));
  expect(await tip.textContent()).toBe('x');
});

test('shapes say what colours say: ok is filled, fail is hollow, info goes on as a dashed line', async () => {
  const story = `
    2000ms p0 invoke write x 1
    2005ms p1 invoke write x 2
    2010ms p2 invoke write x 3
    2020ms p0 ok
    2030ms p1 fail
    2040ms p2 info
    2130ms p3 invoke read x
  `;
  await using opened = await openReport(reportOfStory(story, { checkers: [] }), { hash: closer });
  const { page } = opened;
  await show(page);
  const seen = await page.locator('#lanes canvas').evaluate(node => {
    const canvas = node as HTMLCanvasElement;
    const x = (ms: number) => Math.round(132 + ((ms - 1990) / 140) * (canvas.clientWidth - 132 - 14));
    // Read once: a browser complains about more.
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, 80).data ?? new Uint8ClampedArray();
    const colours = (from: number, to: number, y: number): readonly string[] =>
      Array.from({ length: to - from }, (_, at) => {
        const place = (y * canvas.width + from + at) * 4;
        return [...pixels.subarray(place, place + 3)].map(part => part.toString(16).padStart(2, '0')).join('');
      });
    const [ok, fail, info] = [14, 33, 52];
    const isDashed = (y: number) => new Set(colours(x(2064), x(2068), y)).size > 1;
    return {
      ok: colours(x(2018), x(2018) + 1, ok),
      fail: [...new Set(colours(x(2028), x(2032), fail))].slice(0, 1),
      failEnds: colours(x(2029), x(2031), fail).some(colour => colour !== 'ffffff'),
      info: colours(x(2036), x(2036) + 1, info),
      dashed: [isDashed(ok), isDashed(info)],
    };
  });
  expect(seen).toEqual({ ok: ['0072b2'], fail: ['ffffff'], failEnds: true, info: ['e69f00'], dashed: [false, true] });
});

test('a click on a bar selects its operation, and the address has it', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: closer });
  const { page } = opened;
  await show(page);
  await page.mouse.click(...(await pointAt(page, 2020, 1)));
  await settled(page);
  expect(new URL(page.url()).hash).toContain('operation=2');
  expect(await page.textContent('.operation-dock .words')).toBe('#2 read → 2');
});

test('arrow keys walk through a row and from row to row, and move the visible time along', async () => {
  const story = `
    1000ms p0@n1 invoke write x 1
    1010ms p0 ok
    1005ms p1@n2 invoke write y 1
    1020ms p1 ok
    9000ms p0@n1 invoke read x
    9010ms p0 ok 1
  `.replace('1005ms', '1012ms');
  await using opened = await openReport(reportOfStory(story), { hash: 'from=900000000&to=1100000000' });
  const { page } = opened;
  await show(page);
  await page.locator('#lanes canvas').focus();
  const after = async (key: string): Promise<string | null> => {
    await page.keyboard.press(key);
    await settled(page);
    return await page.textContent('.operation-dock .words');
  };
  expect(await after('ArrowRight')).toBe('#0 write 1');
  expect(await after('ArrowDown')).toBe('#1 write 1');
  expect(await after('ArrowUp')).toBe('#0 write 1');
  expect(new URL(page.url()).hash).toContain('from=900000000&');
  expect(await after('ArrowRight')).toBe('#2 read → 1');
  expect(await after('ArrowRight')).toBe('#2 read → 1');
  // As wide as before, at the end of the history.
  expect(new URL(page.url()).hash).toContain('from=8810000000&');
  await page.keyboard.press('Escape');
  await settled(page);
  expect(await page.isVisible('.operation-dock')).toBe(false);
});

test('rows are keys, processes or nodes', async () => {
  await using opened = await openReport(manyOperations(2000, { keys: 30, processes: 12 }));
  const { page } = opened;
  await show(page);
  expect(await status(page)).toMatch(/^keys \d+ to \d+ of 30 keys, scroll for more/);
  await page.selectOption('#lanes-group', 'node');
  await settled(page);
  expect(await status(page)).toMatch(/^(nodes \d to \d of|all) 5 nodes/);
  await page.selectOption('#lanes-group', 'process');
  await settled(page);
  expect(await status(page)).toMatch(/^processes \d+ to \d+ of \d+ processes/);
  expect(new URL(page.url()).hash).toContain('group=process');
});

test('what the filter hides is counted, and a button shows it again', async () => {
  await using opened = await openReport(reportOfStory(staleRead), { hash: 'f=read&operation=1' });
  const { page } = opened;
  await show(page);
  expect(await status(page)).toBe(
    '1 key; 2 operations hidden by the filter (function read); the selected #1 is one of them',
  );
  expect(await page.inputValue('#lanes-f')).toBe('read');
  await page.locator('#lanes').getByText('clear filters').click();
  await settled(page);
  expect(await status(page)).toBe('1 key');
  await page.fill('#lanes-key', 'nothing');
  await settled(page);
  expect(await status(page)).toBe(
    'no operation fits the filter; 4 operations hidden by the filter (key nothing); the selected #1 is one of them',
  );
});

test('with ten thousand keys the selected operation is in the window, and every row can be reached', async () => {
  const report = manyOperations(30_000, { keys: 10_000, seconds: 60 });
  await using opened = await openReport(report, { hash: 'operation=20000' });
  const { page } = opened;
  await show(page);
  const window = page.locator('.lane-window');
  expect(await window.evaluate(node => node.scrollTop > 1000)).toBe(true);
  await window.evaluate(node => node.scrollTo(0, node.scrollHeight));
  await settled(page);
  await settled(page);
  const words = (await status(page)) ?? '';
  const [, last, all] = /^keys [\d,]+ to ([\d,]+) of ([\d,]+) keys/.exec(words) ?? [];
  expect(last).toBe(all);
  await page.locator('#lanes canvas').focus();
  await page.keyboard.press('PageUp');
  await settled(page);
  await settled(page);
  expect(await status(page)).not.toBe(words);
});

test('"show the operations of the anomaly" looks closer at them and at their key', async () => {
  await using opened = await openReport(reportOfStory(`${staleRead}\n3000ms p1 invoke write y 1\n9000ms p1 ok`));
  const { page } = opened;
  await show(page);
  expect(await status(page)).toBe('all 2 keys');
  await page.getByText('show the operations of the anomaly').click();
  await settled(page);
  expect(await status(page)).toBe('1 key; 1 operation hidden by the filter (key x)');
  const { from, to } = Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
  // The anomaly lasts from 1000 ms to 2110 ms.
  expect([Number(from) / 1e6, Number(to) / 1e6].map(Math.round)).toEqual([834, 2277]);
});

test('a moment is at the same place as in other panels, although the window has a scroll bar', async () => {
  await using opened = await openReport(manyOperations(2000, { keys: 100 }));
  const { page } = opened;
  await show(page);
  const widths = await page.locator('canvas.time').evaluateAll(all => all.map(node => node.clientWidth));
  expect(new Set(widths).size).toBe(1);
});
