/**
 * The panels on the time axis: the overview with its frame, the gestures that they share, and what they say.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './browser.ts';
import { manyOperations } from './many-operations.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();
/** The plot is right of the labels and left of a margin. */
const [gutter, margin] = [132, 14];
const report = manyOperations(3000, { seconds: 27, faults: 5 });

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a part of the width of a canvas is, from 0 at the left end of its plot to 1 at the right one. */
async function places(page: Page, canvas: string): Promise<{ box: Box; at: (part: number) => number }> {
  await page.locator(canvas).evaluate(node => node.scrollIntoView({ block: 'center' }));
  await settled(page);
  const box = await page.locator(canvas).boundingBox();
  if (!box) throw new Error(`${canvas} is not there`);
  return { box, at: part => box.x + gutter + part * (box.width - gutter - margin) };
}

/** From one part of the width to another, at a height within the canvas. */
async function drag(page: Page, canvas: string, [from, to, y]: readonly [number, number, number]): Promise<void> {
  const { box, at } = await places(page, canvas);
  await page.mouse.move(at(from), box.y + y);
  await page.mouse.down();
  await page.mouse.move(at((from + to) / 2), box.y + y);
  await page.mouse.move(at(to), box.y + y);
  await page.mouse.up();
  await settled(page);
}

/** What the address says is looked at, in parts of the run. */
function shown(page: Page): readonly [number, number] {
  const hash = new URLSearchParams(new URL(page.url()).hash.slice(1));
  const { duration } = report.data;
  const part = (name: string, otherwise: number) => Number(hash.get(name) ?? otherwise * duration) / duration;
  return [part('from', 0), part('to', 1)];
}

function expectShown(page: Page, [from, to]: readonly [number, number]): void {
  expect(shown(page)[0]).toBeCloseTo(from, 2);
  expect(shown(page)[1]).toBeCloseTo(to, 2);
}

const strip = '#timeline canvas';

test('dragging in the overview frames a part of the run, and the address keeps it', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  await drag(page, strip, [0.2, 0.4, 25]);
  expectShown(page, [0.2, 0.4]);
  const words = await page.textContent('.timeline-shown');
  expect(words).toMatch(/^\d+\.\d{3} s to \d+\.\d{3} s of 2\d\.\d s$/);
  await page.reload();
  await page.waitForSelector('html[data-ready=yes]', { state: 'attached' });
  expect(await page.textContent('.timeline-shown')).toBe(words);
});

test('the frame is moved by its inside and changed by its edges; two clicks show all again', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  await drag(page, strip, [0.2, 0.4, 25]);
  await drag(page, strip, [0.3, 0.5, 25]);
  expectShown(page, [0.4, 0.6]);
  await drag(page, strip, [0.6, 0.8, 25]);
  expectShown(page, [0.4, 0.8]);
  await drag(page, strip, [0.4, 0.1, 25]);
  expectShown(page, [0.1, 0.8]);
  const { box, at } = await places(page, strip);
  await page.mouse.dblclick(at(0.5), box.y + 25);
  await settled(page);
  expect(await page.textContent('.timeline-shown')).toContain('the whole run');
  expect(new URL(page.url()).hash).not.toContain('from');
});

test('the frame obeys the arrows; with Shift they move its end', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  await drag(page, strip, [0.2, 0.4, 25]);
  await page.focus(strip);
  for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight']) {
    await page.keyboard.press(key);
    await settled(page);
  }
  expectShown(page, [0.24, 0.46]);
  expect(await page.getAttribute(strip, 'aria-valuetext')).toBe(await page.textContent('.timeline-shown'));
  await page.keyboard.press('End');
  await settled(page);
  expectShown(page, [0.78, 1]);
});

test('a click on the bar of a fault looks at it, and so do its links', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  const fault = report.data.faults[1];
  const { duration } = report.data;
  const [begin, end] = [(fault?.beginTime ?? 0) / duration, (fault?.endTime ?? 0) / duration];
  const around = (end - begin) / 2;
  const { box, at } = await places(page, strip);
  await page.mouse.click(at((begin + end) / 2), box.y + 50);
  await settled(page);
  expectShown(page, [begin - around, end + around]);
  await page.getByRole('button', { name: 'whole run' }).click();
  await settled(page);
  expectShown(page, [0, 1]);
  await page.locator('.timeline-faults a').nth(1).click();
  await settled(page);
  expectShown(page, [begin - around, end + around]);
  await page.locator('.faults .when a').first().click();
  await settled(page);
  expect(shown(page)[0]).toBeLessThan(begin - around);
});

test('dragging on a panel looks closer; less than four pixels do nothing; Ctrl and the wheel zoom', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  const panel = '#throughput canvas';
  await drag(page, panel, [0.25, 0.2525, 60]);
  expectShown(page, [0, 1]);
  await drag(page, panel, [0.25, 0.75, 60]);
  expectShown(page, [0.25, 0.75]);
  const { box, at } = await places(page, panel);
  await page.mouse.move(at(0.5), box.y + 60);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await settled(page);
  expectShown(page, [0.375, 0.625]);
  await page.mouse.wheel(box.width - gutter - margin, 0);
  await settled(page);
  expectShown(page, [0.625, 0.875]);
  const before = await page.evaluate(() => window.scrollY);
  await page.mouse.wheel(0, 100);
  await page.waitForFunction(was => window.scrollY !== was, before);
  expectShown(page, [0.625, 0.875]);
  await page.mouse.dblclick(at(0.5), box.y);
  await settled(page);
  expectShown(page, [0, 1]);
});

test('Escape gives up a part that is being chosen', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  const panel = '#throughput canvas';
  const { box, at } = await places(page, panel);
  await page.mouse.move(at(0.2), box.y + 60);
  await page.mouse.down();
  await page.mouse.move(at(0.6), box.y + 60);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await settled(page);
  expectShown(page, [0, 1]);
});

test('two fingers look closer, and one finger upwards is left to the page', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  const panel = '#throughput canvas';
  const { box, at } = await places(page, panel);
  const session = await page.context().newCDPSession(page);
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...parts: readonly number[]): Promise<void> => {
    const touchPoints = parts.map((part, id) => ({ x: at(part), y: box.y + 60, id }));
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  await touch('touchStart', 0.4);
  await touch('touchStart', 0.4, 0.6);
  await touch('touchMove', 0.3, 0.7);
  await touch('touchMove', 0.2, 0.8);
  await touch('touchEnd');
  await settled(page);
  expectShown(page, [1 / 3, 2 / 3]);
  expect(await page.locator(panel).evaluate(canvas => getComputedStyle(canvas).touchAction)).toBe('pan-y');
});

test('a moment under the pointer is told by every panel', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  const { box, at } = await places(page, '#throughput canvas');
  const fault = report.data.faults[0];
  await page.mouse.move(at(((fault?.beginTime ?? 0) + 1e9) / report.data.duration), box.y + 60);
  await settled(page);
  expect(await page.textContent('#timeline .chart-readout')).toMatch(/^\d+\.\d{3} s · main · partition n1$/);
  expect(await page.textContent('#throughput .chart-readout')).toMatch(
    /^\d+\.\d{3} s: [\d,]+ ok\/s, [\d,]+ fail\/s, [\d,]+ info\/s \(\d+ operations? in \d+ ms\)$/,
  );
  await page.mouse.move(at(0.5), box.y - 20);
  await settled(page);
  expect(await page.textContent('#timeline .chart-readout')).toBe('drag to look closer');
});

test('a click on a mark selects its operation', async () => {
  await using opened = await openReport(reportOfStory(staleRead));
  const { page } = opened;
  const { box, at } = await places(page, '#latency canvas');
  await settled(page);
  expect(await page.textContent('#latency .chart-status')).toBe('each of 4 operations');
  // It was asked for at 1.00 s of 2.50 s; how high it is the axis knows.
  for (let y = box.y + box.height - 20; y > box.y; y -= 6) {
    await page.mouse.move(at(1 / 2.5), y);
    await settled(page);
    if ((await page.textContent('#latency .chart-readout')) !== '') break;
  }
  expect(await page.textContent('#latency .chart-readout')).toBe('write 1 on x, n1: ok after 10.0 ms');
  await page.mouse.down();
  await page.mouse.up();
  await settled(page);
  expect(new URL(page.url()).hash).toBe('#operation=0');
});

test('the overview stays in sight when the page is scrolled, and covers no title that is linked to', async () => {
  await using opened = await openReport(report, { height: 500 });
  const { page } = opened;
  await page.locator('#faults .anchor').click();
  await settled(page);
  const sticky = await page.locator('#timeline').boundingBox();
  const title = await page.locator('#faults h2').boundingBox();
  expect(sticky?.y).toBe(0);
  expect(sticky?.height).toBeLessThan(110);
  expect(title?.y).toBeGreaterThan(sticky?.height ?? Infinity);
});

test('a fault that did not bite is marked in the table, and counted', async () => {
  await using opened = await openReport(report);
  const { page } = opened;
  expect(await page.textContent('.faults-sum')).toMatch(
    /^3 of 5 faults took effect; 1 was not measured; longest time without an ok \d+ ms, during fault \d/,
  );
  const missed = page.locator('.faults tr.missed');
  expect(await missed.count()).toBe(1);
  expect(await missed.textContent()).toContain('clock-skew n4, n5');
  expect(await missed.textContent()).toContain('did not bite');
  expect(await page.locator('.faults tbody tr').last().textContent()).toContain('not measured');
});

test('what was written about a fault is shown as text', async () => {
  const { data, ...rest } = reportOfStory(staleRead);
  const [fault] = data.faults;
  if (!fault) throw new Error('the story has a fault');
  const hostile = '<img src=x onerror=alert(1)>\u202e';
  const faults = [{ ...fault, kind: hostile, targets: [hostile], description: hostile, evidence: hostile }];
  await using opened = await openReport({ data: { ...data, faults }, ...rest });
  const { page } = opened;
  expect(await page.locator('#faults img, #timeline img').count()).toBe(0);
  expect(await page.textContent('.faults tbody')).toContain('<img src=x onerror=alert(1)>⟨U+202E⟩');
});

test('without faults there is no panel of faults; without times no rates and no latencies', async () => {
  await using calm = await openReport(reportOfStory('1ms p0 invoke write x 1\n9ms p0 ok'));
  expect(await calm.page.locator('#faults').count()).toBe(0);
  expect(await calm.page.locator('.timeline-faults').count()).toBe(0);
  const { data, ...rest } = reportOfStory(staleRead);
  await using untimed = await openReport({ data: { ...data, hasTimes: false }, ...rest });
  expect(await untimed.page.locator('#throughput, #latency').count()).toBe(0);
  expect(await untimed.page.textContent('.timeline-shown')).toMatch(/^all \d+ events$/);
  expect(await untimed.page.textContent('.faults thead')).not.toContain('ok/s');
});
