/**
 * Runs a generator against a system that exists only as a latency and an outcome, in no time at all, and holds it to its
 * contract meanwhile: asked again later, every generator that ever was must answer as it did (nothing was changed), a
 * thread that was told `done` must not be told otherwise in the end, and as long as somebody waits there must be something
 * to wait for.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Nanos } from '../../src/base/names.ts';
import type { Generator, GeneratorContext, Step } from '../../src/generator/generator.ts';
import type { Completion, CompletionEvent, Invocation, InvokeEvent } from '../../src/history/event.ts';

export interface SimulateOptions<T> {
  /** @default 3 */
  readonly threads?: number;
  /** @default ['n1', 'n2', 'n3'], thread t at the node t % 3 */
  readonly nodes?: readonly string[];
  /** Of the n-th operation. @default 1 ms */
  latencyNanos?(index: number): Nanos;
  /** Of the n-th operation. @default ok */
  outcome?(value: T, index: number): Completion;
  /** Stops here. @default 10,000 */
  readonly mostOperations?: number;
  /** @default one hour */
  readonly endNanos?: Nanos;
}

export interface Simulated<T> {
  readonly value: T;
  readonly thread: number;
  readonly process: number;
  readonly begin: Nanos;
  readonly end: Nanos;
}

interface Flight<T> extends Simulated<T> {
  readonly serial: number;
  readonly completion: Completion;
}

export function simulate<T>(generator: Generator<T>, options: SimulateOptions<T> = {}): Simulated<T>[] {
  return new Simulation(generator, options).run();
}

/** The values only, in order of invocation. */
export function values<T>(generator: Generator<T>, options: SimulateOptions<T> = {}): T[] {
  return simulate(generator, options).map(operation => operation.value);
}

class Simulation<T> {
  private readonly options: SimulateOptions<T>;
  private readonly threads: number;
  private readonly witness = new PurityWitness<T>();
  private generator: Generator<T>;
  private time: Nanos = 0;
  private idle: number[];
  private flights: Flight<T>[] = [];
  private readonly processes: number[];
  private readonly result: Flight<T>[] = [];
  private index = 0;

  constructor(generator: Generator<T>, options: SimulateOptions<T>) {
    this.options = options;
    this.generator = generator;
    this.threads = options.threads ?? 3;
    this.idle = Array.from({ length: this.threads }, (_, thread) => thread);
    this.processes = [...this.idle];
  }

  run(): Simulated<T>[] {
    const { mostOperations = 10_000, endNanos = 3.6e12 } = this.options;
    while (this.result.length < mostOperations && this.time <= endNanos) {
      const until = this.ask(mostOperations);
      const firstEnd = Math.min(...this.flights.map(flight => flight.end));
      if (this.flights.length === 0 && this.idle.length === 0) {
        this.assertAllDone();
        break;
      }
      const next = Math.min(firstEnd, until ?? Infinity);
      if (next === Infinity) throw new Error('the generator waits for an event, and there is none to come');
      this.time = Math.max(this.time, next);
      this.complete();
    }
    this.witness.testify();
    return this.result.map(({ value, thread, process, begin, end }) => ({ value, thread, process, begin, end }));
  }

  private context(thread: number): GeneratorContext {
    const nodes = this.options.nodes ?? ['n1', 'n2', 'n3'];
    return {
      time: this.time,
      thread,
      process: this.processes[thread] as number,
      node: nodes[thread % nodes.length] ?? null,
      busy: this.flights.length,
      threads: this.threads,
    };
  }

  private ask(mostOperations: number): Nanos | null {
    for (let round = 0; ; round++) {
      if (round > 1000) throw new Error('the generator changes all the time and gives nothing');
      const before = this.generator;
      let until: Nanos | null = null;
      for (const thread of this.idle.slice()) {
        if (this.result.length >= mostOperations) return null;
        const step = this.witness.next(this.generator, this.context(thread));
        if (step.kind === 'pending') {
          if (step.until !== null) until = Math.min(until ?? Infinity, step.until);
          this.generator = step.next;
          continue;
        }
        this.idle = this.idle.filter(other => other !== thread);
        if (step.kind === 'done') continue;
        this.generator = step.next;
        this.invoke(thread, step.value);
      }
      if (this.generator === before) return until;
    }
  }

  /** Whoever was told `done` is told so for ever. */
  private assertAllDone(): void {
    for (let thread = 0; thread < this.threads; thread++) {
      const step = this.witness.next(this.generator, this.context(thread));
      if (step.kind !== 'done') throw new Error(`thread ${thread} was told "done", and now "${step.kind}"`);
    }
  }

  private invoke(thread: number, value: T): void {
    const serial = this.result.length;
    const end = this.time + (this.options.latencyNanos?.(serial) ?? 1e6);
    const completion = this.options.outcome?.(value, serial) ?? { type: 'ok' };
    const process = this.processes[thread] as number;
    const flight: Flight<T> = { serial, value, thread, process, begin: this.time, end, completion };
    this.flights.push(flight);
    this.result.push(flight);
    const { f, key, value: argument } = invocationOf(value);
    const event: InvokeEvent = {
      index: this.index++,
      time: this.time,
      type: 'invoke',
      process,
      node: null,
      f,
      key,
      value: argument,
    };
    this.generator = this.generator.after(event, thread);
  }

  private complete(): void {
    const ended = this.flights.filter(flight => flight.end <= this.time);
    ended.sort((one, other) => one.end - other.end || one.serial - other.serial);
    this.flights = this.flights.filter(flight => flight.end > this.time);
    for (const { thread, process, completion } of ended) {
      const event: CompletionEvent = { index: this.index++, time: this.time, process, ...completion };
      if (completion.type === 'info') this.processes[thread] = process + this.threads;
      this.generator = this.generator.after(event, thread);
      this.idle.push(thread);
    }
  }
}

/** Tests use bare values where operations do not matter. */
function invocationOf(value: unknown): Invocation {
  if (typeof value === 'object' && value !== null && 'f' in value) return value as Invocation;
  return { f: 'do', key: null, value };
}

/** Remembers who answered what, and asks once more at the end. */
class PurityWitness<T> {
  private readonly answers: { generator: Generator<T>; context: GeneratorContext; said: unknown }[] = [];

  next(generator: Generator<T>, context: GeneratorContext): Step<T> {
    const step = generator.next(context);
    if (this.answers.length < 2000) this.answers.push({ generator, context, said: spoken(step) });
    return step;
  }

  testify(): void {
    for (const { generator, context, said } of this.answers) {
      const again = spoken(generator.next(context));
      if (!isDeepStrictEqual(said, again)) {
        throw new Error(`asked again it says ${JSON.stringify(again)}, and said ${JSON.stringify(said)}`);
      }
    }
  }
}

function spoken(step: Step<unknown>): unknown {
  switch (step.kind) {
    case 'done':
      return { kind: 'done' };
    case 'pending':
      return { kind: 'pending', until: step.until };
    default:
      return { kind: 'invoke', value: step.value };
  }
}

/** `Map.groupBy`, which the oldest Node that we run on does not have. */
export function groupBy<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
