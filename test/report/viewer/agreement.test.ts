/**
 * What the page says of members that differ.
 */
import { describe, expect, test } from 'vitest';
import type { Divergence } from '../../../src/checker/measure/divergence/divergence.ts';
import { actOf, agreementSentence, silentSentence } from '../../../src/report/viewer/run/convergence/act.ts';
import { compareElements, differenceWords, elementsOf } from '../../../src/report/viewer/run/convergence/set-answer.ts';

describe('the sentence', () => {
  const subject = { f: 'read', key: 'x', agreedAt: null, answers: ['1', '2'], differs: [false, true] };
  const none: Divergence = { nodes: ['n1', 'n2'], points: [], agreedAt: 5e9, subjects: [], leftOut: 0 };
  const act = { from: 5e9, to: 9e9, since: 'healing', hasTimes: true };

  test.each<[string, Partial<Divergence>, string]>([
    ['never differed', {}, 'Yes: they never differed after healing.'],
    [
      'agreed',
      { agreedAt: 6.3e9, subjects: [{ ...subject, agreedAt: 6.3e9 }], leftOut: 2 },
      'Yes: 1.30 s after healing they agreed. Until then they had differed on 3 subjects.',
    ],
    ['differ', { agreedAt: null, subjects: [subject] }, 'No: in the end they differ on 1 subject.'],
    [
      'differ on more than is listed',
      { agreedAt: null, subjects: [subject], leftOut: 7 },
      'No: in the end they differ on at least 1 subject.',
    ],
  ])('%s', (_, given, words) => {
    expect(agreementSentence({ ...none, ...given }, act)).toBe(words);
  });

  test('names the members that said nothing', () => {
    expect(silentSentence({ ...none, points: [{ time: 1, distances: [0, null] }] })).toBe(
      'n2 said nothing, and could neither agree nor differ.',
    );
    expect(silentSentence({ ...none, points: [{ time: 1, distances: [0, 3] }] })).toBeNull();
  });

  test('the act begins with healing, or with what comes first of the rest', () => {
    const phase = { name: 'final-reads' as const, index: 3, time: 7e9 };
    expect(actOf({ phases: [phase], duration: 9e9, hasTimes: true }, none)).toEqual({
      from: 7e9,
      to: 9e9,
      since: 'the final reads began',
      hasTimes: true,
    });
  });
});

describe('answers that are lists', () => {
  const words = (own: string, usual: string): string =>
    differenceWords(compareElements(elementsOf(own) ?? [], elementsOf(usual) ?? []));

  test.each([
    ['[1,2,3]', '[1,2,3,4,9]', 'lacks 4, 9'],
    ['[1,2,3,4]', '[1,2]', 'has 3, 4 besides'],
    ['[1,1,2]', '[1,2,2]', 'lacks 2; has 1 besides'],
    ['[2,1]', '[1,2]', 'the same in another order'],
    ['[]', '[1,2,3,4,5,6,7]', 'lacks 1, 2, 3, 4, 5 and 2 more'],
    ['[{"b":1,"a":2}]', '[{"a":2,"b":1}]', ''],
  ])('%s beside %s: %s', (own, usual, expected) => {
    expect(words(own, usual)).toBe(expected);
  });

  test.each(['{"a":1}', '7', '[1,2,3…', '"[1]"', '[12345678901234567890]', '['.repeat(50_000)])(
    'of a text that is no whole list nothing is said: %s',
    text => expect(elementsOf(text)).toBeNull(),
  );
});
