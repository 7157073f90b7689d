import { describe, expect, test } from 'vitest';
import { differences, replicaAnswers } from '../../src/checker/agreement.ts';
import { convergence } from '../../src/checker/convergence.ts';
import { Story } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

const nodes = ['n1', 'n2', 'n3'];

/** The phases up to the final reads: healed at 0.1 s. */
function healed(workload = 'lww-map'): Story {
  return new Story(workload, nodes).phase('main').phase('heal').phase('settle').phase('final-reads');
}

function round(story: Story, ...values: readonly unknown[]): Story {
  for (const [index, output] of values.entries()) story.run(nodes[index] ?? null, 'get', { key: 'x', output });
  return story;
}

describe('members that agree', () => {
  test('at the first look are valid', () => {
    expect(verdictOf(convergence, round(healed(), 5, 5, 5).history())).toEqual({
      checker: 'convergence',
      validity: 'valid',
      summary: '3 members agree; they did so at the first look',
      stats: { subjects: 1, nodes: 3, copies: 0, differences: 0, convergedMs: 0 },
    });
  });

  test('after a while are valid, and it is said how long it took', () => {
    const story = round(round(healed(), 5, null, 5), 5, 5, 5);
    expect(verdictOf(convergence, story.history())).toMatchObject({
      summary: '3 members agree; converged 1.000 s after healing',
      stats: { convergedMs: 1000 },
    });
  });

  test('a missing value and null are the same', () => {
    expect(shortVerdict(convergence, round(healed(), null, undefined, null).history())).toBe('valid');
  });

  test('lists of a set agree in any order, other lists do not', () => {
    const story = (workload: string) => round(healed(workload), [1, 2], [2, 1], [1, 2]).history();
    expect(shortVerdict(convergence, story('g-set'))).toBe('valid');
    expect(shortVerdict(convergence, story('broadcast'))).toBe('valid');
    expect(shortVerdict(convergence, story('lww-map'))).toBe('not-converged');
  });

  test('a log that a poll leaves out is as good as an empty one', () => {
    const story = healed('kafka');
    story.run('n1', 'poll', { output: { a: [[0, 1]], b: [] } }).run('n2', 'poll', { output: { a: [[0, 1]] } });
    expect(shortVerdict(convergence, story.run('n3', 'poll', { output: { b: [], a: [[0, 1]] } }).history())).toBe(
      'valid',
    );
  });
});

describe('members that do not agree', () => {
  test('are shown with what each of them says, and one read of each side', () => {
    expect(verdictOf(convergence, round(healed(), 5, 6, 5).history())).toMatchObject({
      validity: 'invalid',
      summary: '1 disagreement',
      anomalies: [
        {
          kind: 'not-converged',
          key: 'x',
          signature: 'convergence:not-converged',
          explanation: 'After everything was healed, the members do not agree:\n- get x: n1 and n3 say 5; n2 says 6',
          operations: [0, 1],
        },
      ],
    });
  });

  test('of sets it is said what each lacks', () => {
    const story = healed('g-set');
    const all = Array.from({ length: 9 }, (_, index) => index);
    story
      .run('n1', 'read', { output: all })
      .run('n2', 'read', { output: all })
      .run('n3', 'read', { output: [8, 0] });
    expect(explanations(convergence, story.history())).toEqual([
      'After everything was healed, the members do not agree:\n- read: n1 and n2 hold all 9; n3 lacks 1, 2, 3, 4, 5 and 2 more',
    ]);
  });

  test('on many keys are shown on five of them', () => {
    const story = healed();
    for (const node of nodes)
      for (let key = 0; key < 8; key++) story.run(node, 'get', { key, output: `${node}-${key}` });
    expect(explanations(convergence, story.history())).toEqual([
      [
        'After everything was healed, the members do not agree:',
        '- get 0: n1 says "n1-0"; n2 says "n2-0"; n3 says "n3-0"',
        '- get 1: n1 says "n1-1"; n2 says "n2-1"; n3 says "n3-1"',
        '- get 2: n1 says "n1-2"; n2 says "n2-2"; n3 says "n3-2"',
        '- get 3: n1 says "n1-3"; n2 says "n2-3"; n3 says "n3-3"',
        '- get 4: n1 says "n1-4"; n2 says "n2-4"; n3 says "n3-4"',
        '- and 3 more',
      ].join('\n'),
    ]);
  });

  test('only what was asked after the final reads began counts', () => {
    const story = new Story('lww-map', nodes).phase('main').phase('heal').run('n1', 'get', { key: 'x', output: 4 });
    const early = story.begin('n2', 'get', { key: 'x' });
    story.phase('final-reads').end(early, { output: 4 });
    expect(shortVerdict(convergence, round(story, 5, 5, 5).history())).toBe('valid');
  });

  test('a history that breaks off before they agree is no finding', () => {
    const history = { ...round(healed(), 5, 6, 5).history(), truncated: 'no closing line' };
    expect(convergence.check(history, { timeMs: 1, states: 1 })).toMatchObject({
      validity: 'unknown',
      reason: 'no-data',
      detail: 'the members did not agree yet when the history breaks off',
    });
  });
});

describe('silent members', () => {
  test('one that never answers has not converged', () => {
    const story = round(healed(), 5, 5);
    story.run('n3', 'get', { key: 'x', outcome: 'info', error: 'timeout' });
    story.run('n3', 'get', { key: 'x', outcome: 'fail', error: 'no leader' });
    expect(verdictOf(convergence, story.history())).toMatchObject({
      summary: '1 silent member',
      anomalies: [
        {
          kind: 'never-answered',
          explanation:
            'After everything was healed, n3 never answered get x, although it was asked 2 times. The last time (n3 (#3)) ended fail: no leader.',
          operations: [3],
        },
      ],
    });
  });

  test('one that answers at last is not silent', () => {
    const story = healed().run('n3', 'get', { key: 'x', outcome: 'info' });
    expect(shortVerdict(convergence, round(story, 5, 5, 5).history())).toBe('valid');
  });

  test('when nobody answers, all are silent', () => {
    const story = healed();
    for (const node of nodes) story.run(node, 'get', { key: 'x', outcome: 'info' });
    expect(verdictOf(convergence, story.history()).summary).toBe('3 silent members');
  });

  test('one that was never asked is no finding, and no pass', () => {
    expect(explanations(convergence, round(healed(), 5, 5).history())).toEqual(['n3 was not asked for everything']);
    expect(explanations(convergence, healed().history())).toEqual(['no final read was asked of any member']);
    expect(shortVerdict(convergence, new Story('lww-map').run('n1', 'get', { key: 'x' }).history())).toBe(
      'unknown no-data',
    );
  });

  test('of members that differ and one that was not asked, the difference is reported', () => {
    expect(shortVerdict(convergence, round(healed(), 5, 6).history())).toBe('not-converged');
  });
});

describe("members' own copies", () => {
  const shown = (...copies: readonly Readonly<Record<string, unknown>>[]) => {
    const story = round(healed(), 5, 5, 5);
    for (const [index, state] of copies.entries()) story.replica(nodes[index] ?? '', state);
    return story;
  };

  test('are compared by key; null is as good as missing', () => {
    expect(verdictOf(convergence, shown({ x: 5, y: null }, { x: 5 }, { x: 5 }).history())).toMatchObject({
      validity: 'valid',
      stats: { copies: 3 },
    });
    expect(explanations(convergence, shown({ x: 5, y: 1 }, { x: 5 }, { x: 5 }).history())).toEqual([
      'After everything was healed, the members do not agree:\n- own copy of y: n2 and n3 say null; n1 says 1',
    ]);
  });

  test('a member that cannot show its copy is not blamed for it', () => {
    expect(shortVerdict(convergence, shown({ x: 5 }, { x: 5 }).history())).toBe('valid');
  });

  test('a copy of an earlier round is no evidence', () => {
    const story = round(shown({ x: 4 }, { x: 5 }, { x: 5 }), 5, 5, 5)
      .replica('n2', { x: 5 })
      .replica('n3', { x: 5 });
    expect(verdictOf(convergence, story.history())).toMatchObject({
      validity: 'valid',
      summary: '3 members agree; converged 1.100 s after healing',
    });
  });

  test('are enough where a workload has no final reads', () => {
    const story = new Story('echo', nodes)
      .phase('heal')
      .replica('n1', { x: [1] })
      .replica('n2', { x: [1] });
    expect(shortVerdict(convergence, story.history())).toBe('valid');
    expect(shortVerdict(convergence, story.replica('n3', { x: [2] }).history())).toBe('not-converged');
  });
});

describe('agreement, as the run asks for it', () => {
  const options = { nodes, workload: 'lww-map' };
  const said = (node: string, value: unknown) => ({ node, f: 'get', key: 'x', value });

  test('the last answer of a member counts', () => {
    const answers = [said('n1', 1), said('n2', 2), said('n3', 2), said('n1', 2)];
    expect(differences(answers, options)).toEqual([]);
  });

  test('who has not answered is silent, but for copies', () => {
    expect(differences([said('n1', 1), said('n2', 1)], options)).toEqual([
      { f: 'get', key: 'x', sides: [{ nodes: ['n1', 'n2'], value: 1 }], silent: ['n3'] },
    ]);
    expect(differences(replicaAnswers(new Map([['n1', { x: 1 }]])), options)).toEqual([]);
  });

  test('a subject that nobody has spoken of is a difference when it was asked for', () => {
    expect(differences([], { ...options, subjects: [{ f: 'get', key: 'x' }] })).toEqual([
      { f: 'get', key: 'x', sides: [], silent: ['n1', 'n2', 'n3'] },
    ]);
  });

  test('keys are told apart by their JSON, values by theirs with members in any order', () => {
    const answers = [
      { node: 'n1', f: 'get', key: 1, value: { a: 1, b: 2 } },
      { node: 'n1', f: 'get', key: '1', value: 1 },
      { node: 'n2', f: 'get', key: 1, value: { b: 2, a: 1 } },
      { node: 'n2', f: 'get', key: '1', value: '1' },
    ];
    expect(differences(answers, { ...options, nodes: ['n1', 'n2'] }).map(({ key }) => key)).toEqual(['1']);
  });
});
