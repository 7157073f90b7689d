import { describe, expect, test } from 'vitest';
import { set } from '../../src/checker/set.ts';
import { Story } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

/** Elements 1 and 2 were acknowledged; the final reads are these. */
function ending(...finals: readonly (readonly unknown[])[]): Story {
  const story = new Story('g-set').phase('main');
  story.run('n1', 'add', { input: 1 }).run('n2', 'add', { input: 2 });
  story.phase('heal').phase('final-reads');
  for (const [index, output] of finals.entries()) story.run(`n${index + 1}`, 'read', { output });
  return story;
}

describe('acknowledged elements', () => {
  test('a set that keeps everything is valid, and says how much was looked at', () => {
    const result = verdictOf(set, ending([1, 2], [2, 1], [1, 2]).history());
    expect(result).toEqual({
      checker: 'set',
      validity: 'valid',
      summary: '2 acknowledged elements, all of them in 3 final reads',
      stats: { elements: 2, reads: 3, 'final reads': 3 },
    });
  });

  test('one that no final read holds is lost, with the addition and the reads', () => {
    const result = verdictOf(set, ending([1], [1], [1]).history());
    expect(result).toEqual({
      checker: 'set',
      validity: 'invalid',
      summary: '1 lost element',
      stats: { elements: 2, reads: 3, 'final reads': 3, 'lost-element': 1 },
      anomalies: [
        {
          kind: 'lost-element',
          key: null,
          signature: 'set:lost-element:everywhere',
          explanation:
            'add 2 (#1) was acknowledged by n2 at 0.400 s, but no final read holds 2: not that of n1 (#2), n2 (#3) and n3 (#4).',
          operations: [1, 2, 3, 4],
        },
      ],
    });
  });

  test('one that some final reads hold is lost too, and it is said where', () => {
    expect(explanations(set, ending([1, 2], [1], [1, 2]).history())).toEqual([
      'add 2 (#1) was acknowledged by n2 at 0.400 s, but the final read of n2 (#3) lacks 2. That of n1 (#2) and n3 (#4) holds it.',
    ]);
  });

  test('only the last final read of a node counts', () => {
    const story = ending([1], [1], [1]);
    for (const node of ['n1', 'n2', 'n3']) story.run(node, 'read', { output: [1, 2] });
    expect(shortVerdict(set, story.history())).toBe('valid');
  });

  test('a kill is no excuse for losing what was acknowledged', () => {
    const story = new Story('g-set').phase('main').run('n1', 'add', { input: 1 });
    story
      .endFault(story.beginFault('kill', ['n1', 'n2', 'n3']))
      .phase('final-reads')
      .run('n1', 'read', { output: [] });
    expect(shortVerdict(set, story.history())).toBe('lost-element');
  });

  test('an addition of unknown outcome may be there or not, and one that failed must not', () => {
    const story = (final: readonly number[]) =>
      new Story('g-set')
        .run('n1', 'add', { input: 1, outcome: 'info' })
        .run('n1', 'add', { input: 2, outcome: 'open' })
        .run('n1', 'add', { input: 3, outcome: 'fail', error: 'no leader' })
        .phase('final-reads')
        .run('n1', 'read', { output: final })
        .history();
    expect(shortVerdict(set, story([]))).toBe('valid');
    expect(shortVerdict(set, story([1, 2]))).toBe('valid');
    expect(explanations(set, story([3]))).toEqual([
      'n1 (#3) answered a read with 3 among the elements, but add 3 (#2) failed (no leader): it certainly did not happen.',
    ]);
  });

  test('an addition that was acknowledged after the final read was asked is not missed in it', () => {
    const story = new Story('g-set');
    const late = story.begin('n1', 'add', { input: 7 });
    story.phase('final-reads');
    const read = story.begin('n2', 'read');
    story.end(late).end(read, { output: [] });
    expect(shortVerdict(set, story.history())).toBe('valid');
  });

  test('a read that was asked before the second act is no final read, however late its answer', () => {
    const story = new Story('g-set').run('n1', 'add', { input: 1 });
    const early = story.begin('n2', 'read');
    story.phase('final-reads').end(early, { output: [] });
    expect(verdictOf(set, story.history())).toMatchObject({
      validity: 'unknown',
      reason: 'no-data',
      detail: 'no final read was answered, so nobody knows whether elements were lost',
    });
  });

  test('without reads and additions there is nothing to judge', () => {
    const history = new Story('echo').run('n1', 'echo', { input: 1, output: 1 }).history();
    expect(explanations(set, history)).toEqual(['the history has no add, broadcast or read']);
  });
});

describe('elements that appear', () => {
  test('one that nobody added is a phantom, also in the first act', () => {
    const story = new Story('g-set').run('n1', 'read', { output: [9] });
    expect(explanations(set, story.history())).toEqual([
      'n1 (#0) answered a read with 9 among the elements, which nobody ever added.',
    ]);
  });

  test('one that was only added later is a phantom', () => {
    const story = new Story('g-set').run('n1', 'read', { output: [9] }).run('n2', 'add', { input: 9 });
    expect(explanations(set, story.history())).toEqual([
      'n1 (#0) answered a read with 9 among the elements, but it was not added before add 9 (#1), which was asked later.',
    ]);
  });

  test('one whose addition overlaps the read is none', () => {
    const story = ending([1, 2]);
    const add = story.begin('n1', 'add', { input: 3 });
    story.run('n1', 'read', { output: [1, 2, 3] }).end(add);
    expect(shortVerdict(set, story.history())).toBe('valid');
  });

  test('elements are told apart by their JSON, whatever the order of members', () => {
    const story = new Story('g-set')
      .run('n1', 'add', { input: { a: 1, b: 2 } })
      .run('n1', 'add', { input: '1' })
      .phase('final-reads');
    expect(shortVerdict(set, story.run('n1', 'read', { output: [{ b: 2, a: 1 }, '1'] }).history())).toBe('valid');
    expect(shortVerdict(set, story.run('n1', 'read', { output: [{ b: 2, a: 1 }, 1] }).history())).toBe(
      'lost-element phantom-element',
    );
  });

  test('each phantom is explained once, at most five of a kind, and all are counted', () => {
    const story = ending([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const result = verdictOf(set, story.history());
    expect(result.summary).toBe('7 phantom elements');
    expect(result.stats).toMatchObject({ 'phantom-element': 7 });
    expect(result.validity === 'invalid' && result.anomalies.length).toBe(5);
  });
});

describe('duplicates', () => {
  test('an element twice in one answer is reported', () => {
    expect(explanations(set, ending([1, 2, 1], [1, 2], [1, 2]).history())).toEqual([
      'n1 (#2) answered a read with a list that holds 1 2 times.',
    ]);
  });

  test('a message that was broadcast twice may be seen twice, and not three times', () => {
    const story = (times: number) =>
      new Story('broadcast')
        .run('n1', 'broadcast', { input: 'a' })
        .run('n2', 'broadcast', { input: 'a', outcome: 'info' })
        .phase('final-reads')
        .run('n1', 'read', { output: Array.from({ length: times }, () => 'a') })
        .history();
    expect(shortVerdict(set, story(2))).toBe('valid');
    expect(verdictOf(set, story(3))).toMatchObject({ summary: '1 duplicated element' });
  });

  test('an answer that is no list is reported, and nothing else is judged by it', () => {
    const story = ending([1, 2]).run('n2', 'read', { output: 'busy' });
    expect(explanations(set, story.history())).toEqual(['n2 (#3) answered a read with "busy", which is no list.']);
  });
});

describe('elements that vanish', () => {
  const unacknowledged = () => new Story('g-set').run('n1', 'add', { input: 1, outcome: 'info' });

  test('one that was read, and is in no final read, has vanished', () => {
    const story = unacknowledged()
      .run('n2', 'read', { output: [1] })
      .phase('final-reads');
    story.run('n1', 'read', { output: [] }).run('n2', 'read', { output: [] });
    expect(explanations(set, story.history())).toEqual([
      'n2 (#1) answered a read with 1 among the elements, so it did get in. ' +
        'Nothing is ever removed and no process was restarted since, but no final read holds it: not that of n1 (#2) and n2 (#3).',
    ]);
  });

  test('a kill of any node since excuses it, a partition or a pause does not', () => {
    const story = (kind: string) => {
      const told = unacknowledged().run('n2', 'read', { output: [1] });
      told
        .endFault(told.beginFault(kind, ['n3']))
        .phase('final-reads')
        .run('n1', 'read', { output: [] });
      return told.history();
    };
    expect(shortVerdict(set, story('kill'))).toBe('valid');
    expect(shortVerdict(set, story('a fault of the future'))).toBe('valid');
    expect(shortVerdict(set, story('partition'))).toBe('vanished-element');
    expect(shortVerdict(set, story('pause'))).toBe('vanished-element');
  });

  test('a read after the last kill counts, one during the kill does not', () => {
    const told = unacknowledged();
    const kill = told.beginFault('kill', ['n3']);
    told.run('n2', 'read', { output: [1] }).endFault(kill);
    const during = told.phase('final-reads').run('n1', 'read', { output: [] }).history();
    expect(shortVerdict(set, during)).toBe('valid');
    const after = new Story('g-set').run('n1', 'add', { input: 1, outcome: 'info' });
    after.endFault(after.beginFault('kill', ['n3'])).run('n2', 'read', { output: [1] });
    expect(shortVerdict(set, after.phase('final-reads').run('n1', 'read', { output: [] }).history())).toBe(
      'vanished-element',
    );
  });

  test('one that some node still holds is for convergence to judge', () => {
    const story = unacknowledged()
      .run('n2', 'read', { output: [1] })
      .phase('final-reads');
    story.run('n1', 'read', { output: [] }).run('n2', 'read', { output: [1] });
    expect(shortVerdict(set, story.history())).toBe('valid');
  });

  const broadcast = () =>
    new Story('broadcast').run('n1', 'broadcast', { input: 1, outcome: 'info' }).run('n2', 'read', { output: [1] });
  const andEnd = (story: Story) =>
    story
      .phase('final-reads')
      .run('n2', 'read', { output: [1] })
      .history();

  test('a broadcast that a node has shown it must show in every later read', () => {
    expect(explanations(set, andEnd(broadcast().run('n2', 'read', { output: [] })))).toEqual([
      'n2 (#1) answered a read with 1 among the elements; its later answer (#2) lacks it. ' +
        'Nothing is ever removed, and n2 was not restarted in between.',
    ]);
  });

  test('a g-set may answer from another member, so there only the final reads count', () => {
    const story = unacknowledged()
      .run('n2', 'read', { output: [1] })
      .run('n2', 'read', { output: [] });
    expect(shortVerdict(set, andEnd(story))).toBe('valid');
  });

  test('another node, a read that overlaps, or a restart of the node in between are no violation', () => {
    expect(shortVerdict(set, andEnd(broadcast().run('n3', 'read', { output: [] })))).toBe('valid');
    const overlapping = new Story('broadcast').run('n1', 'broadcast', { input: 1 });
    const read = overlapping.begin('n2', 'read');
    overlapping.run('n2', 'read', { output: [1] }).end(read, { output: [] });
    expect(shortVerdict(set, andEnd(overlapping))).toBe('valid');
    const restarted = broadcast();
    restarted.endFault(restarted.beginFault('kill', ['n2'])).run('n2', 'read', { output: [] });
    expect(shortVerdict(set, andEnd(restarted))).toBe('valid');
    const other = broadcast();
    other.endFault(other.beginFault('kill', ['n1'])).run('n2', 'read', { output: [] });
    expect(shortVerdict(set, andEnd(other))).toBe('vanished-element');
  });
});
