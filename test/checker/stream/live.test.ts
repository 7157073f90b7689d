/** With real workers, so with what `npm run build` has made. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { sleep, systemClock } from '../../../src/base/time.ts';
import { LiveCheck, type LiveOptions } from '../../../src/checker/stream/live.ts';
import type { Alarm } from '../../../src/checker/stream/stream.ts';
import { encodeEvent } from '../../../src/history/codec.ts';
import { Recorder } from '../../../src/history/recorder.ts';
import { testHeader } from '../../history/build.ts';
import { read, write, written } from '../linearizable/operations.ts';
import { eventsOf } from './events.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-live-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const faulty = fileURLToPath(new URL('./faulty-live-worker.mjs', import.meta.url));

interface Heard {
  readonly live: LiveCheck;
  readonly alarms: Alarm[];
  readonly limits: string[];
  /** The next word of either kind. */
  readonly word: Promise<void>;
}

function listen(options: Partial<LiveOptions> & Pick<LiveOptions, 'model'>): Heard {
  const alarms: Alarm[] = [];
  const limits: string[] = [];
  let said = () => {};
  const word = new Promise<void>(resolve => {
    said = resolve;
  });
  const live = new LiveCheck({
    clock: systemClock(),
    onAlarm(alarm) {
      alarms.push(alarm);
      said();
    },
    onLimit(sentence) {
      limits.push(sentence);
      said();
    },
    ...options,
  });
  return { live, alarms, limits, word };
}

const stale = eventsOf(written([write(1, 0, 1), read(1, 2, 3), read(null, 4, 5)]));

describe('the live check', () => {
  test('gives the alarm within a second, once, and with what a person needs', async () => {
    const { live, alarms, limits, word } = listen({ model: 'register' });
    await using _ = live;
    for (const event of stale.slice(0, 4)) live.add(encodeEvent(event));
    // The thread has started by now.
    await sleep(systemClock(), 1_000);
    const clock = systemClock();
    for (const event of stale.slice(4)) live.add(encodeEvent(event));
    await word;
    expect(clock.now()).toBeLessThan(1e9);
    live.add(stale.map(encodeEvent).join(''));
    await sleep(systemClock(), 200);
    expect(alarms.map(({ index, key, description, isFirst }) => ({ index, key, description, isFirst }))).toEqual([
      { index: 5, key: null, description: 'read -> null', isFirst: true },
    ]);
    expect(limits).toEqual([]);
  });

  test('takes what a recorder has written, line by line', async () => {
    const { live, alarms, word } = listen({ model: 'register' });
    await using _ = live;
    const path = join(directory, 'history.jsonl');
    let lines = '';
    const recorder = Recorder.create({
      path,
      header: testHeader(),
      clock: systemClock(),
      onLines(text) {
        lines += text;
        live.add(text);
      },
    });
    recorder.phase('main');
    recorder.invoke({ process: 3, node: 'n1', f: 'write', key: 'x', value: 'é' });
    recorder.complete(3, { type: 'ok' });
    recorder.invoke({ process: 4, node: 'n2', f: 'read', key: 'x', value: null });
    recorder.complete(4, { type: 'ok', value: 'e' });
    await word;
    recorder.close();
    expect(alarms).toMatchObject([{ key: 'x', index: 4, operation: { id: 1, process: 4, node: 'n2' } }]);
    const file = readFileSync(path, 'utf8');
    expect(lines).toBe(file.slice(0, file.lastIndexOf('{"events"')));
  });

  test('says in one sentence what it cannot judge, and goes on with the rest', async () => {
    const { live, alarms, limits, word } = listen({ model: 'register' });
    await using _ = live;
    for (const event of eventsOf(written([{ f: 'increment', at: [0, 1] }]))) live.add(encodeEvent(event));
    await word;
    expect(alarms).toEqual([]);
    expect(limits).toEqual([
      'the live check is not complete: the model register does not know the operation "increment"',
    ]);
  });

  test.each([
    ['throws', 'the live check was lost, the run goes on without it: state is not a function'],
    ['exits', 'the live check was lost, the run goes on without it: its thread ended without a word'],
    ['eats', 'the live check was lost, the run goes on without it: it needed more than 32 MB'],
  ])('is lost alone when its worker %s', async (model, sentence) => {
    const { live, alarms, limits, word } = listen({ model, entry: faulty, memoryMb: 32 });
    await using _ = live;
    live.add(encodeEvent(stale[0]!));
    await word;
    live.add(encodeEvent(stale[1]!));
    await sleep(systemClock(), 100);
    expect([alarms, limits]).toEqual([[], [sentence]]);
  });

  test('is given up when its worker does not answer', async () => {
    let now = 0;
    const clock = {
      now: () => now,
      schedule: (_: number, callback: () => void) => (queueMicrotask(callback), () => {}),
    };
    const { live, limits } = listen({ model: 'hangs', entry: faulty, clock });
    await using _ = live;
    for (now = 0; now <= 11e9; now += 1e9) {
      live.add(encodeEvent(stale[0]!));
      await Promise.resolve();
    }
    expect(limits).toEqual(['the live check was lost, the run goes on without it: it could not keep up']);
  });

  test('ends without a word', async () => {
    const { live, alarms, limits } = listen({ model: 'register' });
    live.add(stale.map(encodeEvent).join(''));
    await live[Symbol.asyncDispose]();
    await sleep(systemClock(), 100);
    expect([alarms, limits]).toEqual([[], []]);
  });
});
