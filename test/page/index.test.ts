/**
 * The page of many runs.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { IndexData } from '../../src/report/many/index-data.ts';
import { indexHtml } from '../../src/report/many/write-index.ts';
import { indexOf, lostWrite, staleRead, type Told, told, unfinished } from '../report/many-runs.ts';
import { type OpenOptions, settled, triedViewer, useBrowser } from './browser.ts';

const { openHtml } = useBrowser();

function openIndex(data: IndexData, options?: OpenOptions) {
  return openHtml(indexHtml(data, triedViewer()), options);
}

const redis = 'redis-sentinel, lin-kv, pause-one';
const week = indexOf([
  told({ at: '2026-11-19T22:00', seed: 'a', about: 'etcd, lin-kv, kill-one', p99Ms: 20 }),
  told({ at: '2026-11-19T23:00', seed: 'b', about: redis, found: [lostWrite] }),
  told({ at: '2026-11-20T22:00', seed: 'c', about: 'etcd, lin-kv, kill-one', p99Ms: 30 }),
  told({ at: '2026-11-20T23:00', seed: 'd', about: redis }),
  told({ at: '2026-11-20T23:30', seed: 'e', about: 'zookeeper, g-set, none' }),
  told({ at: '2026-11-21T22:00', seed: 'g', about: 'etcd, lin-kv, kill-one', p99Ms: 25 }),
  unfinished({ at: '2026-11-21T22:30', seed: 'h', about: 'etcd, lin-kv, kill-one' }),
  told({ at: '2026-11-22T01:00', seed: 'i', about: redis, found: [staleRead], p99Ms: 400 }),
  told({ at: '2026-11-22T02:00', seed: 'j', about: redis, p99Ms: 200 }),
]);

/** What is written, with single spaces. */
async function words(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).first().innerText()) ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The seeds in the table, from above. */
async function seeds(page: Page): Promise<readonly string[]> {
  return await page.locator('.all-runs .seed').allInnerTexts();
}

test('the first screen says how last night went, what is new and how much was tested', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  expect(await words(page, '.banner .word')).toBe('FAIL');
  expect(await words(page, 'h1')).toBe('9 runs in 3 nights, 8.0 h tested');
  expect(
    await page
      .locator('.chips')
      .allInnerTexts()
      .then(lines => lines.map(line => line.replaceAll(/\s+/g, ' '))),
  ).toEqual([
    'Last night, 21 Nov 4 runs: ✗1 fail …1 unfinished ✓2 pass',
    'All 3 nights 9 runs: ✗2 fail …1 unfinished ✓6 pass',
  ]);
  expect(await page.locator('.news li').allInnerTexts()).toEqual([
    '✗new: stale-read on redis-sentinelopen the run',
    '?not run last night, but the night before: zookeeper, g-set, none',
  ]);
  await page.getByText('copy as Markdown').click();
  await page.getByText('copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(week.markdown);
});

test('a finding says whether it is news, how often it was seen, and leads to its runs', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  const rows = page.locator('.findings tbody tr');
  expect(
    await rows
      .first()
      .innerText()
      .then(text => text.replaceAll(/\s+/g, ' ').trim()),
  ).toBe(
    'new stale-read on redis-sentinel lin-kv, pause-one linearizable:cas-register:stale-read 1 of 4 runs, in 4.0 h: 0.3 an hour ' +
      'seen last night for the first time, after 2.0 h (2 runs) without it show 1 run seen 2026-11-22 01:00',
  );
  expect(await rows.locator('.badge').allInnerTexts()).toEqual(['new', 'quiet']);
  expect(await rows.first().locator('.strip rect.seen, .strip rect.looked').count()).toBe(3);
  await rows.first().getByRole('button', { name: 'show 1 run' }).click();
  await settled(page);
  expect(await seeds(page)).toEqual(['i']);
  expect(page.url()).toContain('finding=linearizable');
  await page.getByRole('button', { name: 'show all' }).click();
  await settled(page);
  expect(await seeds(page)).toEqual(['j', 'i', 'h', 'g', 'e', 'd', 'c', 'b', 'a']);
});

test('the grid has a cell for each night and combination, and a cell opens its runs', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  expect(
    await page
      .locator('.grid tr')
      .allInnerTexts()
      .then(rows => rows.map(row => row.replaceAll(/\s+/g, ' ').trim())),
  ).toEqual([
    'workload, nemesis 19 Nov 20 Nov 21 Nov last',
    'etcd',
    'lin-kv, kill-one ✓ ✓ 1… 1✓',
    'redis-sentinel',
    'lin-kv, pause-one ✗ ✓ 1✗ 1✓',
    'zookeeper',
    'g-set, none · ✓ ·',
  ]);
  await page.getByRole('button', { name: '21 Nov, redis-sentinel, lin-kv, pause-one: 1 fail, 1 pass' }).click();
  await settled(page);
  const titles = page.locator('.opened .run-title');
  expect(await titles.allInnerTexts().then(all => all.map(title => title.replaceAll(/\s+/g, ' ')))).toEqual([
    '✗fail redis-sentinel, lin-kv, pause-one, seed i 2026-11-22 01:00 UTC',
    '✓pass redis-sentinel, lin-kv, pause-one, seed j 2026-11-22 02:00 UTC',
  ]);
  expect(await titles.first().locator('a').getAttribute('href')).toBe('./runs/2026-11-22T01%3A00-i/report.html');
  await page.locator('.opened').getByText('copy command').first().click();
  await page.getByText('copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    'ordeal run --plan runs/2026-11-22T01:00-i/plan.json',
  );
  await using again = await openIndex(week, { hash: new URL(page.url()).hash.slice(1) });
  expect(await again.page.locator('.opened .run-title').count()).toBe(2);
});

test('arrows move over the grid, past nights without a run; Enter opens, Escape closes', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-cell'));
  await page.keyboard.press('g');
  expect(await focused()).toBe('2026-11-21, redis-sentinel, lin-kv, pause-one');
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toBe('2026-11-21, etcd, lin-kv, kill-one');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('2026-11-20, zookeeper, g-set, none');
  await page.keyboard.press('ArrowRight');
  expect(await focused()).toBe('2026-11-20, zookeeper, g-set, none');
  await page.keyboard.press('Enter');
  await settled(page);
  expect(await page.locator('.opened .run-title').count()).toBe(1);
  expect(await focused()).toBe('2026-11-20, zookeeper, g-set, none');
  await page.keyboard.press('Escape');
  await settled(page);
  expect(await page.locator('.opened').count()).toBe(0);
  await page.keyboard.press('?');
  expect(await page.locator('dialog[open]').count()).toBe(1);
});

test('filters narrow the grid, the trends and the table, and are in the address', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  await page.locator('#filter-system').selectOption('redis-sentinel');
  await page.keyboard.press('/');
  await page.keyboard.type('2026-11-22');
  await settled(page);
  expect(await seeds(page)).toEqual(['j', 'i']);
  expect(await words(page, '.filter-count')).toBe('2 of 9 runs');
  expect(await page.locator('.cell').count()).toBe(1);
  expect(await page.locator('.trend').count()).toBe(1);
  const { hash } = new URL(page.url());
  expect(hash).toBe('#system=redis-sentinel&text=2026-11-22');
  await using again = await openIndex(week, { hash: hash.slice(1) });
  expect(await seeds(again.page)).toEqual(['j', 'i']);
  await page.locator('#filter-text').fill('nothing is like this');
  await settled(page);
  expect(await words(page, '#grid .grid-scroll')).toBe('No run is like that.');
  await page.locator('#filter-text').blur();
  await page.keyboard.press('x');
  await settled(page);
  expect(await words(page, '.filter-count')).toBe('all 9 runs');
});

test('the table sorts by any column, what is unknown last, and opens a run in full', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  const heading = page.locator('.all-runs th').filter({ hasText: 'p99' });
  await heading.getByRole('button').click();
  await settled(page);
  expect((await seeds(page)).slice(0, 3)).toEqual(['i', 'j', 'c']);
  expect(await heading.getAttribute('aria-sort')).toBe('descending');
  await heading.getByRole('button').click();
  await settled(page);
  expect((await seeds(page)).at(-1)).toBe('i');
  await page.locator('.all-runs tr', { hasText: 'unfinished' }).getByRole('button').click();
  await settled(page);
  expect(await words(page, '.all-runs .opened')).toContain('no verdict.json: it was killed, or still runs');
  expect(page.url()).toContain('run=runs');
});

test('a trend has a point a run, a cross for one that failed, and the median of the last night', async () => {
  await using opened = await openIndex(week);
  const { page } = opened;
  await page.locator('#trends').scrollIntoViewIfNeeded();
  const chart = page.locator('.trend', { hasText: 'redis-sentinel' }).locator('.chart').first();
  await chart.locator('svg').waitFor();
  expect(
    await chart
      .locator('figcaption')
      .innerText()
      .then(text => text.replaceAll(/\s+/g, ' ')),
  ).toBe('p99 latency 300 ms');
  expect(await chart.locator('.failed').count()).toBe(2);
  expect(await chart.locator('.passed').count()).toBe(2);
  expect(await chart.locator('svg').getAttribute('aria-label')).toBe(
    'p99 latency: 19 Nov 20.0 ms, 20 Nov 20.0 ms, 21 Nov 300 ms',
  );
});

test('one run is a page, without what needs several', async () => {
  await using opened = await openIndex(indexOf([told({ at: '2026-11-21T22:00', seed: 'only' })]), { dark: true });
  const { page } = opened;
  expect(await words(page, '.banner .word')).toBe('PASS');
  expect(await page.locator('section').evaluateAll(all => all.map(({ id }) => id))).toEqual(['grid', 'runs']);
});

test('nothing that a directory, a plan or a verdict says is more than text', async () => {
  const evil = '<img src=x onerror=alert(1)>"\'\u202e\u0000</script><script>alert(2)</script>';
  const hostile: Told = {
    at: '2026-11-21T22:00',
    seed: evil,
    path: `javascript:alert(3)/${evil}`,
    setup: evil,
    reproduce: evil,
    reasons: [evil],
    found: [`linearizable:x:${evil}`],
  };
  const runs = [hostile, { ...hostile, at: '2026-11-20T22:00' }].map(one => ({
    ...told(one),
    about: { system: evil, workload: evil, nemesis: evil, planted: false },
  }));
  await using opened = await openIndex(indexOf(runs));
  const { page } = opened;
  expect(await page.locator('img').count()).toBe(0);
  for (const button of await page.locator('.open-run, .cell').all()) await button.click();
  await settled(page);
  expect(await page.innerText('body')).toContain('<img src=x onerror=alert(1)>"\'⟨U+202E⟩␀</script>');
  const addresses = await page.locator('a').evaluateAll(all => all.map(one => one.getAttribute('href') ?? ''));
  expect(addresses.filter(address => !/^(\.\/javascript%3Aalert\(3\)\/%3Cimg|#)/.test(address))).toEqual([]);
});

test('a thousand runs open in no time, and what is not listed is counted', async () => {
  const runs = Array.from({ length: 1000 }, (_, at) =>
    told({
      at: `2026-11-${String(2 + (at % 20)).padStart(2, '0')}T22:${String(at % 60).padStart(2, '0')}`,
      about: `etcd, lin-kv, nemesis-${at % 12}`,
      seed: `r${at}`,
      p99Ms: 20 + (at % 37),
      ...(at % 50 === 0 ? { found: [staleRead] } : {}),
    }),
  );
  await using opened = await openIndex(indexOf(runs));
  const { page } = opened;
  expect(await page.evaluate(() => performance.now())).toBeLessThan(5000);
  expect(await words(page, '.rest')).toBe('900 more are not shown. show more');
  await page.getByRole('button', { name: 'show more' }).click();
  expect(await page.locator('.all-runs .seed').count()).toBe(600);
});

test('on paper all charts are drawn, it is light, and nothing is there to be pressed', async () => {
  const many = indexOf(
    Array.from({ length: 40 }, (_, at) =>
      told({ at: `2026-11-${20 + (at % 2)}T22:00`, about: `etcd, lin-kv, nemesis-${at >> 1}` }),
    ),
  );
  await using opened = await openIndex(many, { dark: true });
  const { page } = opened;
  const drawn = page.locator('.trend .chart');
  expect(await drawn.count()).toBeLessThan(80);
  await page.evaluate(() => addEventListener('afterprint', () => document.body.classList.add('printed')));
  await page.pdf();
  expect(await page.locator('body.printed').count()).toBe(1);
  expect(await drawn.count()).toBe(80);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await settled(page);
  expect(await page.getAttribute('html', 'data-theme')).toBe('light');
  expect(await page.locator('.filter-bar, .open-run').filter({ visible: true }).count()).toBe(0);
});
