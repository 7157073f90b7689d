/**
 * What the nodes wrote, around what is looked at.
 */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import type { NodeLogText, Report } from '../../src/report/data.ts';
import { type OpenPage, settled, useBrowser } from './browser.ts';
import { reportOfStory, staleRead } from './reports.ts';

const { openReport } = useBrowser();

type Line = readonly [ms: number | null, text: string];

function log(node: string, lines: readonly Line[]): NodeLogText {
  return { node, lines: lines.map(([ms, text]) => ({ time: ms === null ? null : ms * 1e6, text })), leftOut: null };
}

function reportWith(logs: readonly NodeLogText[]): Report {
  const report = reportOfStory(staleRead);
  return { ...report, data: { ...report.data, logs } };
}

const few = [
  log('n1', [
    [1000, 'write x'],
    [null, '  in raft.js'],
    [2045, '--- ordeal 2026-01-02T03:04:07.045Z killed ---'],
  ]),
  {
    ...log('n2', [
      [1005, 'append <b>x</b> \u202e'],
      [2015, 'vote'],
    ]),
    leftOut: { count: 17, after: 1 },
  },
  log('n3', [[null, 'no clock here']]),
];

async function panelOf({ page }: OpenPage): Promise<Locator> {
  const panel = page.locator('#logs');
  await panel.scrollIntoViewIfNeeded();
  await panel.locator('thead').waitFor({ state: 'attached' });
  await settled(page);
  return panel;
}

const rowsOf = (panel: Locator): Promise<string[]> =>
  panel
    .locator('.log-lines tbody tr')
    .evaluateAll(rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent).join('|')));

test('the lines of all nodes by time, with our own marks and what is left out', async () => {
  await using opened = await openReport(reportWith(few));
  const panel = await panelOf(opened);
  expect(await rowsOf(panel)).toEqual([
    '1.000 s|n1|write x',
    '|n1|  in raft.js',
    '1.005 s|n2|append <b>x</b> ⟨U+202E⟩',
    '|n2|… 17 lines of this log not in the report …',
    '2.015 s|n2|vote',
    '2.045 s|n1|ordeal: killed',
  ]);
  expect(await panel.innerText()).toContain('5 lines in the visible time.');
  expect(await panel.locator('summary').textContent()).toBe('n3: 1 line without any time');
});

test('only the visible time; where there is nothing, a button goes to the nearest line', async () => {
  await using opened = await openReport(reportWith([few[0] as NodeLogText]), {
    hash: 'from=1200000000&to=1300000000',
  });
  const panel = await panelOf(opened);
  expect(await panel.innerText()).toContain('No line in the visible time. The nearest is at 1.000 s');
  await panel.getByRole('button', { name: 'go there' }).click();
  await settled(opened.page);
  expect(await rowsOf(panel)).toEqual(['1.000 s|n1|write x', '|n1|  in raft.js']);
});

test('a part of a line finds lines, whatever the case; a column for each node', async () => {
  await using opened = await openReport(reportWith(few.slice(0, 2)));
  const panel = await panelOf(opened);
  await panel.getByLabel('with').fill('VOTE');
  expect(await rowsOf(panel)).toEqual(['1.005 s|n2|… 17 lines of this log not in the report …', '2.015 s|n2|vote']);
  expect(await panel.innerText()).toContain('1 of 5 lines with “VOTE” in the visible time.');
  await panel.getByLabel('shown').selectOption('columns');
  expect(await rowsOf(panel)).toEqual(['1.005 s||… 17 lines of this log not in the report …', '2.015 s||vote']);
  await panel.getByLabel('with').fill('nowhere');
  expect(await panel.innerText()).toContain('No line with “nowhere” in any log.');
});

test('the lines that were written during the selected operation stand out', async () => {
  await using opened = await openReport(reportWith(few.slice(0, 2)), { hash: 'operation=2' });
  const panel = await panelOf(opened);
  expect(await panel.locator('tr.operation').textContent()).toBe('▸ 2.010 s: operation #2 read → 2 is asked for');
  expect(await panel.locator('tr.within .line').allTextContents()).toEqual(['vote']);
});

test('of very many lines those around the middle are shown, and all are counted', async () => {
  const many = log(
    'n1',
    Array.from({ length: 2500 }, (_, at): Line => [at, `line ${at}`]),
  );
  await using opened = await openReport(reportWith([many]), { hash: 'operation=3' });
  const panel = await panelOf(opened);
  expect(await panel.innerText()).toContain(
    '2,500 lines in the visible time; the 500 lines around operation #3 are shown, 1.850 s to 2.349 s.',
  );
  await panel.getByRole('button', { name: 'closer around operation #3' }).click();
  await settled(opened.page);
  expect(await panel.innerText()).toContain('500 lines in the visible time.');
});
