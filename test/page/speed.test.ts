/**
 * How long a large report takes to open, and whether zooming keeps up. The figures are printed and not asserted, for they
 * belong to the machine; what is asserted is the size of the file, and that all is counted and nothing breaks.
 *
 * `opened` is until the page said that it is there and two more frames were drawn, by the page's own clock, which begins with
 * the navigation. While zooming, every frame asks for the next view, as a wheel does that is turned without a pause.
 */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './browser.ts';
import { manyOperations } from './many-operations.ts';

const { openReport } = useBrowser();
const frames = 120;

test.each([
  { count: 100_000, seconds: 100, keys: 100, mostMegabytes: 3 },
  { count: 1_000_000, seconds: 300, keys: 1000, mostMegabytes: 30 },
])('$count operations are shown, all of them', async ({ count, seconds, keys, mostMegabytes }) => {
  const report = manyOperations(count, { seconds, keys, faults: 12 });
  await using opened = await openReport(report, { height: 1200 });
  const { page } = opened;
  await settled(page);
  const openMs = await page.evaluate(() => performance.now());
  const megabytes = statSync(fileURLToPath(opened.url)).size / 1e6;
  expect(megabytes).toBeLessThan(mostMegabytes);
  const words = `${count.toLocaleString('en-US')} operations`;
  expect(await page.textContent('#verdict')).toContain(words);

  const first = await page.evaluate(() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return paint?.startTime ?? Number.NaN;
  });
  const lines = [
    `${words}: ${megabytes.toFixed(2)} MB, first paint after ${first.toFixed(0)} ms, opened after ${openMs.toFixed(0)} ms`,
  ];
  for (const panel of ['throughput', 'latency', 'lanes']) {
    lines.push(`  zooming at ${panel}: ${await zoom(page, panel)}`);
  }
  await page.evaluate(() => document.getElementById('table')?.scrollIntoView());
  await page.getByText(words, { exact: true }).waitFor();
  console.log(lines.join('\n'));
});

/** Zooms in and out again, a step a frame, and says how the frames came. */
async function zoom(page: Page, panel: string): Promise<string> {
  await page.evaluate(id => document.getElementById(id)?.scrollIntoView(), panel);
  await settled(page);
  await settled(page);
  const intervals = await page.evaluate(
    async ({ id, count }) => {
      const canvas = document.querySelector(`#${id} canvas`) as HTMLCanvasElement;
      const { left, width, top } = canvas.getBoundingClientRect();
      const taken: number[] = [];
      let before = 0;
      for (let at = 0; at <= count; at++) {
        const time = await new Promise<number>(resolve => requestAnimationFrame(resolve));
        if (before > 0) taken.push(time - before);
        before = time;
        const deltaY = at < count / 2 ? -60 : 60;
        const [clientX, clientY] = [left + width * 0.6, top + 20];
        canvas.dispatchEvent(
          new WheelEvent('wheel', { deltaY, clientX, clientY, ctrlKey: true, bubbles: true, cancelable: true }),
        );
      }
      return taken.toSorted((one, other) => one - other);
    },
    { id: panel, count: frames },
  );
  await page.keyboard.press('0');
  await settled(page);
  const at = (part: number) => (intervals[Math.floor(part * (intervals.length - 1))] ?? Number.NaN).toFixed(1);
  const late = intervals.filter(interval => interval > 25).length;
  return `a frame every ${at(0.5)} ms (median), 95th of 100 ${at(0.95)} ms, longest ${at(1)} ms; ${late} of ${frames} late`;
}
