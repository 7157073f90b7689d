/**
 * Small histories for fuzzing: a simulated object, clients that overlap, crash and are refused, and (in half of the
 * histories) an answer that was changed afterwards.
 *
 * The objects are written apart from the models, on purpose: what they do is right by construction.
 */
import fc from 'fast-check';
import type { Operation } from '../../../src/history/operation.ts';

export interface Tape {
  /** A whole number below `limit`; 0 when the tape has ended. */
  below(limit: number): number;
  readonly ended: boolean;
}

type Ask = { readonly f: string; readonly input: unknown };
type Answer = { readonly outcome: 'ok' | 'fail'; readonly output?: unknown };

/** A kind of object: what may be asked of it, and a fresh one that answers. */
export interface Kind {
  readonly model: string;
  ask(tape: Tape, unique: number): Ask;
  /** Asked with the process, one operation at a time. Null: it cannot be done now, and stays open. */
  create(): (ask: Ask, process: number) => Answer | null;
  /** An answer that may be wrong. */
  wrong(tape: Tape, operation: Operation): unknown;
}

const ok = (output?: unknown): Answer => ({ outcome: 'ok', output });
/** Small values that collide, or one that nobody else uses. */
const value = (tape: Tape, unique: number) => (tape.below(4) === 0 ? 10 + unique : tape.below(3));

const registerKind: Kind = {
  model: 'register',
  ask: (tape, unique) =>
    tape.below(2) === 0 ? { f: 'read', input: null } : { f: 'write', input: value(tape, unique) },
  create() {
    let current: unknown = null;
    return ({ f, input }) => {
      if (f === 'read') return ok(current);
      current = input;
      return ok();
    };
  },
  wrong: tape => [null, 0, 1, 2, 11, 12][tape.below(6)],
};

const casKind: Kind = {
  model: 'cas-register',
  ask(tape, unique) {
    const asks: Ask[] = [
      { f: 'read', input: null },
      { f: 'write', input: value(tape, unique) },
      { f: 'cas', input: [[null, 0, 1, 2][tape.below(4)], value(tape, unique)] },
    ];
    return asks[tape.below(3)] as Ask;
  },
  create() {
    let current: unknown = null;
    return ({ f, input }) => {
      if (f === 'read') return ok(current);
      if (f === 'write') {
        current = input;
        return ok();
      }
      const [from, to] = input as [unknown, unknown];
      if (from !== current) return { outcome: 'fail', output: 'refused' };
      current = to;
      return ok();
    };
  },
  wrong: (tape, { f }) => (f === 'read' ? [null, 0, 1, 2, 11, 12][tape.below(6)] : undefined),
};

const setKind: Kind = {
  model: 'set',
  ask(tape) {
    const f = ['add', 'add', 'remove', 'contains', 'read', 'read'][tape.below(6)] as string;
    return { f, input: f === 'read' ? null : tape.below(3) };
  },
  create() {
    const elements = new Set<unknown>();
    return ({ f, input }) => {
      if (f === 'read') return ok([...elements]);
      if (f === 'contains') return ok(elements.has(input));
      if (f === 'add') elements.add(input);
      else elements.delete(input);
      return ok();
    };
  },
  wrong(tape, { f }) {
    if (f === 'contains') return tape.below(2) === 0;
    return f === 'read' ? [0, 1, 2].filter(() => tape.below(2) === 0) : undefined;
  },
};

function linedUp(
  model: string,
  words: { readonly insert: string; readonly remove: string; readonly last: boolean },
): Kind {
  return {
    model,
    ask: (tape, unique) =>
      tape.below(2) === 0 ? { f: words.remove, input: null } : { f: words.insert, input: value(tape, unique) },
    create() {
      const items: unknown[] = [];
      return ({ f, input }) => {
        if (f === words.insert) {
          items.push(input);
          return ok();
        }
        return ok((words.last ? items.pop() : items.shift()) ?? null);
      };
    },
    wrong: (tape, { f }) => (f === words.remove ? [null, 0, 1, 2, 11, 12][tape.below(6)] : undefined),
  };
}

const logKind: Kind = {
  model: 'log',
  ask: (tape, unique) =>
    tape.below(3) === 0 ? { f: 'read', input: null } : { f: 'append', input: value(tape, unique) },
  create() {
    const entries: unknown[] = [];
    return ({ f, input }) => (f === 'read' ? ok([...entries]) : ok(entries.push(input) - 1));
  },
  wrong(tape, { f }) {
    if (f === 'append') return [null, 0, 1, 2][tape.below(4)];
    return Array.from({ length: tape.below(4) }, () => tape.below(3));
  },
};

const counterKind: Kind = {
  model: 'counter',
  ask(tape) {
    const f = ['add', 'add', 'increment', 'decrement', 'read', 'read'][tape.below(6)] as string;
    return { f, input: f === 'add' ? tape.below(4) - 1 : null };
  },
  create() {
    let count = 0;
    return ({ f, input }) => {
      if (f === 'add') count += input as number;
      if (f === 'increment') count++;
      if (f === 'decrement') count--;
      return ok(f === 'read' ? count : undefined);
    };
  },
  wrong: (tape, { f }) => (f === 'read' ? tape.below(5) - 1 : undefined),
};

const mutexKind: Kind = {
  model: 'mutex',
  ask: tape => ({ f: ['acquire', 'release'][tape.below(2)] as string, input: null }),
  create() {
    let holder: number | null = null;
    return ({ f }, process) => {
      if (holder !== (f === 'acquire' ? null : process)) return null;
      holder = f === 'acquire' ? process : null;
      return ok();
    };
  },
  wrong: () => undefined,
};

const fencedMutexKind: Kind = {
  model: 'fenced-mutex',
  ask: (tape, unique) => mutexKind.ask(tape, unique),
  create() {
    let holder: number | null = null;
    let token = 0;
    return ({ f }, process) => {
      if (holder !== (f === 'acquire' ? null : process)) return null;
      holder = f === 'acquire' ? process : null;
      return f === 'acquire' ? ok((token += 1 + (process % 2))) : ok();
    };
  },
  wrong: (tape, { f }) => (f === 'acquire' ? [null, '1', 0, 1, 2, 3, 4, 5][tape.below(8)] : undefined),
};

const semaphoreKind: Kind = {
  model: 'semaphore',
  // Now and then a client is wrong about the number of permits.
  ask: tape =>
    tape.below(5) < 3 ? { f: 'acquire', input: tape.below(16) === 0 ? 1 : 2 } : { f: 'release', input: null },
  create() {
    const holders: number[] = [];
    return ({ f, input }, process) => {
      if (f === 'acquire') return holders.length < (input as number) && holders.push(process) > 0 ? ok() : null;
      const index = holders.indexOf(process);
      return index >= 0 && holders.splice(index, 1).length > 0 ? ok() : null;
    };
  },
  wrong: () => undefined,
};

const kvKind: Kind = {
  model: 'kv',
  ask(tape) {
    const f = ['get', 'put', 'append', 'append'][tape.below(4)] as string;
    return { f, input: f === 'get' ? null : ['', 'a', 'b', 'ab'][tape.below(4)] };
  },
  create() {
    let text = '';
    return ({ f, input }) => {
      if (f === 'get') return ok(text);
      text = f === 'put' ? (input as string) : text + (input as string);
      return ok();
    };
  },
  wrong: (tape, { f }) => (f === 'get' ? ['', 'a', 'b', 'ab', 'aab', 'ba'][tape.below(6)] : undefined),
};

export const historyKinds: readonly Kind[] = [
  registerKind,
  casKind,
  setKind,
  linedUp('queue', { insert: 'enqueue', remove: 'dequeue', last: false }),
  linedUp('stack', { insert: 'push', remove: 'pop', last: true }),
  logKind,
  counterKind,
  mutexKind,
  fencedMutexKind,
  semaphoreKind,
  kvKind,
];

export interface Sample {
  readonly operations: readonly Operation[];
  /** Nothing was changed afterwards, so some order explains it. */
  readonly genuine: boolean;
}

/** `mostOperations`: in one history. */
export function samples(kind: Kind, mostOperations: number): fc.Arbitrary<Sample> {
  const numbers = (maxLength: number) => fc.array(fc.nat(0xffff), { maxLength, size: 'max' }).map(tapeOf);
  return fc.tuple(fc.boolean(), numbers(mostOperations * 16), numbers(12)).map(([spoil, tape, spoiler]) => {
    const operations = simulate(kind, tape, mostOperations);
    return { operations, genuine: !(spoil && spoilSome(kind, spoiler, operations)) };
  });
}

function tapeOf(numbers: readonly number[]): Tape {
  let next = 0;
  return {
    below: limit => (numbers[next++] ?? 0) % limit,
    get ended() {
      return next >= numbers.length;
    },
  };
}

interface Running {
  readonly operation: { -readonly [P in keyof Operation]: Operation[P] };
  answer: Answer | null;
}

function simulate(kind: Kind, tape: Tape, mostOperations: number): Running['operation'][] {
  const threads = 1 + tape.below(4);
  const keys = tape.below(4) === 0 ? ['x', 'y'] : [null];
  const objects = new Map(keys.map(key => [key, kind.create()]));
  const running = new Map<number, Running>();
  const crashed: Running[] = [];
  const processes = Array.from({ length: threads }, (_, thread) => thread);
  const operations: Running[] = [];
  let index = 0;
  let nextProcess = threads;
  const effect = (one: Running) => {
    one.answer ??= objects.get(one.operation.key as string | null)!(one.operation, one.operation.process);
  };
  const invoke = (thread: number) => {
    const key = keys[tape.below(keys.length)] ?? null;
    const process = processes[thread] as number;
    const { f, input } = kind.ask(tape, operations.length);
    const operation = {
      id: operations.length,
      process,
      node: `n${thread + 1}`,
      f,
      key,
      input,
      outcome: 'info' as const,
      output: undefined,
      error: null,
      call: index,
      return: Infinity,
      callTime: index * 1e6,
      returnTime: Infinity,
    };
    index++;
    const one: Running = { operation, answer: null };
    operations.push(one);
    running.set(thread, one);
  };
  const complete = (thread: number, one: Running) => {
    const how = tape.below(12);
    running.delete(thread);
    if (how <= 1 || one.answer === null) {
      // Crashed, told or not, and perhaps with an effect that is still to come; or refused without any.
      if (how === 0 && one.answer === null) one.operation.outcome = 'fail';
      else {
        crashed.push(one);
        processes[thread] = nextProcess++;
        if (tape.below(2) === 0) return;
        one.operation.returnTime = index * 1e6;
      }
    } else {
      one.operation.outcome = one.answer.outcome;
      one.operation.output = one.answer.output;
    }
    if (one.operation.outcome !== 'info') one.operation.return = index;
    one.operation.returnTime = index * 1e6;
    index++;
  };
  while (!tape.ended && index < mostOperations * 2) {
    const thread = tape.below(threads);
    const one = running.get(thread);
    const late = crashed[tape.below(8)];
    if (late) effect(late);
    if (!one) {
      if (operations.length >= mostOperations) break;
      invoke(thread);
    } else if (one.answer === null && tape.below(3) > 0) effect(one);
    else complete(thread, one);
  }
  return operations.map(one => one.operation);
}

/** Changes an answer, or makes a completion out of a crash. False when there was nothing to change. */
function spoilSome(kind: Kind, tape: Tape, operations: Running['operation'][]): boolean {
  if (operations.length === 0) return false;
  for (let times = 1 + tape.below(3); times > 0; times--) {
    const operation = operations[tape.below(operations.length)]!;
    if (operation.outcome !== 'ok' && tape.below(2) === 0) {
      operation.outcome = 'ok';
      if (operation.return === Infinity) operation.return = 2 * operations.length + operation.id;
    }
    if (operation.outcome !== 'ok') continue;
    operation.output = kind.wrong(tape, operation);
  }
  return true;
}
