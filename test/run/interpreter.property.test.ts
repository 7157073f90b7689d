/**
 * Whatever clients do (hang, throw, answer late, refuse to connect or to close), the history keeps its rules.
 */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { nanosPerMs, sleep } from '../../src/base/time.ts';
import { type Client, DefiniteError } from '../../src/client/client.ts';
import type { Generator } from '../../src/generator/generator.ts';
import { limit } from '../../src/generator/limits.ts';
import type { OperationEvent } from '../../src/generator/step.ts';
import { stagger, timeLimit } from '../../src/generator/timing.ts';
import { repeat } from '../../src/generator/values.ts';
import { workloadByName } from '../../src/generator/workloads/catalogue.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import { interpret } from '../../src/run/interpreter.ts';
import { FakeClock } from '../fake-clock.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { FakeRecorder } from './fake-recorder.ts';

const numRuns = fuzzRuns(60);
const timeoutMs = 100;

const connecting = [
  'at once',
  'at once',
  'at once',
  'soon',
  'soon',
  'late',
  'at the deadline',
  'never',
  'throws',
] as const;
const answering = [
  'ok',
  'ok',
  'ok soon',
  'ok soon',
  'ok soon',
  'ok late',
  'ok at the deadline',
  'fail',
  'refused',
  'info',
  'definite',
  'throws',
  'throws at once',
  'never',
] as const;
const closing = ['at once', 'soon', 'never', 'throws'] as const;

/** Clients that draw what they do, and keep a record of what was done with them. */
class Wild {
  readonly clock: FakeClock;
  readonly recorder: FakeRecorder;
  readonly opened = new Map<number, { closed: number; busy: boolean }>();
  readonly wrongs: string[] = [];
  readonly asked = new Set<string>();
  private readonly random: Random;
  private clients = 0;
  private calls = 0;

  constructor(seed: string, clock: FakeClock, recorder: FakeRecorder) {
    this.random = Random.fromSeed(seed);
    this.clock = clock;
    this.recorder = recorder;
  }

  async connect(process: number): Promise<Client> {
    const serial = this.clients++;
    const draw = this.random.fork('connect', serial);
    await this.wait(draw.pick(connecting), draw);
    const client = { closed: 0, busy: false };
    this.opened.set(serial, client);
    return {
      invoke: invocation => {
        if (client.closed > 0) this.wrongs.push(`client ${serial} is asked after it was closed`);
        if (client.busy) this.wrongs.push(`client ${serial} is asked while it is busy`);
        client.busy = true;
        return this.invoke(invocation, process).finally(() => (client.busy = false));
      },
      [Symbol.asyncDispose]: async () => {
        client.closed++;
        await this.wait(draw.pick(closing), draw);
      },
    };
  }

  private invoke(invocation: Invocation, process: number): Promise<Completion> {
    const last = this.recorder.events.findLast(event => event.process === process);
    if (last?.type !== 'invoke') this.wrongs.push(`process ${process} is at work, and its invocation is not recorded`);
    this.asked.add(`${process} ${last?.index}`);
    const draw = this.random.fork('invoke', this.calls++);
    const way = draw.pick(answering);
    if (way === 'throws at once') throw new Error('at once');
    return this.answer(way, draw, invocation);
  }

  private async answer(way: (typeof answering)[number], draw: Random, { value }: Invocation): Promise<Completion> {
    switch (way) {
      case 'fail':
      case 'info':
        return { type: way };
      case 'refused':
        return { type: 'fail', value: 'refused' };
      case 'definite':
        throw new DefiniteError('refused');
      case 'throws':
        throw new Error('reset');
      default:
        await this.wait(way.replace(/^ok ?/, ''), draw);
        return { type: 'ok', value };
    }
  }

  private async wait(how: string, draw: Random): Promise<void> {
    if (how === 'soon') await sleep(this.clock, draw.integer(0, 20));
    if (how === 'late') await sleep(this.clock, timeoutMs + draw.integer(1, 200));
    if (how === 'at the deadline') await sleep(this.clock, timeoutMs);
    if (how === 'never') await new Promise(() => undefined);
    if (how === 'throws') throw new Error('no');
  }
}

/** Passes everything on, and notes what it was told. */
function listening<T>(inner: Generator<T>, told: OperationEvent[]): Generator<T> {
  return {
    next(context) {
      const step = inner.next(context);
      return step.kind === 'done' ? step : { ...step, next: listening(step.next, told) };
    },
    after(event, thread) {
      told.push(event);
      return listening(inner.after(event, thread), told);
    },
  };
}

describe('whatever clients do', () => {
  test('every invocation has exactly one completion, in time, and nothing is asked that was not recorded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0, 1, 7, 30),
        fc.option(fc.integer({ min: 0, max: 1500 })),
        async (seed, threads, meanMs, abortMs) => {
          const clock = new FakeClock();
          const recorder = new FakeRecorder(clock);
          const wild = new Wild(seed, clock, recorder);
          const told: OperationEvent[] = [];
          const random = Random.fromSeed(seed);
          const controller = new AbortController();
          if (abortMs !== null) clock.schedule(abortMs, () => controller.abort());
          const counted = repeat<Invocation>({ f: 'do', key: null, value: 1 });
          const generator = timeLimit(
            1000 * nanosPerMs,
            stagger({ meanIntervalNanos: meanMs * nanosPerMs, random }, limit(300, counted)),
          );
          const result = await clock.run(
            interpret({
              // The wrapper changes with every answer, and so is asked far too often; that must do no harm.
              generator: listening(generator, told),
              threads,
              nodes: ['n1', 'n2', 'n3'],
              connect: (_node, process) => wild.connect(process),
              recorder,
              clock,
              operationTimeoutMs: timeoutMs,
              closeTimeoutMs: 50,
              signal: controller.signal,
            }),
          );
          assertWellFormed(recorder, wild);
          expect(told).toEqual(recorder.events);
          expect(result.operations).toBe(recorder.events.length / 2);
          for (const { process } of recorder.events) expect(process).toBeLessThan(result.nextProcess);
          // Clients that came too late are closed when they come.
          const recorded = recorder.events.length;
          await clock.advance(1000);
          expect(recorder.events).toHaveLength(recorded);
          for (const { closed } of wild.opened.values()) expect(closed).toBe(1);
        },
      ),
      { numRuns },
    );
  });
});

function assertWellFormed(recorder: FakeRecorder, wild: Wild): void {
  expect(wild.wrongs).toEqual([]);
  const open = new Map<number, number>();
  for (const event of recorder.events) {
    if (event.type === 'invoke') {
      expect(open.has(event.process)).toBe(false);
      open.set(event.process, event.index);
      continue;
    }
    const begun = recorder.events[open.get(event.process) as number];
    expect(event.time - (begun?.time as number)).toBeLessThanOrEqual(timeoutMs * nanosPerMs);
    const asked = wild.asked.has(`${event.process} ${begun?.index}`);
    expect(asked).toBe(!event.error?.startsWith('could not connect'));
    open.delete(event.process);
  }
  expect([...open]).toEqual([]);
}

describe('a seed', () => {
  test('asks the same of lin-kv whatever the timing: the n-th operation, its key, its new value', async () => {
    const choices = async (latencySeed: string) => {
      const clock = new FakeClock();
      const recorder = new FakeRecorder(clock);
      const random = Random.fromSeed('the same');
      const latency = Random.fromSeed(latencySeed);
      let calls = 0;
      const connect = async (): Promise<Client> => ({
        async invoke() {
          const draw = latency.fork(calls++);
          await sleep(clock, draw.integer(0, 30));
          if (draw.chance(0.1)) throw new Error('lost');
          return { type: 'ok', value: draw.integer(1, 5) };
        },
        [Symbol.asyncDispose]: async () => undefined,
      });
      const main = workloadByName('lin-kv').main({ random, nodes: ['n1', 'n2'], concurrency: 6 });
      const generator = limit(400, stagger({ meanIntervalNanos: 3 * nanosPerMs, random: random.fork('s') }, main));
      const options = { generator, threads: 6, nodes: ['n1', 'n2'], connect, recorder, clock, operationTimeoutMs: 100 };
      await clock.run(interpret(options));
      return recorder.events.flatMap(event => {
        if (event.type !== 'invoke') return [];
        const { f, key, value } = event;
        return [[f, key, f === 'cas' ? (value as number[])[1] : value]];
      });
    };
    const first = await choices('one');
    expect(first).toHaveLength(400);
    expect(await choices('another')).toEqual(first);
  });
});
