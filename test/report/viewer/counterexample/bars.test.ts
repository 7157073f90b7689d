/**
 * What of an anomaly is drawn.
 */
import { describe, expect, test } from 'vitest';
import { type Bars, barsOf } from '../../../../src/report/viewer/run/counterexample/bars.ts';
import { HistoryBuilder, history } from '../../../history/build.ts';
import { reportOf, reportOfStory, type Story } from '../../../page/reports.ts';

function barsOfStory(text: string, story: Story = {}): Bars {
  return drawnOf(reportOfStory(text, story));
}

function drawnOf({ data, operations }: ReturnType<typeof reportOf>): Bars {
  const anomaly = data.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []))[0];
  if (!anomaly) throw new Error('nothing was found');
  return barsOf(anomaly, operations);
}

const words = ({ bars }: Bars) =>
  bars.map(({ id, words: text, caption }) => `#${id} ${text}${caption && `: ${caption}`}`);

describe('bars', () => {
  test('are those of the counterexample, in order of their calls', () => {
    const drawn = barsOfStory(`
      p0 invoke write x 1
      p0 ok
      p0 invoke write x 2
      p1 invoke read x
      p0 ok
      p1 ok 2
      p2 invoke read x
      p2 ok 1
    `);
    expect(words(drawn)).toEqual(['#0 write 1', '#1 write 2', '#3 read → 1']);
  });

  test('say what of an operation does not count', () => {
    const drawn = barsOfStory(
      `
      p0 invoke append - "a"
      p1 invoke append - "b"
      p0 ok
      p1 info -- timed out
      p2 invoke read -
      p2 ok ["b","a","b"]
    `,
      { model: 'log' },
    );
    expect(words(drawn)).toEqual([
      '#0 append "a": at any time, or never',
      '#1 append "b": at any time, or never',
      '#2 read → ["b","a","b"]',
    ]);
    expect(drawn.bars.map(({ end, mayBeEarlier, mayBeLater }) => [end !== null, mayBeEarlier, mayBeLater])).toEqual([
      [true, true, true],
      [false, true, true],
      [true, false, false],
    ]);
  });

  test('show of a read the look that matters', () => {
    const drawn = barsOfStory('p0 invoke add - 1\n p0 ok\n p1 invoke add - 2\n p1 ok\n p2 invoke read -\n p2 ok [2]', {
      model: 'set',
    });
    expect(words(drawn)).toEqual(['#0 add 1', '#2 contains 1 → false: part of read → [2]']);
  });

  test('are what is cited where no order was looked for', () => {
    const drawn = barsOfStory(
      `
      p0@n1 invoke add - 1
      p0 ok
      phase final-reads
      p1@n1 invoke read -
      p1 ok [1]
      p2@n2 invoke read -
      p2 ok []
    `,
      { checkers: ['set'] },
    );
    expect(words(drawn)).toEqual(['#0 add 1', '#2 read → []']);
    expect(drawn.bars.every(({ position }) => position === null)).toBe(true);
  });

  test('of very many, those around the impossible one are drawn and the others counted', () => {
    const builder = new HistoryBuilder();
    for (let turn = 0; turn < 100; turn++) builder.invoke(turn % 5, 'increment').complete(turn % 5, 'ok');
    builder.invoke(7, 'read').complete(7, 'ok', 150);
    const { bars, notShown } = drawnOf(reportOf(builder.history(), { model: 'counter' }));
    expect(bars).toHaveLength(60);
    expect(bars.slice(-2).map(({ id }) => id)).toEqual([99, 100]);
    expect(notShown).toBe(41);
  });

  test('show nothing that could disturb the text around it', () => {
    const report = reportOf(history('p0 invoke write x "\\u202e"\n p0 ok\n p1 invoke read x\n p1 ok null'));
    expect(words(drawnOf(report))[0]).toBe('#0 write "⟨U+202E⟩"');
  });
});
