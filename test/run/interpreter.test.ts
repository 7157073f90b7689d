import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { OrdealError } from '../../src/base/errors.ts';
import { Random } from '../../src/base/random.ts';
import { type Clock, nanosPerMs, nanosPerSecond, sleep, systemClock } from '../../src/base/time.ts';
import { type Client, DefiniteError, type InvokeContext } from '../../src/client/client.ts';
import type { Generator } from '../../src/generator/generator.ts';
import { limit } from '../../src/generator/limits.ts';
import { phases } from '../../src/generator/order.ts';
import { eachThread, reserve } from '../../src/generator/threads.ts';
import { delay, stagger, timeLimit } from '../../src/generator/timing.ts';
import { generate, once, repeat, sequence } from '../../src/generator/values.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import { type InterpreterOptions, interpret, type OperationRecorder } from '../../src/run/interpreter.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeRecorder } from './fake-recorder.ts';

const read: Invocation = { f: 'read', key: 'x', value: null };
const reads = (count: number): Generator<Invocation> => limit(count, repeat(read));
const numbered = generate(index => ({ f: 'write', key: null, value: index }));

type Answer = (invocation: Invocation, context: InvokeContext) => Promise<Completion>;

interface Bench {
  readonly clock: FakeClock;
  readonly recorder: FakeRecorder;
  /** What happened to clients: `open n1 p0`, `close n1 p0`. */
  readonly log: string[];
  readonly start: (
    options: Partial<InterpreterOptions> & { generator: Generator<Invocation> },
  ) => ReturnType<typeof interpret>;
}

/** One thread at one node, a timeout of 100 ms, clients that answer like this. */
function bench(answer: Answer): Bench {
  const clock = new FakeClock();
  const recorder = new FakeRecorder(clock);
  const log: string[] = [];
  const connect = async (node: string, process: number): Promise<Client> => {
    log.push(`open ${node} p${process}`);
    return {
      invoke: answer,
      [Symbol.asyncDispose]: async () => void log.push(`close ${node} p${process}`),
    };
  };
  const defaults = { threads: 1, nodes: ['n1'], connect, recorder, clock, operationTimeoutMs: 100 };
  return { clock, recorder, log, start: options => interpret({ ...defaults, ...options }) };
}

const after = (clock: Clock, ms: number, completion: Completion): Promise<Completion> =>
  sleep(clock, ms).then(() => completion);
const never = new Promise<never>(() => undefined);

describe('recording', () => {
  test('an invocation is recorded before its call leaves, a completion when the answer is seen', async () => {
    const { clock, recorder, start } = bench(async ({ value }) => {
      recorder.events.push({
        index: -1,
        time: clock.now(),
        process: -1,
        type: 'ok',
        error: `the call of ${String(value)}`,
      });
      return await after(clock, 5, { type: 'ok', value });
    });
    await clock.run(start({ generator: limit(3, numbered), threads: 2, nodes: ['n1', 'n2', 'n3'] }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 write 0',
      '0 ms  p1 n2 write 1',
      '0 ms  p-1 ok the call of 0',
      '0 ms  p-1 ok the call of 1',
      '5 ms  p0 ok 0',
      '5 ms  p1 ok 1',
      '5 ms  p0 n1 write 2',
      '5 ms  p-1 ok the call of 2',
      '10 ms  p0 ok 2',
    ]);
  });

  test.each<[string, Answer, string]>([
    ['ok', async () => ({ type: 'ok', value: 7 }), 'ok 7'],
    ['ok without a value', async () => ({ type: 'ok' }), 'ok'],
    ['a refusal', async () => ({ type: 'fail', value: 'refused', error: 'not 3' }), 'fail "refused" not 3'],
    ['what the client calls info', async () => ({ type: 'info', error: 'crash' }), 'info crash'],
    [
      'a definite error',
      () => Promise.reject(new DefiniteError('refused by the server')),
      'fail refused by the server',
    ],
    ['any other error', () => Promise.reject(new Error('ECONNRESET')), 'info ECONNRESET'],
    ['an error without words', () => Promise.reject(new TypeError()), 'info TypeError'],
    ['what is no error at all', () => Promise.reject('text'), 'info text'],
    [
      'an error before there was a promise',
      () => {
        throw new Error('at once');
      },
      'info at once',
    ],
    ['no completion', async () => undefined as unknown as Completion, 'info the client gave no outcome'],
    ['an unknown outcome', async () => ({ type: 'maybe' }) as unknown as Completion, 'info the client gave no outcome'],
  ])('%s', async (_title, answer, recorded) => {
    const { clock, recorder, start } = bench(answer);
    const result = await clock.run(start({ generator: reads(1) }));
    expect(recorder.lines).toEqual(['0 ms  p0 n1 read x', `0 ms  p0 ${recorded}`]);
    expect(clock.waiting).toBe(0);
    expect(result).toMatchObject({ operations: 1, aborted: false });
  });

  test('an answer that is no JSON is info: it may have happened, and no more is known', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'ok', value: 3 }));
    const strict: OperationRecorder = {
      invoke: draft => recorder.invoke(draft),
      complete(process, completion) {
        if (completion.value === undefined) return recorder.complete(process, completion);
        throw new OrdealError('the value is NaN', { code: 'UNRECORDABLE_VALUE' });
      },
    };
    await clock.run(start({ generator: reads(2), recorder: strict }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 read x',
      '0 ms  p0 info the value is NaN',
      '10 ms  p1 n1 read x',
      '10 ms  p1 info the value is NaN',
    ]);
  });

  test('every event is passed on after it was recorded', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'ok' }));
    const heard: [number, number][] = [];
    const onEvent: InterpreterOptions['onEvent'] = event => heard.push([event.index, recorder.events.length]);
    await clock.run(start({ generator: reads(2), onEvent }));
    expect(heard).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });
});

describe('processes', () => {
  test('after an info the thread goes on as a new process with a new client', async () => {
    const outcomes: Completion['type'][] = ['ok', 'info', 'ok', 'fail', 'ok'];
    let asked = 0;
    const { clock, recorder, log, start } = bench(async () => ({ type: outcomes[asked++] ?? 'ok' }));
    const result = await clock.run(start({ generator: reads(5), firstProcess: 6, threads: 1 }));
    expect(recorder.events.map(event => `p${event.process} ${event.type}`)).toEqual([
      'p6 invoke',
      'p6 ok',
      'p6 invoke',
      'p6 info',
      'p7 invoke',
      'p7 ok',
      'p7 invoke',
      'p7 fail',
      'p7 invoke',
      'p7 ok',
    ]);
    expect(log).toEqual(['open n1 p6', 'close n1 p6', 'open n1 p7', 'close n1 p7']);
    expect(result.nextProcess).toBe(8);
  });

  test('numbers go on over several calls, and are never used twice', async () => {
    const { clock, recorder, start } = bench(({ value }) => after(clock, 20, { type: value === 1 ? 'info' : 'ok' }));
    const nodes = ['n1', 'n2', 'n3'];
    const first = await clock.run(start({ generator: limit(9, numbered), threads: 3, nodes }));
    expect(first.nextProcess).toBe(6);
    const second = await clock.run(
      start({ generator: limit(9, numbered), threads: 2, nodes, firstProcess: first.nextProcess }),
    );
    expect(second.nextProcess).toBe(10);
    const used = recorder.events.filter(event => event.type === 'invoke').map(event => event.process);
    expect(new Set(used)).toEqual(new Set([0, 1, 2, 4, 6, 7, 9]));
  });

  test('threads are bound to nodes in turn, and stay there', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'info' }));
    await clock.run(start({ generator: reads(20), threads: 5, nodes: ['n1', 'n2'] }));
    for (const event of recorder.events) {
      if (event.type === 'invoke') expect(event.node).toBe((event.process % 5) % 2 === 0 ? 'n1' : 'n2');
    }
  });
});

describe('deadlines', () => {
  test('a client that never answers does not hang the run: info, and a new process', async () => {
    const { clock, recorder, start } = bench(() => never);
    await clock.run(start({ generator: reads(2) }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 read x',
      '100 ms  p0 info timeout: no answer within 100 ms',
      '100 ms  p1 n1 read x',
      '200 ms  p1 info timeout: no answer within 100 ms',
    ]);
    expect(clock.waiting).toBe(0);
  });

  test('others go on meanwhile', async () => {
    const { clock, recorder, start } = bench(({ value }) =>
      value === 0 ? never : after(clock, 40, { type: 'ok', value }),
    );
    await clock.run(start({ generator: limit(4, numbered), threads: 2 }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 write 0',
      '0 ms  p1 n1 write 1',
      '40 ms  p1 ok 1',
      '40 ms  p1 n1 write 2',
      '80 ms  p1 ok 2',
      '80 ms  p1 n1 write 3',
      '100 ms  p0 info timeout: no answer within 100 ms',
      '120 ms  p1 ok 3',
    ]);
  });

  test('an answer after the deadline is not heard', async () => {
    const { clock, recorder, start } = bench(({ value }) =>
      after(clock, value === 0 ? 130 : 50, { type: 'ok', value: `late ${String(value)}` }),
    );
    await clock.run(start({ generator: limit(2, numbered) }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 write 0',
      '100 ms  p0 info timeout: no answer within 100 ms',
      '100 ms  p1 n1 write 1',
      '150 ms  p1 ok "late 1"',
    ]);
  });

  test('the client is told by its signal, also when it looks only afterwards', async () => {
    const told: string[] = [];
    let unread: InvokeContext | null = null;
    const { clock, start } = bench(({ value }, context) => {
      if (value === 0) context.signal.addEventListener('abort', () => told.push(String(context.signal.reason)));
      else unread = context;
      return never;
    });
    await clock.run(start({ generator: limit(2, numbered) }));
    expect(told).toEqual(['DeadlineError: write: no answer within 100 ms']);
    expect((unread as InvokeContext | null)?.signal.aborted).toBe(true);
  });

  test('an answer in time leaves the signal alone', async () => {
    let seen: AbortSignal | null = null;
    const { clock, start } = bench(async (_invocation, { signal }) => {
      seen = signal;
      return { type: 'ok' };
    });
    await clock.run(start({ generator: reads(1) }));
    await clock.advance(1000);
    expect((seen as AbortSignal | null)?.aborted).toBe(false);
  });

  test('the generator is done: what is in flight is waited for, at most until its deadline', async () => {
    const { clock, recorder, start } = bench(({ value }) => (value === 0 ? never : after(clock, 70, { type: 'ok' })));
    await clock.run(start({ generator: limit(2, numbered), threads: 2 }));
    expect(recorder.lines.slice(2)).toEqual(['70 ms  p1 ok', '100 ms  p0 info timeout: no answer within 100 ms']);
  });
});

describe('connecting', () => {
  const connected = (invoke: Answer, log: string[]): Client => ({
    invoke,
    [Symbol.asyncDispose]: async () => void log.push('closed'),
  });

  test('who cannot connect has certainly not asked: fail, the process goes on', async () => {
    const { clock, recorder, log, start } = bench(async () => ({ type: 'ok' }));
    let tries = 0;
    const connect = async () => {
      if (++tries < 3) throw new Error('ECONNREFUSED 10.0.0.1:2379');
      return connected(async () => ({ type: 'ok' }), log);
    };
    await clock.run(start({ generator: reads(4), connect }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 read x',
      '0 ms  p0 fail could not connect: ECONNREFUSED 10.0.0.1:2379',
      '1 ms  p0 n1 read x',
      '1 ms  p0 fail could not connect: ECONNREFUSED 10.0.0.1:2379',
      '3 ms  p0 n1 read x',
      '3 ms  p0 ok',
      '3 ms  p0 n1 read x',
      '3 ms  p0 ok',
    ]);
    expect(tries).toBe(3);
    expect(log).toEqual(['closed']);
  });

  test('connecting counts against the deadline; a client that comes later is closed and never asked', async () => {
    const asked: unknown[] = [];
    const { clock, recorder, log, start } = bench(async () => ({ type: 'ok' }));
    let tries = 0;
    const connect = async () => {
      await sleep(clock, tries++ === 0 ? 150 : 10);
      return connected(async ({ value }) => {
        asked.push(value);
        return { type: 'ok' };
      }, log);
    };
    await clock.run(start({ generator: delay(200 * nanosPerMs, limit(2, numbered)), connect }));
    expect(recorder.lines.map(line => line.replace(/^[\d.]+ ms {2}/, ''))).toEqual([
      'p0 n1 write 0',
      'p0 fail could not connect: no answer within 100 ms',
      'p0 n1 write 1',
      'p0 ok',
    ]);
    expect(asked).toEqual([1]);
    expect(log).toEqual(['closed', 'closed']);
  });

  test('what was recorded as not sent is not sent, although the connection comes in the same moment', async () => {
    // The connection is there at 100 ms, as is the deadline; whichever is seen first, the record must be true.
    for (const earlierTimers of [0, 1]) {
      const { clock, recorder, start } = bench(async () => ({ type: 'ok' }));
      const asked: unknown[] = [];
      if (earlierTimers === 1) clock.schedule(100, () => undefined);
      const connect = async () => {
        await sleep(clock, 100);
        return connected(async ({ value }) => {
          asked.push(value);
          return { type: 'ok' };
        }, []);
      };
      await clock.run(start({ generator: limit(1, numbered), connect }));
      const failed = recorder.events.some(event => event.type === 'fail');
      expect(asked).toEqual(failed ? [] : [0]);
    }
  });

  test('the client is opened when it is needed, and not before', async () => {
    const { clock, log, start } = bench(async () => ({ type: 'ok' }));
    const generator = eachThread(thread => limit(thread === 1 ? 2 : 0, repeat(read)));
    await clock.run(start({ generator, threads: 3 }));
    expect(log).toEqual(['open n1 p1', 'close n1 p1']);
  });
});

function every(ms: number): { readonly meanIntervalNanos: number; readonly random: Random } {
  return { meanIntervalNanos: ms * nanosPerMs, random: Random.fromSeed('every') };
}

describe('failing again and again', () => {
  test('a node that refuses at once is asked ever more rarely, up to every 50 ms; one success and it is as before', async () => {
    let down = true;
    const { clock, recorder, start } = bench(async () => {
      if (down) throw new DefiniteError('down');
      return after(clock, 1, { type: 'ok' });
    });
    clock.schedule(1000, () => (down = false));
    clock.schedule(1054.5, () => (down = true));
    await clock.run(start({ generator: timeLimit(1060 * nanosPerMs, repeat(read)) }));
    const begins = recorder.events.filter(event => event.type === 'invoke').map(event => event.time / nanosPerMs);
    expect(begins.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 113, 163]);
    expect(begins.filter(begin => begin <= 1000)).toHaveLength(25);
    const up = Array.from({ length: 42 }, (_, index) => 1013 + index);
    expect(begins.filter(begin => begin > 1000)).toEqual([...up, 1055, 1056, 1058]);
  });

  test('operations that stay open for ever are rarer still', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'info' }));
    await clock.run(start({ generator: timeLimit(2 * nanosPerSecond, repeat(read)) }));
    const begins = recorder.events.filter(event => event.type === 'invoke').map(event => event.time / nanosPerMs);
    expect(begins).toEqual([0, 10, 30, 70, 150, 310, 510, 710, 910, 1110, 1310, 1510, 1710, 1910]);
  });

  test('a refusal that is an answer costs no time', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'fail', value: 'refused' }));
    await clock.run(start({ generator: reads(5) }));
    expect(recorder.events.at(-1)?.time).toBe(0);
  });

  test('what took its time to fail need not wait', async () => {
    const { clock, recorder, start } = bench(() => after(clock, 60, { type: 'fail' }));
    await clock.run(start({ generator: reads(20) }));
    expect(recorder.events.at(-1)?.time).toBe(1200 * nanosPerMs);
  });

  test('the others are not held up', async () => {
    const { clock, recorder, start } = bench(async ({ value }) => {
      await sleep(clock, 1);
      if (value === 'down') throw new DefiniteError('down');
      return { type: 'ok' };
    });
    const byNode = repeat(({ node }) => ({ f: 'do', key: null, value: node === 'n2' ? 'down' : 'up' }));
    await clock.run(start({ generator: timeLimit(nanosPerSecond, byNode), threads: 2, nodes: ['n1', 'n2'] }));
    const invoked = recorder.events.filter(event => event.type === 'invoke');
    expect(invoked.filter(event => event.node === 'n1')).toHaveLength(1000);
    expect(invoked.filter(event => event.node === 'n2').length).toBeLessThan(30);
  });
});

describe('the order of asking', () => {
  test('the thread that was free longest is asked first, so that no node is favoured', async () => {
    const { clock, recorder, start } = bench(() => after(clock, 1, { type: 'ok' }));
    const slow = limit(12, stagger(every(20), repeat(read)));
    await clock.run(start({ generator: slow, threads: 4, nodes: ['n1', 'n2'] }));
    const processes = recorder.events.filter(event => event.type === 'invoke').map(event => event.process);
    const once12 = processes.toSorted((one, other) => one - other);
    expect(once12).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  test('the generator is told who asks, and how many are busy', async () => {
    const { clock, recorder, start } = bench(() => after(clock, 1, { type: 'info' }));
    const generator = repeat(({ time, thread, process, node, busy, threads }) => ({
      f: 'do',
      key: null,
      value: [time, thread, process, node, busy, threads],
    }));
    await clock.run(start({ generator: limit(4, generator), threads: 2, nodes: ['n1', 'n2'], firstProcess: 4 }));
    expect(recorder.events.filter(event => event.type === 'invoke').map(event => event.value)).toEqual([
      [0, 0, 4, 'n1', 0, 2],
      [0, 1, 5, 'n2', 1, 2],
      [10 * nanosPerMs, 0, 6, 'n1', 0, 2],
      [10 * nanosPerMs, 1, 7, 'n2', 1, 2],
    ]);
  });

  test('phases: nothing of the next begins while something of the one before is in flight', async () => {
    const { clock, recorder, start } = bench(({ value }) =>
      value === 1 ? never : after(clock, 3, { type: 'ok', value }),
    );
    const write = (value: number): Invocation => ({ f: 'write', key: null, value });
    const generator = phases(sequence([0, 1, 2].map(write)), once(write(3)), sequence([4, 5].map(write)));
    await clock.run(start({ generator, threads: 3 }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 write 0',
      '0 ms  p1 n1 write 1',
      '0 ms  p2 n1 write 2',
      '3 ms  p0 ok 0',
      '3 ms  p2 ok 2',
      '100 ms  p1 info timeout: no answer within 100 ms',
      '100 ms  p4 n1 write 3',
      '103 ms  p4 ok 3',
      '103 ms  p4 n1 write 4',
      '103 ms  p0 n1 write 5',
      '106 ms  p4 ok 4',
      '106 ms  p0 ok 5',
    ]);
  });

  test('who got nothing is asked again when another one has changed the generator, and not only later', async () => {
    // The second thread opens the barrier, and its own part of the next phase begins only after 20 ms.
    const later: Generator<Invocation> = {
      next: ({ time }) =>
        time < 20 * nanosPerMs ? { kind: 'pending', until: 20 * nanosPerMs, next: later } : { kind: 'done' },
      after: () => later,
    };
    const { clock, recorder, start } = bench(async () => ({ type: 'ok' }));
    const generator = phases(reads(0), reserve([{ threads: 1, generator: reads(1) }], later));
    await clock.run(start({ generator, threads: 2 }));
    expect(recorder.lines).toEqual(['0 ms  p0 n1 read x', '0 ms  p0 ok']);
  });

  test('a rate is kept while the system answers', async () => {
    const { clock, start } = bench(() => after(clock, 2, { type: 'ok' }));
    const generator = timeLimit(5 * nanosPerSecond, stagger(every(2), repeat(read)));
    const { operations } = await clock.run(start({ generator, threads: 10 }));
    expect(operations).toBeGreaterThan(2400);
    expect(operations).toBeLessThan(2600);
  });
});

describe('ending', () => {
  test('aborted: nothing more is asked, and what is in flight is recorded as it ends', async () => {
    const controller = new AbortController();
    const { clock, recorder, log, start } = bench(({ value }) =>
      value === 1 ? never : after(clock, 30, { type: 'ok', value }),
    );
    clock.schedule(45, () => controller.abort());
    const result = await clock.run(start({ generator: numbered, threads: 2, signal: controller.signal }));
    expect(recorder.lines).toEqual([
      '0 ms  p0 n1 write 0',
      '0 ms  p1 n1 write 1',
      '30 ms  p0 ok 0',
      '30 ms  p0 n1 write 2',
      '60 ms  p0 ok 2',
      '100 ms  p1 info timeout: no answer within 100 ms',
    ]);
    expect(result).toEqual({ nextProcess: 4, operations: 3, aborted: true });
    expect(log.toSorted()).toEqual(['close n1 p0', 'close n1 p1', 'open n1 p0', 'open n1 p1']);
    expect(clock.waiting).toBe(0);
  });

  test('aborted before it begins: nothing is asked', async () => {
    const { clock, log, start } = bench(async () => ({ type: 'ok' }));
    const result = await clock.run(start({ generator: numbered, signal: AbortSignal.abort() }));
    expect(result).toEqual({ nextProcess: 1, operations: 0, aborted: true });
    expect(log).toEqual([]);
  });

  test('aborted while it waits for the next time to ask', async () => {
    const controller = new AbortController();
    const { clock, start } = bench(async () => ({ type: 'ok' }));
    clock.schedule(5000, () => controller.abort());
    const generator = stagger(every(10_000_000), repeat(read));
    const result = await clock.run(start({ generator, signal: controller.signal }), 6000);
    expect(result.operations).toBe(1);
  });

  test('aborted by who is told of an event: not one more operation', async () => {
    const controller = new AbortController();
    const { clock, start } = bench(() => after(clock, 1, { type: 'ok' }));
    const result = await clock.run(
      start({ generator: numbered, threads: 5, signal: controller.signal, onEvent: () => controller.abort() }),
    );
    expect(result.operations).toBe(1);
  });

  test('aborted while threads rest: they are not waited for', async () => {
    const controller = new AbortController();
    const { clock, start } = bench(async () => ({ type: 'info' }));
    clock.schedule(1001, () => controller.abort());
    await clock.run(start({ generator: numbered, signal: controller.signal }));
    expect(clock.now()).toBe(1001 * nanosPerMs);
  });

  test('a client that does not close is left behind after its time', async () => {
    const { clock, start } = bench(async () => ({ type: 'ok' }));
    const connect = async (): Promise<Client> => ({
      invoke: async () => ({ type: 'ok' }),
      [Symbol.asyncDispose]: () => never,
    });
    await clock.run(start({ generator: reads(1), connect, closeTimeoutMs: 250 }));
    expect(clock.now()).toBe(250 * nanosPerMs);
  });

  test('what closing throws changes nothing', async () => {
    const { clock, recorder, start } = bench(async () => ({ type: 'ok' }));
    for (const dispose of [() => Promise.reject(new Error('no')), undefined as never]) {
      const connect = async (): Promise<Client> => ({
        invoke: async () => ({ type: 'info' }),
        [Symbol.asyncDispose]: dispose,
      });
      await clock.run(start({ generator: reads(2), connect, firstProcess: recorder.events.length }));
    }
    expect(recorder.events).toHaveLength(8);
  });

  test('a generator that is done at once asks nothing', async () => {
    const { clock, start } = bench(async () => ({ type: 'ok' }));
    expect(await clock.run(start({ generator: reads(0), threads: 3 }))).toEqual({
      nextProcess: 3,
      operations: 0,
      aborted: false,
    });
  });
});

describe('mistakes of ours', () => {
  const waiting: Generator<Invocation> = {
    next: () => ({ kind: 'pending', until: null, next: waiting }),
    after: () => waiting,
  };

  test('a generator that waits for what cannot come is refused, and not waited for', async () => {
    const { clock, start } = bench(async () => ({ type: 'ok' }));
    await expect(clock.run(start({ generator: waiting }))).rejects.toThrow(AssertionError);
  });

  test('a generator that always changes and never gives anything is refused too', async () => {
    const restless = (): Generator<Invocation> => ({
      next: () => ({ kind: 'pending', until: null, next: restless() }),
      after: () => restless(),
    });
    const { clock, start } = bench(async () => ({ type: 'ok' }));
    await expect(clock.run(start({ generator: restless(), threads: 3 }))).rejects.toThrow(AssertionError);
  });

  test('what the generator throws ends the run; clients are closed and told to stop', async () => {
    const signals: AbortSignal[] = [];
    const { clock, log, start } = bench((_invocation, { signal }) => {
      signals.push(signal);
      return never;
    });
    const generator = generate(index => {
      if (index === 2) throw new Error('out of ideas');
      return read;
    });
    const slowly = delay(10 * nanosPerMs, generator);
    await expect(clock.run(start({ generator: slowly, threads: 3 }))).rejects.toThrow('out of ideas');
    expect(log.toSorted()).toEqual(['close n1 p0', 'close n1 p1', 'open n1 p0', 'open n1 p1']);
    expect(signals.map(signal => signal.aborted)).toEqual([true, true]);
    expect(clock.waiting).toBe(0);
  });

  test('a broken invariant in a client of ours is not taken for something that the system did', async () => {
    const { clock, start } = bench(() => Promise.reject(new AssertionError('a bug')));
    await expect(clock.run(start({ generator: reads(3) }))).rejects.toThrow('a bug');
    const connect = () => Promise.reject(new AssertionError('another bug'));
    await expect(clock.run(start({ generator: reads(3), connect, firstProcess: 1 }))).rejects.toThrow('another bug');
  });

  test('a recorder that cannot write ends the run; an answer that comes later is dropped', async () => {
    const { clock, recorder, start } = bench(({ value }) => after(clock, value === 0 ? 1 : 50, { type: 'ok', value }));
    const full = {
      invoke: recorder.invoke.bind(recorder),
      complete: () => {
        throw new Error('the disk is full');
      },
    };
    await expect(clock.run(start({ generator: limit(5, numbered), threads: 2, recorder: full }))).rejects.toThrow(
      'the disk is full',
    );
    await clock.advance(200);
    expect(recorder.events).toHaveLength(2);
  });
});

describe('the real clock', () => {
  test('clients that answer at once do not starve timers and the network', async () => {
    const clock = systemClock();
    const recorder = new FakeRecorder(clock);
    const controller = new AbortController();
    // The generator has no end: only a timer that gets its turn ends it.
    const cancel = clock.schedule(20, () => controller.abort());
    const result = await interpret({
      generator: numbered,
      threads: 4,
      nodes: ['n1'],
      connect: async () => ({ invoke: async () => ({ type: 'ok' }), [Symbol.asyncDispose]: async () => undefined }),
      recorder,
      clock,
      operationTimeoutMs: 1000,
      signal: controller.signal,
    });
    cancel();
    expect(result.aborted).toBe(true);
    expect(recorder.events).toHaveLength(2 * result.operations);
  });

  test('it waits in real time, and for no more than it must', async () => {
    const clock = systemClock();
    const recorder = new FakeRecorder(clock);
    const result = await interpret({
      generator: timeLimit(
        30 * nanosPerMs,
        stagger({ meanIntervalNanos: nanosPerMs, random: Random.fromSeed(1) }, numbered),
      ),
      threads: 2,
      nodes: ['n1'],
      connect: async () => ({
        invoke: async ({ value }) => ((value as number) === 3 ? never : { type: 'ok' }),
        [Symbol.asyncDispose]: async () => undefined,
      }),
      recorder,
      clock,
      operationTimeoutMs: 50,
    });
    expect(recorder.events).toHaveLength(2 * result.operations);
    expect(recorder.events.filter(event => event.type === 'info')).toHaveLength(1);
    expect(clock.now()).toBeGreaterThanOrEqual(50 * nanosPerMs);
  });
});
