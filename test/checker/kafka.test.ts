import { describe, expect, test } from 'vitest';
import { kafka } from '../../src/checker/kafka.ts';
import { Story, type Told } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

type Entries = readonly (readonly [number, unknown])[];

class Logs extends Story {
  constructor() {
    super('kafka');
  }

  send(message: unknown, offset: number | null, told: Told & { readonly node?: string } = {}): this {
    const end = offset === null ? { outcome: 'info' as const } : { output: offset };
    return this.run(told.node ?? 'n1', 'send', { key: 'a', input: message, ...end, ...told });
  }

  poll(node: string, start: number, entries: Entries): this {
    return this.run(node, 'poll', { input: { a: start }, output: { a: entries } });
  }

  commit(offset: number, told: Told & { readonly node?: string } = {}): this {
    return this.run(told.node ?? 'n1', 'commit_offsets', { input: { a: offset }, ...told });
  }

  list(node: string, offset: number | null): this {
    const output = offset === null ? {} : { a: offset };
    return this.run(node, 'list_committed_offsets', { input: ['a'], output });
  }
}

/** Three messages in a sparse log. */
const threeSent = () => new Logs().send('x', 0).send('y', 4, { node: 'n2' }).send('z', 5);
const three: Entries = [
  [0, 'x'],
  [4, 'y'],
  [5, 'z'],
];

describe('a log that keeps its promises', () => {
  test('is valid, and it is said how much was looked at', () => {
    const logs = threeSent()
      .poll('n1', 0, three)
      .phase('final-reads')
      .run('n2', 'poll', { input: { a: 0 }, output: { a: three } });
    expect(verdictOf(kafka, logs.history())).toEqual({
      checker: 'kafka',
      validity: 'valid',
      summary: '3 acknowledged messages in 1 log, none lost or moved in 2 polls',
      stats: { logs: 1, sends: 3, polls: 2, commits: 0 },
    });
  });

  test('may lag, may leave out a log without news, may use offsets sparsely, and may start in between', () => {
    const logs = threeSent()
      .poll('n1', 0, [])
      .poll('n2', 0, [[0, 'x']])
      .poll('n3', 1, three.slice(1))
      .poll('n3', 9, []);
    logs.run('n1', 'poll', { input: { a: 0, b: 0 }, output: {} });
    expect(shortVerdict(kafka, logs.history())).toBe('valid');
  });

  test('may hold or not hold a message of unknown outcome', () => {
    for (const entries of [[], [[3, 'x']]] as const) {
      expect(shortVerdict(kafka, new Logs().send('x', null).poll('n1', 0, entries).history())).toBe('valid');
    }
  });

  test('without any answered poll nothing is known', () => {
    expect(explanations(kafka, threeSent().history())).toEqual([
      'no poll was answered, so nobody knows what the logs hold',
    ]);
  });
});

describe('messages that are missing', () => {
  test('lost-write: a poll went past an acknowledged offset, and no poll ever returned it', () => {
    const logs = threeSent().poll('n2', 0, [three[0] as [number, string], three[2] as [number, string]]);
    expect(verdictOf(kafka, logs.history())).toMatchObject({
      summary: '1 lost write',
      anomalies: [
        {
          kind: 'lost-write',
          key: 'a',
          signature: 'kafka:lost-write',
          explanation:
            'send a "y" (#1) was acknowledged by n2 at 0.300 s with offset 4. ' +
            'n2 (#3) was asked for the log a from offset 0 on and answered up to 5, without 4; no poll ever returned it.',
          operations: [1, 3, 2],
        },
      ],
    });
  });

  test('skipped-message: another poll returned it', () => {
    const logs = threeSent()
      .poll('n1', 0, three)
      .poll('n2', 0, [three[0] as [number, string], three[2] as [number, string]]);
    expect(explanations(kafka, logs.history())).toEqual([
      'The log a holds "y" at offset 4: so n2 (#1), and n1 (#3) returned it. n2 (#4) was asked for the log a from offset 0 on and answered up to 5, but skipped it.',
    ]);
  });

  test('skipped-message: nothing may be put where a consumer has already read past', () => {
    const logs = new Logs()
      .send('z', 5)
      .poll('n2', 0, [[5, 'z']])
      .send('y', 4, { node: 'n2' })
      .poll('n2', 4, three.slice(1));
    expect(explanations(kafka, logs.history())).toEqual([
      'The log a holds "y" at offset 4: so n2 (#2), and n2 (#3) returned it. n2 (#1) was asked for the log a from offset 0 on and answered up to 5, ' +
        'but skipped it. Who has read past an offset never goes back, so a log may only grow at its end.',
    ]);
  });

  test('a poll that starts after the offset, or ends before it, has skipped nothing', () => {
    const logs = threeSent()
      .poll('n1', 5, [[5, 'z']])
      .poll('n2', 0, [[0, 'x']])
      .poll('n3', 4, three.slice(1));
    expect(shortVerdict(kafka, logs.history())).toBe('valid');
  });

  test('unseen-message: every final poll ends before it', () => {
    const logs = threeSent().poll('n1', 4, three.slice(1)).phase('final-reads');
    logs.poll('n1', 0, three.slice(0, 2)).poll('n2', 0, []);
    expect(explanations(kafka, logs.history())).toEqual([
      'send a "z" (#2) was acknowledged by n1 at 0.500 s with offset 5, but no final poll of the log a returns it: ' +
        'n1 (#4) ends at 4 and n2 (#5) shows nothing. n1 (#3) had returned "z".',
    ]);
  });

  test('only the last final poll of each node counts, and one of them is enough', () => {
    const logs = threeSent().phase('final-reads').poll('n1', 0, three.slice(0, 2)).poll('n2', 0, []);
    expect(shortVerdict(kafka, logs.history())).toBe('unseen-message');
    expect(shortVerdict(kafka, logs.poll('n2', 0, three).history())).toBe('valid');
  });

  test('a final poll that began before the acknowledgement, or after the offset, proves nothing', () => {
    const late = new Logs().phase('final-reads');
    const send = late.begin('n1', 'send', { key: 'a', input: 'x' });
    const poll = late.begin('n2', 'poll', { input: { a: 0 } });
    expect(shortVerdict(kafka, late.end(send, { output: 0 }).end(poll, { output: {} }).history())).toBe('valid');
    const behind = threeSent().phase('final-reads').poll('n1', 6, []);
    expect(shortVerdict(kafka, behind.history())).toBe('valid');
  });

  test('a store that limits the size of its answers is not blamed for what they cut off', () => {
    const logs = new Logs();
    for (let offset = 0; offset < 9; offset++) logs.send(offset, offset);
    const limited = (start: number): Entries => [0, 1, 2].map(step => [start + step, start + step]);
    logs.poll('n1', 2, limited(2)).poll('n1', 4, limited(4)).phase('final-reads').poll('n1', 0, limited(0));
    expect(shortVerdict(kafka, logs.history())).toBe('valid');
    expect(shortVerdict(kafka, logs.poll('n1', 0, limited(0).slice(0, 2)).history())).toBe('unseen-message');
  });
});

describe('offsets', () => {
  test('one offset holds one message', () => {
    const logs = new Logs()
      .send('x', 0)
      .send('y', 0, { node: 'n2' })
      .poll('n1', 0, [[0, 'y']]);
    expect(explanations(kafka, logs.history())).toEqual([
      'In the log a, offset 0 holds different messages: "x" by n1 (#0) and "y" by n2 (#1).',
    ]);
    const polled = new Logs()
      .send('x', null)
      .send('y', null)
      .poll('n1', 0, [[0, 'x']])
      .poll('n2', 0, [[0, 'y']]);
    expect(explanations(kafka, polled.history())).toEqual([
      'In the log a, offset 0 holds different messages: "x" by n1 (#2) and "y" by n2 (#3).',
    ]);
  });

  test('logs of different keys have nothing to do with each other', () => {
    const logs = new Logs()
      .send('x', 0)
      .run('n1', 'send', { key: 'b', input: 'y', output: 0 })
      .poll('n1', 0, [[0, 'x']]);
    expect(shortVerdict(kafka, logs.history())).toBe('valid');
  });

  test('a key that is a number is the member of that name', () => {
    const logs = new Logs().run('n1', 'send', { key: 7, input: 'x', output: 0 });
    expect(shortVerdict(kafka, logs.run('n1', 'poll', { input: { 7: 0 }, output: { 7: [[0, 'x']] } }).history())).toBe(
      'valid',
    );
  });

  test('one message is at as many offsets as it was sent times', () => {
    const twice: Entries = [
      [0, 'x'],
      [1, 'x'],
    ];
    expect(explanations(kafka, new Logs().send('x', 0).poll('n2', 0, twice).history())).toEqual([
      'In the log a, "x" is at 2 offsets: 0 by n1 (#0) and 1 by n2 (#1). It was sent once.',
    ]);
    expect(shortVerdict(kafka, new Logs().send('x', 0).send('x', null).poll('n2', 0, twice).history())).toBe('valid');
  });

  test('within an answer they increase, and begin where it was asked', () => {
    const logs = threeSent().poll('n1', 1, [
      [5, 'z'],
      [4, 'y'],
      [0, 'x'],
    ]);
    expect(explanations(kafka, logs.history())).toEqual([
      'n1 (#3) answered a poll of the log a with offset 5 and then 4.',
      'n1 (#3) was asked for the log a from offset 1 on and answered with offset 0.',
    ]);
  });

  test('those of one process increase from send to send', () => {
    const logs = new Logs().send('x', 7, { process: 3 }).send('y', 5, { process: 3 }).send('z', 6, { process: 4 });
    expect(explanations(kafka, logs.poll('n1', 0, []).history())).toEqual([
      'Process 3 sent to the log a twice, one after the other, and the offsets do not increase: 7 (#0), then 5 (#1).',
    ]);
  });
});

describe('messages that appear', () => {
  test('nobody sent it, it was sent later, or its send failed', () => {
    const logs = new Logs().poll('n1', 0, [
      [0, 'never'],
      [1, 'late'],
    ]);
    logs
      .send('late', 1)
      .send('failed', null, { outcome: 'fail', error: 'busy' })
      .poll('n2', 2, [[2, 'failed']]);
    expect(explanations(kafka, logs.history())).toEqual([
      'n1 (#0) answered a poll of the log a with "never", which nobody ever sent there.',
      'n1 (#0) answered a poll of the log a with "late", but it was not sent before send a "late" (#1), which was asked later.',
      'n2 (#3) answered a poll of the log a with "failed", but send a "failed" (#2) failed: it certainly did not happen.',
    ]);
  });

  test('a phantom at a far offset makes nobody else lose messages', () => {
    const logs = new Logs().send('x', 3).poll('n1', 0, [[9, 'phantom']]);
    expect(shortVerdict(kafka, logs.history())).toBe('phantom-message');
  });

  test('answers that are no logs are reported', () => {
    const logs = new Logs()
      .run('n1', 'send', { key: 'a', input: 'x', output: 'first' })
      .run('n1', 'poll', { input: { a: 0 }, output: [] })
      .run('n2', 'poll', { input: { a: 0 }, output: { a: ['x'] } })
      .run('n3', 'poll', { input: { a: 0 }, output: { b: [] } });
    expect(explanations(kafka, logs.history())).toEqual([
      'n1 (#0) acknowledged a send with "first", which is no offset.',
      'n1 (#1) answered a poll with [], which names no logs.',
      'n2 (#2) answered a poll of a with something else than pairs of offset and message.',
      'n3 (#3) answered a poll with the log b, which was not asked for.',
    ]);
  });

  test('a history of something else is refused in words', () => {
    const history = new Story('x').run('n1', 'poll', { input: [1], output: {} }).history();
    expect(() => shortVerdict(kafka, history)).toThrow('poll [1] (#0) names no offsets, such as {"a": 3}');
  });
});

describe('committed offsets', () => {
  const logs = () => threeSent().poll('n1', 0, three);

  test('a commit that was acknowledged is listed afterwards', () => {
    expect(shortVerdict(kafka, logs().commit(4).list('n2', 4).commit(5).list('n3', 5).history())).toBe('valid');
    expect(explanations(kafka, logs().commit(4).list('n2', 0).history())).toEqual([
      'commit_offsets {"a":4} (#4) was acknowledged by n1 at 0.900 s, so offset 4 of the log a is committed. ' +
        'n2 (#5), asked later, lists 0, and nobody has asked for less since.',
    ]);
    expect(explanations(kafka, logs().commit(4).list('n2', null).history())).toEqual([
      'commit_offsets {"a":4} (#4) was acknowledged by n1 at 0.900 s, so offset 4 of the log a is committed. ' +
        'n2 (#5), asked later, does not list the log, and nobody has asked for less since.',
    ]);
  });

  test('a store may keep the greatest or the latest, but not what is neither', () => {
    expect(shortVerdict(kafka, logs().commit(5).commit(4).list('n2', 5).history())).toBe('valid');
    expect(shortVerdict(kafka, logs().commit(5).commit(4).list('n2', 4).history())).toBe('valid');
    expect(shortVerdict(kafka, logs().commit(5).commit(4).list('n2', 3).history())).toBe('lost-commit');
    expect(shortVerdict(kafka, logs().commit(4).commit(5).list('n2', 4).history())).toBe('lost-commit');
  });

  test('a smaller commit that overlaps, or may still happen, excuses', () => {
    const overlapping = logs();
    const small = overlapping.begin('n2', 'commit_offsets', { input: { a: 2 } });
    overlapping.commit(5).end(small).list('n3', 2);
    expect(shortVerdict(kafka, overlapping.history())).toBe('valid');
    const unknown = logs().commit(2, { outcome: 'info' }).commit(5).list('n3', 2);
    expect(shortVerdict(kafka, unknown.history())).toBe('valid');
    expect(shortVerdict(kafka, logs().commit(2, { outcome: 'fail' }).commit(5).list('n3', 2).history())).toBe(
      'lost-commit',
    );
  });

  test('a commit that was acknowledged while the list ran need not be in it', () => {
    const story = logs();
    const list = story.begin('n1', 'list_committed_offsets', { input: ['a'] });
    expect(shortVerdict(kafka, story.commit(4).end(list, { output: {} }).history())).toBe('valid');
  });

  test('nothing is committed that nobody asked for; the next offset to read is allowed', () => {
    expect(shortVerdict(kafka, logs().list('n1', 0).commit(4).list('n1', 5).history())).toBe('valid');
    expect(explanations(kafka, logs().list('n1', 1).commit(4).list('n1', 6).history())).toEqual([
      'n1 (#4) lists 1 as the committed offset of the log a, but nobody had asked to commit anything.',
      'n1 (#6) lists 6 as the committed offset of the log a, but the greatest offset asked for by then is 4.',
    ]);
  });

  test('an answer that is no offsets is reported', () => {
    const story = logs().run('n1', 'list_committed_offsets', { input: ['a'], output: { a: 'all' } });
    expect(explanations(kafka, story.history())).toEqual([
      'n1 (#4) listed committed offsets as {"a":"all"}, which are no offsets by log.',
    ]);
  });
});
