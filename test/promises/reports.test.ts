/**
 * A report never decides, is always there, and can be made again from what a run left behind.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/data.ts';
import { decodeReport } from '../../src/report/payload/decode.ts';
import { Workplace } from './ordeal.ts';

const stale = ['run', 'toy', '--bug', 'stale-read', '--time-limit', '6s', '--seed', 'seven'];

/** What is in a page. */
async function unpack(path: string): Promise<Report> {
  const payload = /<template id="payload">([^<]*)</.exec(readFileSync(path, 'utf8'))?.[1];
  return await decodeReport(payload ?? '');
}

describe('the report of a run', () => {
  test('is made with the verdict, of the whole history, and holds what the nodes said and were', async () => {
    using workplace = new Workplace();
    const { exit, stdout } = await workplace.ordeal(...stale);
    expect(exit, stdout).toBe(1);
    expect(stdout).toMatch(/^ {2}report: {6}runs\/.*\/report\.html$/m);
    const { data, operations, messages } = await unpack(workplace.latest('report.html'));
    expect(data.verdict.verdict).toBe('fail');
    expect(operations.length).toBe(data.operationCount);
    expect(
      data.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []))[0]?.evidence,
    ).toBeDefined();
    expect(messages.length).toBeGreaterThan(100);
    expect(data.logs.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5']);
    expect(data.run?.environment).toMatchObject({ runtime: 'processes' });
    expect(readFileSync(workplace.latest('summary.md'), 'utf8')).toBe(data.markdown);
    expect(data.markdown).toContain('## FAIL: toy with stale-read, lin-kv, seed seven');

    const again = join(workplace.out, 'again.html');
    expect((await workplace.ordeal('report', 'latest', '--out', again)).exit).toBe(0);
    // The command has the run's own name: `latest` will soon be another.
    expect((await unpack(again)).data).toEqual(data);
    expect((await workplace.ordeal('report', 'latest', '--format', 'markdown')).stdout.trim()).toContain(
      '### Anomaly 1',
    );
    expect((await workplace.ordeal('report', 'latest', '--format', 'text')).stdout).toContain(
      'anomaly 1: not-linearizable',
    );
  });

  test('that was killed before it was judged is judged now, and is no pass', async () => {
    using workplace = new Workplace();
    const run = workplace.start('run', 'toy', '--time-limit', '60s');
    await until(
      () => existsSync(workplace.latest('history.jsonl')) && linesOf(workplace.latest('history.jsonl')) > 200,
    );
    const early = await workplace.ordeal('report', 'latest');
    expect([early.exit, early.stderr]).toEqual([69, expect.stringContaining('RUN_GOES_ON')]);
    run.kill('SIGKILL');
    await run;
    const longAgo = new Date('2026-01-01');
    utimesSync(workplace.latest('history.jsonl'), longAgo, longAgo);
    const { exit, stdout, stderr } = await workplace.ordeal('report', 'latest');
    expect(exit, stderr).toBe(0);
    expect(stderr).toContain('was ended before it was judged');
    expect(stdout.trim()).toMatch(/^runs\/.*\/report\.html$/);
    const { data } = await unpack(workplace.latest('report.html'));
    expect(data.verdict.verdict).toBe('error');
    expect(data.truncated).not.toBeNull();
  });

  test('that cannot be made is named, and the verdict stands', async () => {
    using workplace = new Workplace();
    const run = workplace.start('run', 'toy', '--nemesis', 'none', '--time-limit', '3s');
    await until(() => existsSync(workplace.latest('plan.json')));
    // Where the page should go there is a directory.
    mkdirSync(workplace.latest('report.html'));
    const { exitCode, stdout } = await run;
    expect(stdout).toMatch(/report: {6}could not be made: cannot write the report: EISDIR/);
    expect(exitCode).toBe(0);
    expect(workplace.json('verdict.json')).toMatchObject({ verdict: 'pass' });
  });
});

describe('ordeal report', () => {
  test('of several runs is a page of them all, and makes the pages that are missing', async () => {
    using workplace = new Workplace();
    await workplace.ordeal(...stale);
    await workplace.ordeal('run', 'toy', '--nemesis', 'none', '--time-limit', '2s');
    const [first, second] = readdirSync(join(workplace.out, 'runs'));
    rmSync(join(workplace.out, 'runs', first as string, 'report.html'));
    const { exit, stdout, stderr } = await workplace.ordeal('report', '.');
    expect(exit, stderr).toBe(0);
    expect(stdout).toContain('2 runs');
    expect(stdout.trim().split('\n').at(-1)).toBe('index.html');
    expect(existsSync(join(workplace.out, 'runs', first as string, 'report.html'))).toBe(true);
    expect(readFileSync(join(workplace.out, 'index.html'), 'utf8')).toContain('<template id="payload">');
    const markdown = await workplace.ordeal('report', `runs/${first}`, `runs/${second}`, '--format', 'markdown');
    expect(markdown.stdout).toContain('2 runs');
  });

  test('says what is wrong with what it was given', async () => {
    using workplace = new Workplace();
    writeFileSync(join(workplace.out, 'history.edn'), '{}');
    const nothing = await workplace.ordeal('report', 'nowhere');
    expect(nothing).toMatchObject({ exit: 64, stdout: '' });
    expect(nothing.stderr).toContain('NO_SUCH_DIRECTORY');
    const file = await workplace.ordeal('report', 'history.edn');
    expect(file.exit).toBe(64);
    expect(file.stderr).toContain('ordeal check history.edn --report');
    const none = await workplace.ordeal('report');
    expect(none.exit).toBe(64);
    mkdirSync(join(workplace.out, 'broken'));
    writeFileSync(join(workplace.out, 'broken', 'plan.json'), '{"seed": 7}');
    writeFileSync(join(workplace.out, 'broken', 'history.jsonl'), '');
    writeFileSync(join(workplace.out, 'broken', 'verdict.json'), '{');
    const broken = await workplace.ordeal('report', 'broken');
    expect([broken.exit, broken.stderr]).toEqual([64, expect.stringMatching(/broken\/plan\.json \(key seed\)/)]);
    // Among others it is listed, and keeps none of them from its page.
    expect((await workplace.ordeal('report', '.')).stdout).toContain('1 unfinished');
  });
});

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 50));
}
