/**
 * What a run leaves in its directory for a report, beside its history.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/time.ts';
import { type FinishedRun, runOnce } from '../../src/cli/one-run.ts';
import { makePlan } from '../../src/config/plan.ts';
import { parseRunFile } from '../../src/config/run-file.ts';
import { readHistory } from '../../src/history/reader.ts';
import { readNodeLogs } from '../../src/report/node-logs.ts';
import { readMessages } from '../../src/report/report-messages.ts';
import { systemFor } from '../../src/system/catalogue.ts';

const out = mkdtempSync(join(tmpdir(), 'ordeal-one-run-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

let finished: FinishedRun;

beforeAll(async () => {
  const text = 'system: toy\nnodes: 3\ntime-limit: 1500ms\nnemesis: none\n';
  const { request } = parseRunFile(text, 'mine.yaml', { environment: {} });
  const plan = makePlan({ ...request, seed: '1' });
  finished = await runOnce({
    plan,
    system: systemFor(plan.system),
    out,
    clock: systemClock(),
    signal: new AbortController().signal,
    stream: { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream,
  });
});

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('a run of nodes on this machine leaves', () => {
  test('what they were started from', () => {
    expect(json(finished.directory.environment)).toEqual({ runtime: 'processes', engine: null, images: [] });
  });

  test('what they said to each other and to the clients, at times of the run', () => {
    const { messages, leftOut } = readMessages(finished.directory.messages, []);
    const { names, from, to, sent, body, bodies, length } = messages;
    const said = Array.from({ length }, (_, at) => {
      const [type] = /"type":"\w+"/.exec(bodies[body[at] as number] as string) ?? [];
      return `${names[from[at] as number]} ${names[to[at] as number]} ${type}`.replaceAll(/\d+/g, '');
    });
    expect(said).toEqual(
      expect.arrayContaining(['n n "type":"append_entries"', 'c n "type":"write"', 'n c "type":"write_ok"']),
    );
    expect(leftOut).toBe(0);
    const { duration } = readHistory(finished.directory.history);
    expect(sent.every((time, at) => time >= (sent[at - 1] ?? 0) && time <= duration)).toBe(true);
  });

  test('their logs, in which it can be seen who leads, and when', () => {
    const { header, duration } = readHistory(finished.directory.history);
    const logs = readNodeLogs({ path: finished.directory.logs, zeroMs: Date.parse(header.startedAt) });
    expect(logs.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
    const lines = logs.flatMap(log => log.lines);
    expect(lines.filter(({ text }) => / leads term \d+$/.test(text)).length).toBeGreaterThan(0);
    const times = lines.map(({ time }) => time ?? Number.NaN);
    // The wall clock and that of the run may differ by some milliseconds, and nodes end after the last event.
    expect(Math.min(...times)).toBeGreaterThan(-50e6);
    expect(Math.max(...times)).toBeLessThan(duration + 10e9);
  });

  test('a verdict that says how large the history is', () => {
    const { operations, duration, header } = readHistory(finished.directory.history);
    expect(json(finished.directory.verdict)).toMatchObject({
      verdict: 'pass',
      history: { operations: operations.length, durationMs: duration / 1e6, startedAt: header.startedAt },
    });
  });
});
