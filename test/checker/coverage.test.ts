import { describe, expect, test } from 'vitest';
import { coverage, coverageChecker, coverageOf } from '../../src/checker/coverage.ts';
import { Story } from './story.ts';
import { shortVerdict, verdictOf } from './verdicts.ts';

const reasons = (story: Story, expected = {}) => coverageOf(story.history(), expected).vacuousReasons;

describe('vacuous', () => {
  test('is a run in which nothing was asked', () => {
    expect(reasons(new Story('echo'))).toEqual(['no operation was asked for']);
  });

  test('is a function that was asked for and never succeeded, a refusal included', () => {
    const story = new Story('lin-kv').run('n1', 'read').run('n1', 'cas', { outcome: 'fail', output: 'refused' });
    expect(reasons(story.run('n1', 'cas', { outcome: 'info' }))).toEqual([
      'no cas succeeded, of 2 that were asked for',
    ]);
    expect(verdictOf(coverage, story.history())).toMatchObject({
      validity: 'unknown',
      reason: 'no-data',
      detail: 'no cas succeeded, of 2 that were asked for',
    });
  });

  test('is a nemesis that did nothing', () => {
    const story = () => new Story('echo').run('n1', 'echo');
    expect(reasons(story(), { plannedFaults: 2 })).toEqual(['2 faults were planned, and none began']);
    expect(reasons(story(), { plannedFaults: 0 })).toEqual([]);
    const unbitten = story();
    unbitten.endFault(unbitten.beginFault('partition', ['n1']), { bit: false, evidence: 'nothing was sent' });
    unbitten.beginFault('kill', ['n2']);
    expect(reasons(unbitten)).toEqual([
      'none of 2 faults took effect (#1 partition n1: nothing was sent and #2 kill n2)',
    ]);
  });

  test('is a second act in which nobody answered, or that never came', () => {
    const story = () => new Story('g-set').run('n1', 'read');
    expect(reasons(story().phase('final-reads').run('n1', 'read', { outcome: 'info' }))).toEqual([
      'none of 1 final read was answered',
    ]);
    expect(reasons(story(), { finalReads: true })).toEqual(['the run never came to its final reads']);
    expect(reasons(story().phase('final-reads'), { finalReads: true })).toEqual(['no final read was asked for']);
    expect(reasons(story().phase('final-reads'), {})).toEqual([]);
  });
});

describe('covered', () => {
  test('is what succeeded; what fell short is named', () => {
    const story = new Story('lin-kv').run('n1', 'read').run('n2', 'write', { outcome: 'fail' }).run('n2', 'write');
    story.endFault(story.beginFault('partition', ['n1']), { bit: true, evidence: '312 messages dropped' });
    story.endFault(story.beginFault('loss', ['n2']), { bit: false, evidence: 'none of 3 messages was dropped' });
    story.beginFault('pause', ['n3']);
    story.phase('final-reads').run('n1', 'read').run('n2', 'read', { outcome: 'info' });
    const checker = coverageChecker({ functions: ['read', 'write', 'cas'], plannedFaults: 3, finalReads: true });
    expect(verdictOf(checker, story.history())).toEqual({
      checker: 'coverage',
      validity: 'valid',
      summary:
        'read and write succeeded; 1 of 3 faults took effect; 1 of 2 final reads answered; cas was never asked for; ' +
        'without effect: #2 loss n2: none of 3 messages was dropped; no end was recorded of #3 pause n3',
      stats: { functions: 3, faults: 3, 'faults that bit': 1, 'final reads': 1 },
    });
    expect(coverageOf(story.history(), { functions: ['cas'] })).toMatchObject({
      vacuousReasons: [],
      faults: { planned: null, begun: 3, ended: 2, bitten: 1 },
      functions: { read: { asked: 3, ok: 2 }, write: { asked: 2, ok: 1 }, cas: { asked: 0, ok: 0 } },
      finalReads: { asked: 2, answered: 1 },
    });
  });

  test('needs no faults when none were planned', () => {
    expect(shortVerdict(coverage, new Story('echo').run('n1', 'echo').history())).toBe('valid');
  });
});
