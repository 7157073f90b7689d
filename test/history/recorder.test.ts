import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { OrdealError } from '../../src/base/errors.ts';
import type { Clock } from '../../src/base/time.ts';
import type { EventDraft, HistoryEvent } from '../../src/history/event.ts';
import { readHistory } from '../../src/history/reader.ts';
import { Recorder } from '../../src/history/recorder.ts';
import { anyDrafts } from './arbitrary.ts';
import { testHeader } from './build.ts';
import { linesOf, runs, scratchDirectory } from './files.ts';

const compiledRecorder = new URL('../../dist/history/recorder.js', import.meta.url).href;
const child = fileURLToPath(new URL('./recording.mjs', import.meta.url));

/** A clock that the test moves. */
interface HandClock extends Clock {
  time: number;
  /** Its time has come. */
  due: (() => void) | null;
}

function handClock(): HandClock {
  const clock: HandClock = {
    time: 0,
    due: null,
    now: () => clock.time,
    schedule(_delayMs, callback) {
      clock.due = callback;
      return () => {
        clock.due = null;
      };
    },
  };
  return clock;
}

function newRecorder(onEvent?: (event: HistoryEvent) => void): {
  recorder: Recorder;
  path: string;
  clock: HandClock;
} {
  const path = join(scratchDirectory(), 'history.jsonl');
  const clock = handClock();
  const options = { path, header: testHeader(), clock };
  return { recorder: Recorder.create(onEvent ? { ...options, onEvent } : options), path, clock };
}

function record(recorder: Recorder, draft: EventDraft): HistoryEvent {
  switch (draft.type) {
    case 'invoke':
      return recorder.invoke(draft);
    case 'fault':
      return recorder.fault(draft.phase, draft.fault);
    case 'replica':
      return recorder.replica(draft.node, draft.state);
    case 'phase':
      return recorder.phase(draft.name);
    default:
      return recorder.complete(draft.process, draft);
  }
}

const echo = { process: 0, node: null, f: 'echo', key: null };

describe('a recorder', () => {
  test('writes what it was told soon, and closes with count and digest', async () => {
    const told: HistoryEvent[] = [];
    const { recorder, path, clock } = newRecorder(event => told.push(event));
    const header = `${JSON.stringify(testHeader())}\n`;
    expect(readFileSync(path, 'utf8')).toBe(header);
    clock.time = 70;
    const returned: HistoryEvent[] = [recorder.invoke({ process: 3, node: 'n1', f: 'write', key: 'x', value: 5 })];
    const first = '{"index":0,"time":70,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}\n';
    expect(readFileSync(path, 'utf8')).toBe(header);
    clock.due?.();
    expect(readFileSync(path, 'utf8')).toBe(header + first);
    clock.time = 90;
    returned.push(recorder.complete(3, { type: 'ok' }));
    const second = '{"index":1,"time":90,"process":3,"type":"ok"}\n';
    await recorder[Symbol.asyncDispose]();
    recorder.close();
    const digest = createHash('sha256').update(`${header}${first}${second}`).digest('hex');
    expect(readFileSync(path, 'utf8')).toBe(`${header}${first}${second}{"events":2,"digest":"${digest}"}\n`);
    expect(told).toEqual(returned);
    expect(readHistory(path).truncated).toBeNull();
  });

  test('whatever it is told can be read again', () => {
    fc.assert(
      fc.property(anyDrafts, drafts => {
        const { recorder, path } = newRecorder();
        const events = drafts.map(draft => record(recorder, draft));
        recorder.close();
        const history = readHistory(path);
        expect(history.truncated).toBeNull();
        const withoutInfo = events.map(event => ({ ...event, ...(event.type === 'info' ? { value: undefined } : {}) }));
        expect(linesOf(history).map(line => JSON.parse(line) as unknown)).toEqual(
          withoutInfo.map(event => dropNulls(JSON.parse(JSON.stringify(event)))),
        );
      }),
      { numRuns: runs / 4 },
    );
  });

  test('never lets time go back, whatever the clock says', () => {
    const { recorder, clock } = newRecorder();
    const times = [5, 3, 9].map(time => {
      clock.time = time;
      return recorder.phase('main').time;
    });
    recorder.close();
    expect(times).toEqual([5, 5, 9]);
  });

  test('has a digest also of long histories', () => {
    const { recorder, path } = newRecorder();
    for (let id = 0; id < 3000; id++) {
      recorder.invoke({ ...echo, value: `é€😀${'x'.repeat(id % 100)}` });
      recorder.complete(0, { type: 'ok' });
    }
    recorder.close();
    expect(readHistory(path)).toMatchObject({ truncated: null, eventCount: 6000 });
  });

  test('writes over nothing', () => {
    const path = join(scratchDirectory(), 'history.jsonl');
    writeFileSync(path, 'precious');
    const options = { path, header: testHeader(), clock: handClock() };
    expect(() => Recorder.create(options)).toThrow('the history cannot be written: the file exists already');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const nowhere = { ...options, path: join(scratchDirectory(), 'none', 'history.jsonl') };
    expect(() => Recorder.create(nowhere)).toThrow('the history cannot be written: its directory does not exist');
  });
});

describe('the protocol', () => {
  function broken(use: (recorder: Recorder) => void): string {
    const { recorder } = newRecorder();
    try {
      use(recorder);
    } catch (error) {
      if (error instanceof AssertionError) return error.message;
      throw error;
    } finally {
      recorder.close();
    }
    return 'fine';
  }

  test('is asserted', () => {
    const invoke = (recorder: Recorder): unknown => recorder.invoke({ ...echo, value: 1 });
    const fault = { id: 1, kind: 'kill', targets: [], description: '' };
    const uses: ((recorder: Recorder) => void)[] = [
      r => (invoke(r), r.complete(0, { type: 'ok' }), invoke(r)),
      r => (invoke(r), invoke(r)),
      r => r.complete(0, { type: 'ok' }),
      r => (invoke(r), r.complete(0, { type: 'info' }), invoke(r)),
      r => (invoke(r), r.complete(0, { type: 'info' }), r.complete(0, { type: 'ok' })),
      r => r.invoke({ ...echo, process: -1, value: 1 }),
      r => r.invoke({ ...echo, process: 2 ** 31, value: 1 }),
      r => r.fault('end', fault),
      r => (r.fault('begin', fault), r.fault('begin', fault)),
      r => (r.close(), r.phase('main')),
    ];
    expect(uses.map(broken)).toEqual([
      'fine',
      'process 0 invokes while its operation #0 is still open',
      'process 0 completes, but has no open invocation',
      'process 0 is used again after an operation of it ended "info"',
      'process 0 completes again after an operation of it ended "info"',
      '-1 is no process number',
      '2147483648 is no process number',
      'fault 1: end comes after null',
      'fault 1: begin comes after begin',
      'the recorder is closed',
    ]);
  });

  test('never forgets a retired process', () => {
    const { recorder } = newRecorder();
    for (let id = 0; id < 20_000; id++) {
      recorder.invoke({ ...echo, process: id * 1000, value: null });
      recorder.complete(id * 1000, { type: 'info' });
    }
    for (const id of [0, 7, 19_999]) {
      expect(() => recorder.invoke({ ...echo, process: id * 1000, value: null })).toThrow(AssertionError);
      expect(recorder.invoke({ ...echo, process: id * 1000 + 1, value: null }).process).toBe(id * 1000 + 1);
    }
    recorder.close();
  });
});

describe('a value that is not JSON', () => {
  test('is refused with the path to it, and nothing is recorded', () => {
    const { recorder, path } = newRecorder();
    const circle: unknown[] = [];
    circle.push([circle]);
    const values: readonly unknown[] = [
      7n,
      { items: [1, 2, { n: 7n }] },
      { a: undefined },
      // oxlint-disable-next-line no-sparse-arrays
      [1, , 2],
      Number.NaN,
      [Number.POSITIVE_INFINITY],
      2 ** 53,
      new Map(),
      [new Date(0)],
      { toJSON: () => 1 },
      () => 1,
      Symbol('x'),
    ];
    function refusalOf(use: () => unknown): string {
      try {
        use();
      } catch (error) {
        if (error instanceof OrdealError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'fine';
    }
    const shown = values.map(value => refusalOf(() => recorder.invoke({ ...echo, value })));
    expect(
      shown.map(line => line.replace('UNRECORDABLE_VALUE: the invocation of "echo" cannot be recorded: ', '')),
    ).toEqual([
      'value is a BigInt',
      'value.items[2].n is a BigInt',
      'value.a is undefined',
      'value[1] is undefined',
      'value is NaN',
      'value[0] is Infinity',
      'value is 9007199254740992, too large to be held exactly',
      'value is a Map, not a plain object',
      'value[0] is a Date, not a plain object',
      'value has a method toJSON',
      'value is a function',
      'value is a symbol',
    ]);
    expect(refusalOf(() => recorder.invoke({ ...echo, value: circle }))).toMatch(
      / is nested deeper than 200, or in a cycle$/,
    );
    recorder.invoke({ ...echo, value: 1 });
    expect(refusalOf(() => recorder.complete(0, { type: 'ok', value: 7n }))).toBe(
      'UNRECORDABLE_VALUE: the completion of process 0 cannot be recorded: value is a BigInt',
    );
    // The operation is still open, so the runner can end it in another way.
    recorder.complete(0, { type: 'info', error: 'the answer was no JSON' });
    expect(refusalOf(() => recorder.replica('n1', { x: undefined }))).toBe(
      'UNRECORDABLE_VALUE: the state of n1 cannot be recorded: state.x is undefined',
    );
    recorder.close();
    expect(readHistory(path)).toMatchObject({ truncated: null, eventCount: 2 });
  });

  test('an undefined argument is none', () => {
    const { recorder } = newRecorder();
    expect(recorder.invoke({ ...echo, value: undefined }).value).toBeNull();
    recorder.close();
  });

  test('the deepest that is taken can be read', () => {
    const { recorder, path } = newRecorder();
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
    recorder.invoke({ ...echo, value: nested(200) });
    expect(() => recorder.complete(0, { type: 'ok', value: nested(201) })).toThrow(OrdealError);
    recorder.close();
    expect(readHistory(path).operations.get(0).input).toEqual(nested(200));
  });
});

describe('what was recorded', () => {
  test('survives a SIGKILL, but for the last moment', async () => {
    const directory = scratchDirectory();
    for (let round = 0; round < 4; round++) {
      const path = join(directory, `history-${round}.jsonl`);
      const recording = spawn(process.execPath, [child, compiledRecorder, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(recording.stdout, 'data');
      recording.kill('SIGKILL');
      await once(recording, 'exit');
      const history = readHistory(path);
      expect(history.truncated).toMatch(/^no closing line: the run was killed or is still going; \d+ events read/);
      expect(history.eventCount).toBeGreaterThan(2000);
      for (const operation of history.operations) {
        expect(operation.input).toBe(`é€😀 ${operation.id}`);
        if (operation.id < history.operations.length - 1) expect(operation.output).toBe(operation.input);
      }
    }
  });

  test('can be read when the file could not grow any more', () => {
    const path = join(scratchDirectory(), 'history.jsonl');
    const command = 'ulimit -f 512 && exec "$0" "$@"';
    const { stdout } = spawnSync('sh', ['-c', command, process.execPath, child, compiledRecorder, path], {
      encoding: 'utf8',
    });
    const history = readHistory(path);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      code: 'CANNOT_WRITE_HISTORY',
      message: 'the history cannot be written: the file is as large as it may be',
      hint: `the first ${history.eventCount} events are there and can be read`,
      exit: 69,
    });
    // The half of a line that fitted was taken away again.
    expect(history.truncated).toBe(
      `no closing line: the run was killed or is still going; ${history.eventCount} events read`,
    );
    expect(history.eventCount).toBeGreaterThan(1000);
  });
});

/** What null means in an event, its line leaves out; but a result may be null. */
function dropNulls(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).filter(([name, value]) => value !== null || (name === 'value' && event['type'] !== 'invoke')),
  );
}
