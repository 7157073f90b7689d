/**
 * What the streaming checker promises beside being right: it says so at once, it keeps no more than what is open, and it
 * is honest about what it does not know.
 */
import { describe, expect, test } from 'vitest';
import { LinearizabilityStream, type StreamOptions } from '../../../src/checker/stream/stream.ts';
import type { HistoryEvent } from '../../../src/history/event.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { cas, read, refused, type Written, write, written } from '../linearizable/operations.ts';
import { eventsOf } from './events.ts';

/** The sentence of the alarm, and at which event it was given. */
function heard(model: string, list: readonly Written[], options: StreamOptions = { interval: 1 }): string {
  const stream = new LinearizabilityStream(modelByName(model), options);
  for (const event of eventsOf(written(list))) {
    const alarm = stream.add(event);
    if (alarm) return `event ${event.index}: ${alarm.description} (#${alarm.operation.id}, event ${alarm.index})`;
  }
  const alarm = stream.check();
  expect(stream.givenUp.size).toBe(0);
  return alarm ? `in the end: ${alarm.description} (#${alarm.operation.id}, event ${alarm.index})` : 'nothing';
}

describe('an alarm is given', () => {
  test('at the return of a stale read, while others are still open', () => {
    expect(heard('register', [write(1, 0, 1), write(7, 2, 20), read(null, 3, 4), write(3, 5, 9)])).toBe(
      'event 4: read -> null (#2, event 4)',
    );
  });

  test('not while an open operation may have been the reason', () => {
    expect(heard('register', [write(1, 0, 9), read(1, 1, 2), read(1, 3, 4)])).toBe('nothing');
  });

  test('when what must have happened turns out to have failed', () => {
    const failed: Written = { f: 'write', input: 1, at: [0, 5], outcome: 'fail' };
    expect(heard('register', [failed, read(1, 1, 2)])).toBe('event 5: write 1 (#0, event 5)');
  });

  test('when the output of an operation that was open shows what nobody can have seen', () => {
    const dequeue = (output: unknown, ...at: readonly [number, number]): Written => ({ f: 'dequeue', output, at });
    const enqueue = (input: unknown, ...at: readonly [number, number]): Written => ({ f: 'enqueue', input, at });
    expect(heard('queue', [enqueue(1, 0, 1), enqueue(2, 2, 3), dequeue(2, 4, 9), dequeue(2, 5, 6)])).toBe(
      'event 9: dequeue -> 2 (#2, event 9)',
    );
  });

  test('for the first of several keys, whichever is looked at first', () => {
    const on = (key: string, one: Written): Written => ({ ...one, key });
    const list = [on('b', write(1, 0, 1)), on('a', read(5, 2, 9)), on('b', read(6, 3, 4))];
    expect(heard('register', list, { interval: 1_000 })).toBe('in the end: read -> 6 (#2, event 4)');
  });

  test('for a refused cas whose value was there all the time', () => {
    expect(heard('cas-register', [write(1, 0, 1), refused(1, 2, 2, 3)])).toBe(
      'event 3: cas 1 to 2 -> refused (#1, event 3)',
    );
    expect(heard('cas-register', [write(1, 0, 1), cas(1, 2, 2), refused(1, 2, 3, 4)])).toBe('nothing');
  });

  test('among more open operations than a word has bits', () => {
    const writes = Array.from({ length: 70 }, (_, index) => write(index, index, 400 + index));
    const reads = writes.map(({ input }, index) => read(input, 100 + 2 * index, 101 + 2 * index));
    expect(heard('register', [...writes, ...reads], { interval: 1_000 })).toBe('nothing');
    const again = read(0, 300, 301);
    const options = { interval: 1_000 };
    expect(heard('register', [...writes, ...reads, again], options)).toBe('in the end: read -> 0 (#140, event 301)');
  });
});

describe('no alarm is given', () => {
  test('when a write that changes nothing may have hidden another one', () => {
    // write 9, write 1, cas 1 to 2, read 2.
    const list = [write(1, 0, 1), write(1, 2, 9), write(9, 3, 8), cas(1, 2, 4, 5), read(2, 10, 11)];
    expect(heard('cas-register', list)).toBe('nothing');
    expect(heard('cas-register', list, { interval: 1_000 })).toBe('nothing');
  });

  test('when an unknown write that changes nothing may have hidden another one', () => {
    const list = [write(1, 0, 1), write(1, 2), write(9, 3, 8), cas(1, 2, 4, 5), read(2, 10, 11)];
    expect(heard('cas-register', list)).toBe('nothing');
    expect(heard('cas-register', list, { interval: 1_000 })).toBe('nothing');
  });

  test('when a write of which nobody knew took effect after a long rest', () => {
    const stream = new LinearizabilityStream(modelByName('register'), { interval: 1, keys: 0 });
    const [info, ...rest] = written([
      { ...write(5, 0), key: 'x' },
      { ...read(5, 90, 91), key: 'x' },
    ]);
    const others = written(
      Array.from({ length: 40 }, (_, index) => ({ ...write(1, 2 * index + 2, 2 * index + 3), key: `${index}` })),
    );
    for (const event of eventsOf([{ ...info!, returnTime: 1e6 }, ...others, ...rest]))
      expect(stream.add(event)).toBe(null);
    expect(stream.size.keys).toBeLessThan(3);
  });

  test('when a write was done where it changed nothing, before a cas', () => {
    const list = [write(1, 0, 1), write(1, 2, 9), cas(1, 2, 4, 5), read(2, 10, 11)];
    expect(heard('cas-register', list)).toBe('nothing');
  });
});

describe('what it keeps', () => {
  test('does not grow with the history: 200,000 operations of 5 clients on one key, every value once', () => {
    const { most, alarm } = longRun({ operations: 200_000, keys: 1 });
    expect(alarm).toBe(null);
    expect(most.entries).toBeLessThan(2_000);
    expect(most.configurations).toBeLessThan(200);
    expect(most.events).toBeLessThan(400);
  });

  test('does not grow with the keys on which nothing is open', () => {
    const { most, alarm } = longRun({ operations: 100_000, keys: 20_000 });
    expect(alarm).toBe(null);
    expect(most.keys).toBeLessThan(400);
    expect(most.entries).toBeLessThan(20_000);
  });

  test('is bounded by what happens beside an operation that stays open, and is let go when it ends', () => {
    const stream = new LinearizabilityStream(modelByName('register'), { interval: 100 });
    const add = (event: Record<string, unknown>) => stream.add({ time: 0, ...event } as unknown as HistoryEvent);
    const invoke = { type: 'invoke', node: null, key: null };
    add({ ...invoke, index: 0, process: 0, f: 'write', value: 'stuck' });
    let index = 1;
    for (let value = 1; value <= 5_000; value++) {
      add({ ...invoke, index: index++, process: 1, f: 'write', value });
      add({ index: index++, process: 1, type: 'ok' });
    }
    stream.check();
    expect(stream.size).toMatchObject({ keys: 1, events: 10_001 });
    expect(stream.size.entries).toBeLessThan(2_000);
    add({ index: index++, process: 0, type: 'ok' });
    expect(stream.check()).toBe(null);
    // The last value, or the one that took so long.
    expect(stream.size.entries).toBeLessThan(2_000);
    expect(stream.size).toMatchObject({ keys: 1, configurations: 2, events: 0 });
  });
});

interface LongRun {
  readonly operations: number;
  /** One after the other; of these so many. */
  readonly keys: number;
}

/** A right register for each key, five clients that overlap. */
function longRun({ operations, keys }: LongRun) {
  const stream = new LinearizabilityStream(modelByName('cas-register'));
  const most = { keys: 0, entries: 0, configurations: 0, events: 0 };
  let state = 7;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % limit;
  };
  const values = new Map<number, unknown>();
  const clients = Array.from({ length: 5 }, (): { event: HistoryEvent | null; answer: unknown } => ({
    event: null,
    answer: undefined,
  }));
  let begun = 0;
  let alarm = null;
  for (let index = 0; begun < operations; ) {
    const process = below(clients.length);
    const client = clients[process]!;
    if (client.event === null) {
      const key = Math.floor((begun / operations) * keys);
      const f = below(2) === 0 ? 'read' : 'write';
      const value = f === 'read' ? null : begun++;
      if (f === 'read') begun++;
      client.event = { index, time: index, type: 'invoke', process, node: null, f, key, value };
      client.answer = undefined;
      alarm ??= stream.add(client.event);
      index++;
    } else if (client.answer === undefined && client.event.type === 'invoke') {
      const { key, f, value } = client.event;
      if (f === 'write') values.set(key as number, value);
      client.answer = values.get(key as number) ?? null;
    } else {
      const isRead = client.event.type === 'invoke' && client.event.f === 'read';
      alarm ??= stream.add({ index, time: index, type: 'ok', process, ...(isRead ? { value: client.answer } : {}) });
      client.event = null;
      index++;
    }
    if (index % 5_000 !== 0) continue;
    const { size } = stream;
    for (const name of ['keys', 'entries', 'configurations', 'events'] as const) {
      most[name] = Math.max(most[name], size[name]);
    }
  }
  return { most, alarm: alarm ?? stream.check() };
}

describe('it says what it does not know', () => {
  test('a key that needs too many configurations is given up, and the others are not', () => {
    const stream = new LinearizabilityStream(modelByName('register'), { configurations: 20, interval: 1_000 });
    const hard = Array.from({ length: 8 }, (_, index) => ({
      ...write(index, index, 40 + 2 * index),
      key: 'hard',
    }));
    const reads = Array.from({ length: 8 }, (_, index) => ({ ...read(index, 10 + index, 60 + index), key: 'hard' }));
    const easy = [
      { ...write(1, 90, 91), key: 'easy' },
      { ...read(2, 92, 93), key: 'easy' },
    ];
    for (const event of eventsOf(written([...hard, ...reads, ...easy]))) stream.add(event);
    expect(stream.check()).toMatchObject({ key: 'easy', index: 93 });
    expect([...stream.givenUp]).toEqual(['hard']);
  });

  test('what the model does not know ends it with a sentence', () => {
    const stream = new LinearizabilityStream(modelByName('register'));
    for (const event of eventsOf(written([{ f: 'increment', at: [0, 1] }, read(9, 2, 3)]))) stream.add(event);
    expect([stream.check(), stream.stopped]).toEqual([
      null,
      'the model register does not know the operation "increment"',
    ]);
  });

  test('so does an argument that the model cannot take', () => {
    const stream = new LinearizabilityStream(modelByName('cas-register'));
    for (const event of eventsOf(written([{ f: 'cas', input: 3, at: [0, 1] }]))) stream.add(event);
    expect(stream.stopped).toBe('operation #0 (cas) is malformed: the value of a cas is [from, to]');
  });
});
