/**
 * Where events are in the picture.
 */
import { describe, expect, test } from 'vitest';
import { orderAxis, timeAxis } from '../../../../src/report/viewer/run/counterexample/axis.ts';
import type { Bar } from '../../../../src/report/viewer/run/counterexample/bars.ts';

const nanosPerMs = 1e6;

function bar(id: number, begin: readonly [number, number], end: readonly [number, number] | null): Bar {
  const moment = ([index, ms]: readonly [number, number]) => ({ index, time: ms * nanosPerMs });
  return {
    position: id,
    id,
    process: id,
    node: '',
    words: 'write 1',
    caption: '',
    whole: 'write 1',
    outcome: end ? 'ok' : 'info',
    begin: moment(begin),
    end: end && moment(end),
    mayBeEarlier: false,
    mayBeLater: end === null,
  };
}

// Two that overlap, and one much later.
const bars = [bar(0, [0, 0], [2, 10]), bar(1, [1, 5], [3, 15]), bar(2, [8, 2000], [9, 2010])];
const places = (axis: { x(moment: Bar['begin']): number }) =>
  bars.flatMap(({ begin, end }) => [begin, ...(end ? [end] : [])]).map(moment => axis.x(moment));

describe('in order', () => {
  const axis = orderAxis({ bars, widthOf: () => 100, room: 400 });

  test('what came later is further right, and every bar has room for its words', () => {
    const [begin0 = 0, end0 = 0, begin1 = 0, end1 = 0, begin2 = 0, end2 = 0] = places(axis);
    expect([begin0, begin1, end0, end1, begin2, end2]).toEqual(places(axis).toSorted((one, other) => one - other));
    for (const width of [end0 - begin0, end1 - begin1, end2 - begin2]) expect(width).toBeGreaterThanOrEqual(100);
  });

  test('becomes wider than its place when there is much to show, and fills it when there is little', () => {
    const many = Array.from({ length: 60 }, (_, id) => bar(id, [2 * id, id], [2 * id + 1, id + 1]));
    expect(orderAxis({ bars: many, widthOf: () => 100, room: 400 }).width).toBeGreaterThan(6000);
    expect(orderAxis({ bars, widthOf: () => 100, room: 800 }).width).toBe(800);
  });

  test('puts a fault that was between two events between them', () => {
    const x = axis.x({ index: 5, time: 0 });
    expect(x).toBeGreaterThan(places(axis)[3] ?? Infinity);
    expect(x).toBeLessThan(places(axis)[4] ?? 0);
  });

  test('what was before all of it is at the left border, what was after it at the right one', () => {
    const inside = [bar(0, [5, 0], [6, 1])];
    const narrow = orderAxis({ bars: inside, widthOf: () => 10, room: 300 });
    expect([narrow.x({ index: 0, time: 0 }), narrow.x({ index: 99, time: 0 })]).toEqual([0, 300]);
  });
});

describe('to the scale of time', () => {
  const axis = timeAxis({ bars, room: 600, hasTimes: true });

  test('spans are as long as they lasted', () => {
    const [begin0 = 0, end0 = 0, begin1 = 0, end1 = 0] = places(axis);
    expect(end0 - begin0).toBeCloseTo(end1 - begin1);
    expect(begin1 - begin0).toBeCloseTo((end0 - begin0) / 2);
  });

  test('a stretch far longer than the operations is shortened and marked', () => {
    const [, , , end1 = 0, begin2 = 0] = places(axis);
    expect(axis.breaks).toEqual([(end1 + begin2) / 2]);
    expect(begin2 - end1).toBeLessThan(60);
    expect(axis.width).toBe(600);
  });

  test('times are written at both sides of it', () => {
    const labels = axis.ticks.map(({ label }) => label);
    expect([labels[0], labels.at(-1)]).toEqual(['0.000 s', '2.010 s']);
  });
});
