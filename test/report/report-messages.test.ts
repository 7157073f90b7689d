import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { ReportMessages } from '../../src/report/data.ts';
import { fairLimit } from '../../src/report/fair-limit.ts';
import { noMessages, readMessages } from '../../src/report/report-messages.ts';
import { MessageLog } from '../../src/runtime/stdio/message-log.ts';
import { MessageNetwork } from '../../src/runtime/stdio/network.ts';
import { FakeClock } from '../fake-clock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordeal-messages-'));
  path = join(folder, 'messages.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeLines(lines: readonly unknown[]): void {
  writeFileSync(path, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
}

const fates = ['arrived', 'lost', 'under way'];

/** `n1 > n2 5..15 arrived {"text":"x"}`. */
function shown(messages: ReportMessages): string[] {
  return Array.from({ length: messages.length }, (_, at) => {
    const { from, to, sent, arrived, fate, body, names, bodies } = messages;
    const times = `${(sent[at] as number) / 1e6}..${(arrived[at] as number) / 1e6}`;
    const ends = `${names[from[at] as number]} > ${names[to[at] as number]}`;
    return `${ends} ${times} ${fates[fate[at] as number]} ${bodies[body[at] as number]}`;
  });
}

describe('the messages of a report', () => {
  test('are those that the network wrote down, in the order in which they were sent', async () => {
    const clock = new FakeClock();
    const network = new MessageNetwork({
      clock,
      random: Random.fromSeed('seed'),
      latency: { distribution: 'constant', meanMs: 10 },
      members: new Set(['n1', 'n2']),
      deliver: () => null,
      log: new MessageLog({ path }),
    });
    const send = (from: string, to: string, text: string): void =>
      network.send({ from, to }, { message: { src: from, dest: to, body: { text } }, line: null });
    send('n1', 'n2', 'slow');
    await clock.advance(5);
    send('c1', 'n1', 'at once');
    await clock.advance(5);
    send('n1', 'n2', 'cut off');
    await clock.advance(1);
    await network.apply([{ from: 'n1', to: 'n2', cut: true }]);
    send('n2', 'n1', 'under way');
    network.close();
    const { messages, leftOut } = readMessages(path, []);
    expect(shown(messages)).toEqual([
      'n1 > n2 0..10 arrived {"text":"slow"}',
      'c1 > n1 5..5 arrived {"text":"at once"}',
      'n1 > n2 10..Infinity lost {"text":"cut off"}',
      'n2 > n1 11..Infinity under way {"text":"under way"}',
    ]);
    expect(messages.names).toEqual(['n1', 'c1', 'n2']);
    expect(leftOut).toBe(0);
  });

  test('are none where no network wrote any', () => {
    expect(readMessages(path, [])).toEqual({ messages: noMessages, leftOut: 0 });
  });

  test('are read as far as a file goes that was cut off, and what the log had left out is counted', () => {
    const line = (sent: number): string => `{"sent":${sent},"from":"n1","to":"n2","arrived":${sent + 1},"body":{}}\n`;
    writeFileSync(path, `${line(1e6)}{"leftOut":12}\n${line(2e6)}null\n7\n\n{"sent":3000000,"from":"n1","t`);
    const { messages, leftOut } = readMessages(path, []);
    expect(shown(messages)).toEqual(['n1 > n2 1..1.000001 arrived {}', 'n1 > n2 2..2.000001 arrived {}']);
    expect(leftOut).toBe(12);
  });

  describe('are chosen when there are too many:', () => {
    const many = (): void =>
      writeLines(
        Array.from({ length: 30_000 }, (_, at) => ({
          sent: at * 1000,
          from: 'n1',
          to: 'n2',
          arrived: at * 1000 + 500,
        })),
      );
    const range = ({ messages: { sent, length } }: { messages: ReportMessages }): (number | undefined)[] => [
      length,
      sent[0],
      sent[length - 1],
    ];

    test('the first ones, when nothing went wrong', () => {
      many();
      expect(range(readMessages(path, []))).toEqual([20_000, 0, 19_999_000]);
      expect(readMessages(path, []).leftOut).toBe(10_000);
    });

    test('those around the moments that are asked for', () => {
      many();
      expect(range(readMessages(path, [29_000_000]))).toEqual([20_000, 10_000_000, 29_999_000]);
      const { sent } = readMessages(path, [20_000_000, 5_000_000]).messages;
      expect([sent[0], sent[9_999], sent[10_000], sent[19_999]]).toEqual([
        0,
        expect.closeTo(10_000_000, -4),
        expect.closeTo(15_000_000, -5),
        expect.closeTo(25_000_000, -4),
      ]);
    });

    test('one that was under way at a moment is at no distance from it, however slow it was', () => {
      const slow = { sent: 0, from: 'n1', to: 'n2', lost: 40_000_000, why: 'cut' };
      const quick = Array.from({ length: 25_000 }, (_, at) => {
        const sent = 10_000_000 + at * 1000;
        return { sent, from: 'n1', to: 'n2', arrived: sent + 1 };
      });
      writeLines([slow, ...quick]);
      expect(readMessages(path, [34_000_000]).messages.sent[0]).toBe(0);
    });
  });

  test('have bodies that are cut, and are held once', () => {
    writeLines([
      { sent: 1, from: 'n1', to: 'n2', arrived: 2, body: { text: 'x'.repeat(300) } },
      { sent: 2, from: 'n1', to: 'n2', arrived: 3, body: { text: 'x'.repeat(301) } },
      { sent: 3, from: 'n1', to: 'n2', arrived: 4, cut: '{"text":"y' },
      { sent: 4, from: 'n1', to: 'n2', arrived: 5 },
    ]);
    const { body, bodies } = readMessages(path, []).messages;
    expect(bodies).toEqual([`{"text":"${'x'.repeat(190)}…`, '{"text":"y…', 'null']);
    expect([...body]).toEqual([0, 0, 1, 2]);
  });

  test('have shorter bodies when they would be too much together; the short ones stay whole', () => {
    const body = (at: number): unknown => (at % 2 ? { at } : { at, text: 'x'.repeat(150) });
    writeLines(Array.from({ length: 20_000 }, (_, at) => ({ sent: at, from: 'n1', to: 'n2', body: body(at) })));
    const { bodies } = readMessages(path, []).messages;
    expect(bodies.length).toBe(20_000);
    expect(bodies.join('').length).toBeLessThanOrEqual(600_000);
    expect(bodies.join('').length).toBeGreaterThan(590_000);
    expect(bodies[19_999]).toBe('{"at":19999}');
    expect(bodies[19_998]).toMatch(/^\{"at":19998,"text":"x+…$/);
    const near = readMessages(path, [10_000]).messages.bodies;
    expect(near.slice(9_600, 10_400).filter(text => text.endsWith('…'))).toEqual([]);
    expect(near[0]).toMatch(/…$/);
    expect(near.join('').length).toBeLessThanOrEqual(600_000);
  });
});

test('a fair limit lets the small ones be', () => {
  expect(fairLimit([1, 2, 3], 6)).toBe(Infinity);
  expect(fairLimit([1, 2, 4], 6)).toBe(3);
  expect(fairLimit([10, 1, 10], 8)).toBe(3);
  expect(fairLimit([10, 10, 10], 8)).toBe(2);
  expect(fairLimit([], 0)).toBe(Infinity);
});
