import { describe, expect, test } from 'vitest';
import { Random } from '../../../../../src/base/random.ts';
import { nanosPerMs } from '../../../../../src/base/time.ts';
import { OverlayLink } from '../../../../../src/runtime/docker/network/overlay/overlay-link.ts';
import { packetOf } from './packets.ts';

const link = { from: 'n1', to: 'n2' };
const ruled = (...rules: readonly object[]): OverlayLink => {
  const made = new OverlayLink(link, Random.fromSeed('seed'));
  made.rule(rules.map(rule => ({ ...link, ...rule })));
  return made;
};
/** Milliseconds from coming in to being through, of packets of this many bytes, which come in at these times. */
const passages = (line: OverlayLink, bytes: number, ...timesMs: readonly number[]): (number | null)[] =>
  timesMs.map(timeMs => {
    const nanos = line.passageNanos(bytes, timeMs * nanosPerMs);
    return nanos === null ? null : nanos / nanosPerMs;
  });

describe('the bandwidth of a link', () => {
  test('without a limit is no wait at all', () => {
    expect(passages(ruled({}), 1_000_000, 0, 0, 0)).toEqual([0, 0, 0]);
  });

  test('lets one packet through after the other, each for as long as its bits take', () => {
    const line = ruled({ rateKbit: 80 });
    expect(passages(line, 100, 0, 0, 5, 100)).toEqual([10, 20, 25, 10]);
    expect(line.state.counters.throttled).toBe(2);
  });

  test('loses what would have to wait for more than half a second, and only that', () => {
    const line = ruled({ rateKbit: 8 });
    expect(passages(line, 300, 0, 0, 0, 99.9, 100, 100.1)).toEqual([300, 600, null, null, 800, null]);
  });

  test('lets a packet begin on an idle line however slow it is', () => {
    expect(passages(ruled({ rateKbit: 1 }), 1_000, 0, 1, 7_501)).toEqual([8_000, null, 8_499]);
  });

  test('is the narrowest of all rules of the link', () => {
    expect(passages(ruled({ rateKbit: 80 }, { rateKbit: 8 }, { loss: 0 }), 100, 0)).toEqual([100]);
  });

  test('is kept over a new picture that has it too, and is free again after one that has not, or that cuts', () => {
    const line = ruled({ rateKbit: 8 });
    passages(line, 100, 0);
    line.rule([{ ...link, rateKbit: 8, delayMs: 3 }]);
    expect(passages(line, 100, 0)).toEqual([200]);
    line.rule([]);
    line.rule([{ ...link, rateKbit: 8 }]);
    expect(passages(line, 100, 0)).toEqual([100]);
    line.rule([{ ...link, rateKbit: 8, cut: true }]);
    expect(passages(line, 100, 0)).toEqual([100]);
  });

  test('of nothing is refused', () => {
    expect(() => ruled({ rateKbit: 0 })).toThrow('a bandwidth must be more than nothing, not 0 kbit/s');
  });
});

describe('a link that spoils packets', () => {
  const packet = packetOf({ from: '10.0.0.1', to: '10.0.0.2', text: 'text' });
  const spoilt = (line: OverlayLink, count: number): number[] =>
    [...Array(count).keys()].filter(() => !line.carried(packet).equals(packet));

  test('does so as often as it is told, and counts it', () => {
    const line = ruled({ corrupt: 0.25 });
    const { length } = spoilt(line, 10_000);
    expect(Math.abs(length - 2_500)).toBeLessThan(130);
    expect(line.state.counters.corrupted).toBe(length);
  });

  test('combines the chances of its rules', () => {
    const { length } = spoilt(ruled({ corrupt: 0.5 }, { corrupt: 0.5 }), 10_000);
    expect(Math.abs(length - 7_500)).toBeLessThan(130);
  });

  test('spoils the same ones for the same seed', () => {
    expect(spoilt(ruled({ corrupt: 0.5 }), 100)).toEqual(spoilt(ruled({ corrupt: 0.5 }), 100));
  });

  test('spoils nothing without a rule, and refuses a chance that is none', () => {
    expect(spoilt(ruled({ loss: 0.5 }), 100)).toEqual([]);
    for (const corrupt of [-0.1, 1.1, Number.NaN]) {
      expect(() => ruled({ corrupt })).toThrow(`a probability must be between 0 and 1, not ${corrupt}`);
    }
  });
});
