/**
 * The message diagram.
 */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Report, ReportMessages } from '../../src/report/data.ts';
import { type OpenPage, settled, useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

type Sent = readonly [from: string, to: string, sentMs: number, arrivedMs: number | null, body: string, fate?: 1 | 2];

function reportWith(list: readonly Sent[]): Report {
  const report = reportOfStory(staleRead);
  const names = [...new Set(list.flatMap(([from, to]) => [from, to]))];
  const messages: ReportMessages = {
    length: list.length,
    from: Int32Array.from(list, ([from]) => names.indexOf(from)),
    to: Int32Array.from(list, ([, to]) => names.indexOf(to)),
    sent: Float64Array.from(list, ([, , sent]) => sent * 1e6),
    arrived: Float64Array.from(list, ([, , , arrived]) => (arrived === null ? Infinity : arrived * 1e6)),
    fate: Uint8Array.from(list, ([, , , , , fate = 0]) => fate),
    body: Int32Array.from(list, (_, at) => at),
    names,
    bodies: list.map(([, , , , body]) => body),
  };
  return { ...report, messages };
}

const few = reportWith([
  ['c1', 'n1', 1000, 1000, '{"type":"write","key":"x","value":1}'],
  ['n1', 'n2', 1002, 1100, '{"type":"append","term":3}'],
  ['n1', 'n3', 1002, null, '{"type":"append","note":"\\u202e<b>no markup</b>"}', 1],
  ['n1', 'c1', 1010, 1010, '{"type":"write_ok"}'],
  ['n2', 'n1', 1500, 1600, '{"type":"heartbeat"}'],
  ['n2', 'n1', 2490, null, '{"type":"heartbeat"}', 2],
]);

async function panelOf({ page }: OpenPage): Promise<Locator> {
  const panel = page.locator('#messages');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('.chip').first().waitFor();
  await settled(page);
  return panel;
}

test('an arrow for each message of the visible time: arrived, lost, still under way', async () => {
  await using opened = await openReport(few);
  const panel = await panelOf(opened);
  expect(await panel.innerText()).toContain('6 messages in the visible time.');
  expect(await panel.locator('g.message').evaluateAll(all => all.map(one => one.getAttribute('aria-label')))).toEqual([
    'write from c1 to n1, sent at 1.000 s, arrived at once',
    'append from n1 to n2, sent at 1.002 s, arrived after 98.0 ms',
    'append from n1 to n3, sent at 1.002 s, lost: it never arrived',
    'write_ok from n1 to c1, sent at 1.010 s, arrived at once',
    'heartbeat from n2 to n1, sent at 1.500 s, arrived after 100 ms',
    'heartbeat from n2 to n1, sent at 2.490 s, still under way at the end',
  ]);
  expect(await panel.locator('.lost .cross').count()).toBe(1);
  expect(await panel.locator('.under-way .flight').getAttribute('stroke')).toMatch(/^url\(#fade-/);
  const names = await panel.locator('.name').evaluateAll(all => all.map(one => one.lastChild?.textContent));
  expect(names.filter((_, at) => at % 2 === 0)).toEqual(['n1', 'n2', 'n3', 'c1']);
  expect(await panel.locator('.fault-name').allTextContents()).toEqual(['partition']);
});

test('pointing at an arrow, or reaching it with the keyboard, shows the whole message', async () => {
  await using opened = await openReport(few);
  const panel = await panelOf(opened);
  const detail = panel.locator('.message-detail');
  await panel.locator('g.message').nth(2).dispatchEvent('pointerover');
  expect(await detail.innerText()).toMatch(/append\s+from\s+n1\s+to\s+n3\s+sent\s+1\.002 s\s+fate\s+lost/);
  expect(await detail.locator('pre').textContent()).toContain('<b>no markup</b>');
  await panel.locator('g.message').first().focus();
  await opened.page.keyboard.press('ArrowDown');
  expect(await detail.innerText()).toMatch(
    /to\s+n2\s+sent\s+1\.002 s\s+arrived\s+1\.100 s\s+fate\s+arrived after 98\.0 ms/,
  );
  expect(await panel.locator('.message.chosen').count()).toBe(1);
});

test('a type is hidden with a click, and so are clients; what is hidden is counted', async () => {
  await using opened = await openReport(few);
  const panel = await panelOf(opened);
  await panel.getByRole('checkbox', { name: 'heartbeat' }).uncheck();
  expect(await panel.locator('g.message').count()).toBe(4);
  expect(await panel.innerText()).toContain('2 more are hidden by the choice of types');
  await panel.getByLabel('clients too').uncheck();
  expect(await panel.locator('g.message').count()).toBe(2);
  expect(await panel.locator('.chip').allInnerTexts()).toEqual([' append 2', ' heartbeat 2', ' clients too']);
});

test('the selected operation is marked where its client talks', async () => {
  await using opened = await openReport(few, { hash: 'operation=0' });
  const panel = await panelOf(opened);
  expect(await panel.locator('.operation-name').textContent()).toBe('#0 write 1');
  const [bar, line] = [panel.locator('rect.operation'), panel.locator('.lifeline.client')];
  expect(Number(await bar.getAttribute('x')) + 4).toBe(Number(await line.getAttribute('x1')));
});

test('too many are counted, those around the selected operation are drawn, and a button goes there', async () => {
  const many = Array.from({ length: 2000 }, (_, at): Sent => ['n1', 'n2', at, at + 1, '{"type":"beat"}']);
  await using opened = await openReport(reportWith(many), { hash: 'operation=0' });
  const panel = await panelOf(opened);
  expect(await panel.locator('g.message').count()).toBe(300);
  expect(await panel.innerText()).toContain(
    '2,000 messages in the visible time; the 300 around operation #0 are drawn, 0.850 s to 1.149 s.',
  );
  await panel.getByRole('button', { name: 'closer around operation #0' }).click();
  await settled(opened.page);
  expect(await panel.innerText()).toContain('301 messages in the visible time');
  expect(new URL(opened.page.url()).hash).toContain('from=850000000');
});

test('where nobody sent anything, a button goes to the nearest message', async () => {
  await using opened = await openReport(few, { hash: 'from=1700000000&to=1800000000' });
  const panel = opened.page.locator('#messages');
  await panel.scrollIntoViewIfNeeded();
  await panel.getByText('No message in the visible time. The nearest was sent at 1.500 s').waitFor();
  await panel.getByRole('button', { name: 'go there' }).click();
  await panel.locator('g.message').first().waitFor();
});
