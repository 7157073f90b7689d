/**
 * Whether the members agree, as the page shows it.
 */
import { expect, test } from 'vitest';
import type { Divergence } from '../../src/checker/measure/divergence/divergence.ts';
import type { Report } from '../../src/report/data.ts';
import { settled, useBrowser } from './browser.ts';
import { reportOfStory } from './reports.ts';

const { openReport } = useBrowser();

const story = `
  phase main
  1000ms p0@n1 invoke write x 1
  1010ms p0 ok
  5000ms phase heal
  5500ms phase settle
  6000ms phase final-reads
  9000ms phase stop
`;

const whole = JSON.stringify(Array.from({ length: 40 }, (_, at) => at));
const lacking = JSON.stringify(Array.from({ length: 42 }, (_, at) => at).filter(at => at !== 7 && at !== 9));

const apart: Divergence = {
  nodes: ['n1', 'n2', 'n3'],
  points: [
    { time: 5.2e9, distances: [0, null, null] },
    { time: 5.6e9, distances: [0, 3, 0] },
    { time: 6.4e9, distances: [0, 2, 0] },
  ],
  agreedAt: null,
  subjects: [
    { f: 'read', key: 'x', agreedAt: null, answers: [whole, lacking, whole], differs: [false, true, false] },
    { f: 'replica', key: 'y', agreedAt: null, answers: ['1', null, '1'], differs: [false, true, false] },
    {
      f: 'read',
      key: 'grow',
      agreedAt: null,
      answers: ['[1]', '[1,2]', '[1]'],
      differs: [false, true, false],
      lacks: [
        { count: 1, elements: '[2]' },
        { count: 0, elements: '[]' },
        { count: 1, elements: '[2]' },
      ],
    },
    { f: 'read', key: 'z', agreedAt: 6.2e9, answers: ['5', '5', '5'], differs: [false, false, false] },
    ...Array.from({ length: 25 }, (_, at) => ({
      f: 'read',
      key: `k${at}`,
      agreedAt: 5.8e9,
      answers: ['1', '1', '1'],
      differs: [false, false, false],
    })),
  ],
  leftOut: 4,
};

function reportWith(divergence: Divergence | null): Report {
  const report = reportOfStory(story);
  return { ...report, data: { ...report.data, divergence } };
}

test('members that differ in the end: on how much, on what, and who says something else', async () => {
  await using opened = await openReport(reportWith(apart));
  const panel = opened.page.locator('#convergence');
  expect(await panel.locator('.answer').textContent()).toBe('≠No: in the end they differ on 3 subjects.');
  const rows = panel.locator('tbody tr');
  expect(await rows.nth(0).innerText()).toMatch(
    /read of x\s+40 elements\s+≠ 40 elements\s+lacks 7, 9; has 40, 41 besides\s+40 elements\s+still differs/,
  );
  expect(await rows.nth(1).innerText()).toMatch(/own copy of y\s+1\s+≠ nothing\s+1\s+still differs/);
  expect(await rows.nth(2).innerText()).toMatch(
    /read of grow\s+\[1\]\s+lacks 1 that others hold: 2\s+≠ \[1,2\]\s+\[1\]\s+lacks 1 that others hold: 2\s+still differs/,
  );
  expect(await rows.nth(3).innerText()).toMatch(/read of z\s+5\s+5\s+5\s+agreed after 1\.20 s/);
});

test('subjects that are not listed are counted, and a click shows those that are in the report', async () => {
  await using opened = await openReport(reportWith(apart));
  const panel = opened.page.locator('#convergence');
  expect(await panel.locator('tbody tr').count()).toBe(20);
  expect(await panel.innerText()).toContain('9 more subjects:');
  await panel.getByRole('button', { name: 'show all 29' }).click();
  expect(await panel.locator('tbody tr').count()).toBe(29);
  expect(await panel.innerText()).toContain('4 more subjects on which they differed not in this report.');
});

test('the chart is read by pointing and with the arrow keys', async () => {
  await using opened = await openReport(reportWith(apart));
  const canvas = opened.page.locator('#convergence canvas');
  await canvas.focus();
  await opened.page.keyboard.press('ArrowRight');
  const readout = opened.page.locator('#convergence .readout');
  expect(await readout.textContent()).toBe('At 5.200 s: n1 agrees, n2 has said nothing, n3 has said nothing.');
  await opened.page.keyboard.press('ArrowRight');
  expect(await readout.textContent()).toBe('At 5.600 s: n1 agrees, n2 differs on 3, n3 agrees.');
  const box = await canvas.boundingBox();
  await canvas.hover({ position: { x: (box?.width ?? 0) * 0.9, y: 60 } });
  expect(await readout.textContent()).toBe('At 6.400 s: n1 agrees, n2 differs on 2, n3 agrees.');
});

test('a click shows the second act in every panel', async () => {
  await using opened = await openReport(reportWith(apart));
  await opened.page.getByRole('button', { name: 'look at this time everywhere' }).click();
  await settled(opened.page);
  expect(new URL(opened.page.url()).hash).toContain('from=5000000000');
});

test('members that never differed need a sentence and no chart', async () => {
  const { points } = apart;
  await using opened = await openReport(reportWith({ ...apart, points, agreedAt: 5e9, subjects: [], leftOut: 0 }));
  const panel = opened.page.locator('#convergence');
  expect(await panel.locator('.answer').textContent()).toBe('=Yes: they never differed after healing.');
  expect(await panel.locator('canvas, table').count()).toBe(0);
});

test('without a second act there is no such panel', async () => {
  await using opened = await openReport(reportWith(null));
  expect(await opened.page.locator('#convergence').count()).toBe(0);
});
