import { describe, expect, test } from 'vitest';
import { availability, availabilityOf } from '../../src/checker/availability.ts';
import { Story } from './story.ts';
import { explanations, verdictOf } from './verdicts.ts';

describe('availability', () => {
  test('counts by function and node, and keeps refusals apart from failures', () => {
    const story = new Story('lin-kv')
      .run('n1', 'write', { key: 'x', input: 1 })
      .run('n2', 'cas', { key: 'x', input: [4, 5], outcome: 'fail', output: 'refused' })
      .run('n2', 'write', { key: 'x', input: 2, outcome: 'fail', error: 'no leader' })
      .run('n1', 'write', { key: 'x', input: 3, outcome: 'info' })
      .run(null, 'read', { key: 'x', outcome: 'open' });
    expect(availabilityOf(story.history())).toMatchObject({
      total: { ok: 1, refused: 1, fail: 1, info: 2 },
      byFunction: {
        write: { ok: 1, refused: 0, fail: 1, info: 1 },
        cas: { ok: 0, refused: 1, fail: 0, info: 0 },
      },
      byNode: { n1: { ok: 1, refused: 0, fail: 0, info: 1 }, n2: { ok: 0, refused: 1, fail: 1, info: 0 } },
      answered: 0.4,
    });
  });

  test('measures the rate and the longest silence in the main phase, and the recovery after healing', () => {
    const story = new Story('echo').run('n1', 'echo').phase('main').run('n1', 'echo').run('n1', 'echo');
    for (let index = 0; index < 4; index++) story.run('n1', 'echo', { outcome: 'info' });
    story.run('n1', 'echo').phase('heal').run('n1', 'echo', { outcome: 'fail' }).run('n1', 'echo');
    expect(availabilityOf(story.history())).toMatchObject({
      // The main phase lasts from 0.2 s to the last answer at 1.6 s.
      okPerSecond: 3 / 1.4,
      longestGap: { from: 6e8, to: 16e8 },
      recovery: 4e8,
      latency: { p50: 1e8, p99: 1e8, max: 1e8 },
    });
    expect(verdictOf(availability, story.history())).toEqual({
      checker: 'availability',
      validity: 'valid',
      summary:
        '50.0 % of 10 operations answered, 2.1 ok a second, at most 1.000 s without an ok, the first ok 0.400 s after healing',
      stats: {
        operations: 10,
        ok: 5,
        refused: 0,
        fail: 1,
        info: 4,
        'ok/s': 2.1,
        p50Ms: 100,
        p99Ms: 100,
        longestGapMs: 1000,
        recoveryMs: 400,
      },
    });
  });

  test('silence at the end counts as long as something was asked', () => {
    const story = new Story('echo').phase('main').run('n1', 'echo');
    story.run('n1', 'echo', { outcome: 'info' }).run('n1', 'echo', { outcome: 'info' }).phase('heal');
    expect(availabilityOf(story.history())).toMatchObject({ longestGap: { from: 2e8, to: 5e8 }, recovery: null });
  });

  test('reports on an unavailable store without judging it, and has nothing to say on no operations', () => {
    const dead = new Story('echo').phase('main').run('n1', 'echo', { outcome: 'info' }).history();
    expect(verdictOf(availability, dead).validity).toBe('valid');
    expect(explanations(availability, new Story('echo').history())).toEqual(['the history has no operations']);
    expect(verdictOf(availability, new Story('echo').history())).toMatchObject({
      validity: 'unknown',
      reason: 'no-data',
    });
  });

  test('names of functions may be those of every object', () => {
    const story = new Story('echo').run('__proto__', 'toString');
    expect(Object.keys(availabilityOf(story.history()).byFunction)).toEqual(['toString']);
    expect(Object.keys(availabilityOf(story.history()).byNode)).toEqual(['__proto__']);
  });
});
