/**
 * What is said of many runs together.
 */
import { expect, test } from 'vitest';
import { frequencyInWords, statusInWords } from '../../src/report/many/finding-words.ts';
import type { Finding } from '../../src/report/many/index-data.ts';
import { indexText } from '../../src/report/many/index-text.ts';
import { nightLabel, nightOf } from '../../src/report/many/night.ts';
import { outliers } from '../../src/report/many/trends.ts';
import { decodeIndex } from '../../src/report/payload/decode-index.ts';
import { encodeIndex } from '../../src/report/payload/encode-index.ts';
import { indexOf, lostWrite, staleRead, type Told, told, unfinished } from './many-runs.ts';

test('a night goes from noon to noon and is named by the day on which it begins', () => {
  expect(nightOf('2026-11-21T12:00:00Z')).toBe('2026-11-21');
  expect(nightOf('2026-11-22T11:59:59Z')).toBe('2026-11-21');
  expect(nightOf('2026-12-31T23:30:00-02:00')).toBe('2026-12-31');
  expect(nightOf('2027-01-01T03:00:00Z')).toBe('2026-12-31');
  expect(nightOf('whenever')).toBe(null);
  expect(nightLabel('2026-12-31')).toBe('31 Dec');
});

/** The finding of these runs, an hour each. A name is of a combination. */
function finding(runs: readonly Told[]): Finding {
  const [found, ...others] = indexOf(runs.map(told)).findings;
  expect(others).toEqual([]);
  return found as Finding;
}

test('what is seen last night and never before is new, with how long it was looked for', () => {
  const found = finding([
    { at: '2026-11-19T23:00' },
    { at: '2026-11-20T23:00' },
    // No run of another nemesis, or without an answer, could have shown it.
    { at: '2026-11-20T23:30', about: 'toy, lin-kv, none' },
    { at: '2026-11-20T23:40', answered: ['run'], verdict: 'unknown' },
    { at: '2026-11-22T01:00', found: [staleRead] },
    { at: '2026-11-22T02:00' },
  ]);
  expect(found).toMatchObject({
    status: 'new',
    name: 'stale-read',
    runs: [4],
    looked: { runs: 4, ms: 4 * 3_600_000 },
    before: { runs: 2 },
    since: { runs: 1 },
    nights: [
      { seen: 0, looked: 1 },
      { seen: 0, looked: 1 },
      { seen: 1, looked: 2 },
    ],
  });
  expect(statusInWords(found)).toBe('seen last night for the first time, after 2.0 h (2 runs) without it');
  expect(frequencyInWords(found)).toBe('1 of 4 runs, in 4.0 h: 0.3 an hour');
});

test('what nobody had looked for before is a first look, and what was away is back', () => {
  const elsewhere: Told = { at: '2026-11-19T23:00', about: 'etcd, lin-kv, none' };
  expect(finding([elsewhere, { at: '2026-11-21T23:00', found: [staleRead] }]).status).toBe('first-look');
  const away = [
    { at: '2026-11-18T23:00', found: [staleRead] },
    { at: '2026-11-19T23:00' },
    { at: '2026-11-21T23:00', found: [staleRead] },
  ];
  expect(finding(away).status).toBe('back');
  // A night in which nobody looked is no night without it.
  expect(finding([...away.filter((_, at) => at !== 1), { ...elsewhere, at: '2026-11-20T23:00' }]).status).toBe('still');
  expect(finding([{ at: '2026-11-21T23:00', found: [staleRead] }]).status).toBe('single');
});

test('what has not been seen for a while says for how long, and what would have been expected', () => {
  const quiet = finding([
    { at: '2026-11-18T20:00', found: [staleRead] },
    { at: '2026-11-18T22:00', found: [staleRead] },
    { at: '2026-11-19T22:00', hours: 2 },
    { at: '2026-11-21T22:00', hours: 5.2 },
  ]);
  expect(quiet.status).toBe('quiet');
  expect(statusInWords(quiet)).toBe('not seen since, in 7.2 h (2 runs); had it gone on as before, about 7.2 sightings');
  const unlooked = finding([
    { at: '2026-11-18T20:00', found: [staleRead] },
    { at: '2026-11-21T22:00', about: 'etcd, lin-kv, none' },
  ]);
  expect(unlooked.status).toBe('unlooked');
});

test('the same anomaly on two systems is two findings, and few events get no rate by the hour', () => {
  const { findings } = indexOf([
    told({ at: '2026-11-21T20:00', about: 'etcd, lin-kv, none', found: [staleRead], hours: 0.1 }),
    told({ at: '2026-11-21T21:00', about: 'redis, lin-kv, none', found: [staleRead], hours: 0.1 }),
  ]);
  expect(findings.map(({ system }) => system).toSorted()).toEqual(['etcd', 'redis']);
  expect(frequencyInWords(findings[0] as Finding)).toBe('1 of 1 run, in 6 min');
});

test('a median is out of line when it is half as bad again as in all of three nights before', () => {
  const nights = (last: number) =>
    [30, 80, 50, last].map((p99Ms, at) => told({ at: `2026-11-${18 + at}T22:00`, p99Ms }));
  expect(outliers(indexOf(nights(119)))).toEqual([]);
  expect(outliers(indexOf(nights(121)))).toMatchObject([{ last: 121, low: 30, high: 80, nights: 3 }]);
  expect(outliers(indexOf(nights(121).slice(1)))).toEqual([]);
});

const week = [
  told({ at: '2026-11-19T22:00', seed: 'a', about: 'etcd, lin-kv, kill-one' }),
  told({ at: '2026-11-19T23:00', seed: 'b', about: 'redis-sentinel, lin-kv, pause-one', found: [lostWrite] }),
  told({ at: '2026-11-20T22:00', seed: 'c', about: 'etcd, lin-kv, kill-one' }),
  told({ at: '2026-11-20T23:00', seed: 'd', about: 'redis-sentinel, lin-kv, pause-one' }),
  told({ at: '2026-11-20T23:30', seed: 'e', about: 'zookeeper, lin-kv, none' }),
  told({
    at: '2026-11-20T23:40',
    seed: 'f',
    about: 'toy with stale-read, lin-kv, none',
    planted: true,
    found: [staleRead],
  }),
  told({ at: '2026-11-21T22:00', seed: 'g', about: 'etcd, lin-kv, kill-one' }),
  unfinished({ at: '2026-11-21T22:30', seed: 'h', about: 'etcd, lin-kv, kill-one' }),
  told({ at: '2026-11-22T01:00', seed: 'i', about: 'redis-sentinel, lin-kv, pause-one', found: [staleRead] }),
  told({ at: '2026-11-22T02:00', seed: 'j', about: 'toy with stale-read, lin-kv, none', planted: true }),
];

test('on a terminal: the findings, what did not pass, and what is new at the end', () => {
  expect(indexText(indexOf(week), { colour: false })).toMatchInlineSnapshot(`
    "
    10 runs in 3 nights, 9.0 h tested: 3 fail (1 with a planted bug), 1 unfinished, 6 pass

    findings
      new             stale-read on redis-sentinel
                      1 of 3 runs, in 3.0 h: 0.3 an hour; 2026-11-22 01:00
                      seen last night for the first time, after 2.0 h (2 runs) without it
                      runs/2026-11-22T01:00-i
      quiet           lost-write on redis-sentinel
                      1 of 3 runs, in 3.0 h: 0.3 an hour; 2026-11-19 23:00
                      not seen since, in 2.0 h (2 runs)
                      runs/2026-11-19T23:00-b
      quiet           stale-read on toy with stale-read (planted)
                      1 of 2 runs, in 2.0 h: 0.5 an hour; 2026-11-20 23:40
                      not seen since, in 60 min (1 run)
                      runs/2026-11-20T23:40-f

    last night, what did not pass
      1✗              redis-sentinel, lin-kv, pause-one: linearizable: the answers on key 7 fit no order
      1… 1✓           etcd, lin-kv, kill-one: no verdict.json: it was killed, or still runs

    FAIL Last night, 21 Nov: 4 runs, 1 fail, 1 unfinished, 2 pass.
      ✗ new: stale-read on redis-sentinel
      ? a planted bug was not caught: toy with stale-read, lin-kv, none
      ? not run last night, but the night before: zookeeper, lin-kv, none
    "
  `);
});

test('as Markdown: the same facts, and nothing foreign is markup', () => {
  expect(indexOf(week).markdown).toMatchInlineSnapshot(`
    "## FAIL: 10 runs in 3 nights, 9.0 h tested

    ❌ Last night, 21 Nov: 4 runs, 1 fail, 1 unfinished, 2 pass.

    In all: 3 fail (1 with a planted bug), 1 unfinished, 6 pass.

    - ❌ new: stale-read on redis-sentinel
    - ❔ a planted bug was not caught: toy with stale-read, lin-kv, none
    - ❔ not run last night, but the night before: zookeeper, lin-kv, none

    ### Findings

    | | finding | how often | seen | |
    | --- | --- | --- | --- | --- |
    | new | stale-read on redis-sentinel | 1 of 3 runs, in 3.0 h: 0.3 an hour | 2026-11-22 01:00 | seen last night for the first time, after 2.0 h (2 runs) without it |
    | quiet | lost-write on redis-sentinel | 1 of 3 runs, in 3.0 h: 0.3 an hour | 2026-11-19 23:00 | not seen since, in 2.0 h (2 runs) |
    | quiet | stale-read on toy with stale-read (planted) | 1 of 2 runs, in 2.0 h: 0.5 an hour | 2026-11-20 23:40 | not seen since, in 60 min (1 run) |

    ### Last night, what did not pass

    | runs | system, workload, nemesis | why |
    | --- | --- | --- |
    | 1✗ | redis-sentinel, lin-kv, pause-one | linearizable: the answers on key 7 fit no order |
    | 1… 1✓ | etcd, lin-kv, kill-one | no verdict.json: it was killed, or still runs |
    "
  `);
  const { markdown } = indexOf([
    told({
      at: '2026-11-21T22:00',
      about: '<img src=x>|`a`\n# b, [l](x), \u202enone',
      verdict: 'error',
      reasons: ['</td>\n| a |'],
    }),
  ]);
  expect(markdown).toContain('| 1! | \\<img src=x>\\|\\`a\\` \\# b, \\[l\\](x), ⟨U+202E⟩none | \\</td> \\| a \\| |');
});

test('what steers a terminal is shown and does not steer it', () => {
  const text = indexText(indexOf([told({ at: '2026-11-21T22:00', verdict: 'error', reasons: ['\u001b[2Jgone'] })]), {
    colour: false,
  });
  expect(text).toContain('toy, lin-kv, kill-one: ␛[2Jgone');
});

test('nights without any run after the last are said', () => {
  const text = indexText(indexOf([told({ at: '2026-11-18T22:00' })]), { colour: false });
  expect(text).toContain('Night of 18 Nov: 1 run, 1 pass. Since then 2 nights without a run.');
});

test('a planted bug that fails is what was wanted, and is not the verdict of the night', () => {
  const planted = told({
    at: '2026-11-21T22:00',
    about: 'toy with x, lin-kv, none',
    planted: true,
    found: [staleRead],
  });
  expect(indexOf([planted, told({ at: '2026-11-21T23:00' })]).markdown).toMatch(/^## PASS: 2 runs/);
  expect(indexOf([planted]).markdown).toMatch(/^## FAIL: 1 run /);
});

test('runs without a date are before all nights, and no night', () => {
  const data = indexOf([
    told({ at: '2026-11-21T22:00', seed: 'dated' }),
    told({ at: '', startedAt: null, seed: 'lost' }),
  ]);
  expect(data.nights).toEqual(['undated', '2026-11-21']);
  expect(data.runs.map(({ seed, night }) => [seed, night])).toEqual([
    ['lost', 0],
    ['dated', 1],
  ]);
  expect(data.markdown).toMatch(/^## PASS: 2 runs in 1 night, /);
});

test('addresses of pages are relative and escaped', () => {
  const [run] = indexOf([told({ at: '2026-11-21T22:00', path: 'runs/a b?#"<' })]).runs;
  expect(run?.report).toBe('./runs/a%20b%3F%23%22%3C/report.html');
});

test('an index comes out of its payload as it went in', async () => {
  const data = indexOf(week);
  expect(await decodeIndex(encodeIndex(data))).toEqual(data);
});
