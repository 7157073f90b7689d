/** With real workers, so with what `npm run build` has made. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import { type Clock, systemClock } from '../../src/base/time.ts';
import { type JudgeOptions, judge } from '../../src/checker/judge.ts';
import { encodeEvent, encodeHeader } from '../../src/history/codec.ts';
import { Story } from './story.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-judge-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
/** A history of ours, without the closing line. */
function recorded(story: Story): string {
  const file = join(directory, `${files++}.jsonl`);
  writeFileSync(file, encodeHeader(story.history().header) + story.events.map(encodeEvent).join(''));
  return file;
}

const lostSet = () => {
  const story = new Story('g-set', ['n1', 'n2'])
    .phase('main')
    .run('n1', 'add', { input: 7 })
    .run('n1', 'add', { input: 8 });
  story
    .endFault(story.beginFault('partition', ['n1']))
    .phase('heal')
    .phase('final-reads');
  return story.run('n1', 'read', { output: [8] }).run('n2', 'read', { output: [8] });
};

const faulty: JudgeOptions = { entry: fileURLToPath(new URL('./faulty-worker.mjs', import.meta.url)) };

/** `fine: valid; throws: unknown crash`. */
async function faultyVerdicts(checkers: readonly string[], options: JudgeOptions = {}, timeMs = 60_000) {
  const file = recorded(new Story('echo').run('n1', 'echo', { input: 1, output: 1 }));
  const judgement = await judge({ file, checkers, budget: { timeMs, states: 1000 } }, { ...faulty, ...options });
  return judgement.results
    .slice(2)
    .map(result => `${result.checker}: ${result.validity} ${'reason' in result ? result.reason : ''}`);
}

async function errorOf(promise: Promise<unknown>): Promise<OrdealError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OrdealError);
  return error as OrdealError;
}

describe('a judgement', () => {
  test('holds everything that a report needs', async () => {
    const judgement = await judge({ file: recorded(lostSet()), checkers: ['set'] });
    expect(judgement).toMatchObject({
      header: { workload: 'g-set', nodes: ['n1', 'n2'] },
      truncated: expect.stringContaining('no closing line'),
      eventCount: 13,
      operationCount: 4,
      duration: 12e8,
      faults: [{ fault: { id: 1, kind: 'partition', bit: true } }],
      phases: [{ name: 'main' }, { name: 'heal' }, { name: 'final-reads' }],
      availability: { total: { ok: 4 } },
      coverage: { vacuousReasons: [] },
      results: [
        { checker: 'availability', validity: 'valid' },
        { checker: 'coverage', validity: 'valid' },
        { checker: 'set', validity: 'invalid', summary: '1 lost element' },
      ],
    });
    expect(judgement.operations.map(({ id, f, input, output }) => ({ id, f, input, output }))).toEqual([
      { id: 0, f: 'add', input: 7, output: undefined },
      { id: 2, f: 'read', input: null, output: [8] },
      { id: 3, f: 'read', input: null, output: [8] },
    ]);
  });

  test('runs what the workload asks for when nothing else is asked', async () => {
    const judgement = await judge({ file: recorded(lostSet()) });
    expect(judgement.results.map(result => result.checker)).toEqual(['availability', 'coverage', 'set', 'convergence']);
  });

  test('is told by coverage what the run had set out to do', async () => {
    const judgement = await judge({ file: recorded(lostSet()), checkers: [], expectation: { functions: ['fly'] } });
    expect(judgement.results[1]?.summary).toContain('fly was never asked for');
  });

  test('judges the history of another tool against a model, and says so when it cannot know how', async () => {
    const file = join(directory, 'foreign.jsonl');
    writeFileSync(
      file,
      '{"process":0,"type":"invoke","f":"write","value":1}\n{"process":0,"type":"ok","f":"write","value":1}\n',
    );
    const judgement = await judge({ file, model: 'register' });
    expect(judgement.results.map(result => `${result.checker} ${result.validity}`)).toEqual([
      'availability valid',
      'coverage valid',
      'linearizable valid',
    ]);
    expect(await errorOf(judge({ file }))).toMatchObject({ code: 'NOTHING_TO_JUDGE' });
    expect(await errorOf(judge({ file, checkers: ['linearizable'] }))).toMatchObject({ code: 'NO_MODEL' });
  });
});

describe("a user's error", () => {
  test('of the file comes with code, place and hint', async () => {
    const missing = await errorOf(judge({ file: join(directory, 'missing.jsonl'), checkers: [] }));
    expect(missing.code).toBe('CANNOT_READ_HISTORY');
    const file = recorded(lostSet());
    writeFileSync(file, '{"ordeal":2}\n{}\n');
    const malformed = await errorOf(judge({ file, checkers: [] }));
    expect(malformed).toMatchObject({ code: 'MALFORMED_HISTORY', place: { file, line: 1 } });
  });

  test('of a name comes with the nearest right one, before anything is judged', async () => {
    const file = recorded(lostSet());
    expect(await errorOf(judge({ file, checkers: ['sett'] }))).toMatchObject({
      code: 'UNKNOWN_CHECKER',
      message: 'there is no checker "sett"',
      hint: 'did you mean "set"?',
    });
    expect(await errorOf(judge({ file, model: 'registre' }))).toMatchObject({ code: 'UNKNOWN_MODEL' });
  });

  test('that a checker throws is passed on whole', async () => {
    const error = await errorOf(faultyVerdicts(['fine', 'refuses']));
    expect(error).toMatchObject({
      message: 'this is a history of tea',
      code: 'WRONG_TEA',
      hint: 'brew coffee',
      place: { file: 'cup', line: 3 },
      exit: 64,
    });
  });
});

describe('a checker that breaks', () => {
  test('by throwing, by recursing, or by saying what cannot be said, loses its own verdict only', async () => {
    expect(await faultyVerdicts(['throws', 'overflows', 'says-a-function', 'fine'])).toEqual([
      'throws: unknown crash',
      'overflows: unknown crash',
      'says-a-function: unknown crash',
      'fine: valid ',
    ]);
  });

  test('is named with what it said', async () => {
    const file = recorded(new Story('echo').run('n1', 'echo'));
    const judgement = await judge({ file, checkers: ['throws'] }, faulty);
    expect(judgement.results[2]).toEqual({
      checker: 'throws',
      validity: 'unknown',
      reason: 'crash',
      detail: 'the checker broke down, which is a bug of ordeal: state is not a function',
      summary: 'the checker broke down, which is a bug of ordeal: state is not a function',
      stats: {},
    });
  });

  test('by ending its thread, loses its own verdict only', async () => {
    expect(await faultyVerdicts(['throws', 'exits', 'fine'])).toEqual([
      'throws: unknown crash',
      'exits: unknown crash',
      'fine: valid ',
    ]);
  });

  test('by eating all memory, is unknown, and what came before and after is kept', async () => {
    const verdicts = await faultyVerdicts(['says-a-function', 'eats', 'throws'], { memoryMb: 64 });
    expect(verdicts).toEqual(['says-a-function: unknown crash', 'eats: unknown memory', 'throws: unknown crash']);
  });

  test('by asking for more than there is at once, is unknown for want of memory', async () => {
    expect(await faultyVerdicts(['wants-a-huge-buffer'])).toEqual(['wants-a-huge-buffer: unknown memory']);
  });

  test('when the history is gone by then, leaves the others without a verdict, and keeps what there is', async () => {
    const file = recorded(new Story('echo').run('n1', 'echo'));
    const clock = systemClock();
    let watched = 0;
    const told: Clock = {
      ...clock,
      schedule(delayMs, callback) {
        // The third watch is over "eats": it has begun.
        if (++watched === 3) rmSync(file);
        return clock.schedule(delayMs, callback);
      },
    };
    const judgement = await judge({ file, checkers: ['eats', 'fine'] }, { ...faulty, memoryMb: 64, clock: told });
    expect(judgement.results.map(({ checker, summary }) => `${checker}: ${summary}`)).toEqual([
      'availability: 1 operations',
      'coverage: 1 operations',
      'eats: it needed more than 64 MB; a shorter history, or one with more keys, needs less',
      expect.stringContaining('fine: the history could not be read again: '),
    ]);
  });

  test('a history that does not fit into memory is an error of its own', async () => {
    const story = new Story('echo');
    const file = recorded(story);
    for (let index = 0; index < 40; index++) {
      const lines = Array.from({ length: 1000 }, (_, line) => {
        const [at, value] = [2 * (1000 * index + line), `${index} ${line} ${'x'.repeat(500)}`];
        return (
          encodeEvent({ index: at, time: at, type: 'invoke', process: 1, node: 'n1', f: 'echo', key: null, value }) +
          encodeEvent({ index: at + 1, time: at + 1, type: 'ok', process: 1, value })
        );
      });
      appendFileSync(file, lines.join(''));
    }
    const error = await errorOf(judge({ file, checkers: ['fine'] }, { ...faulty, memoryMb: 16 }));
    expect(error).toMatchObject({
      code: 'HISTORY_TOO_LARGE',
      message: 'the history needs more than 16 MB of memory',
      exit: 2,
    });
  });

  test('by never returning, is ended after its budget and a grace', async () => {
    expect(await faultyVerdicts(['throws', 'hangs', 'overflows'], { graceMs: 50 }, 50)).toEqual([
      'throws: unknown crash',
      'hangs: unknown timeout',
      'overflows: unknown crash',
    ]);
  });
});

describe('an aborted judgement', () => {
  test('rejects with the reason, although the checker never returns', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const clock = systemClock();
    let watched = 0;
    const told: Clock = {
      ...clock,
      schedule(delayMs, callback) {
        // The third watch is over "hangs": it has begun.
        if (++watched === 3) clock.schedule(1, () => abort.abort(reason));
        return clock.schedule(delayMs, callback);
      },
    };
    await expect(faultyVerdicts(['hangs'], { signal: abort.signal, clock: told })).rejects.toBe(reason);
  });

  test('does not begin when it was aborted before', async () => {
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(faultyVerdicts(['hangs'], { signal })).rejects.toThrow('never mind');
  });
});
