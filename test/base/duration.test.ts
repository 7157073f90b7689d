import { describe, expect, test } from 'vitest';
import { formatDurationMs, parseDurationMs } from '../../src/base/duration.ts';

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s is %i ms, there and back', (text, milliseconds) => {
    expect(parseDurationMs(text)).toBe(milliseconds);
    expect(parseDurationMs(formatDurationMs(milliseconds))).toBe(milliseconds);
  });

  test.each(['', '15', 's', '-1s', '1 fortnight', '1e3ms', 'NaNs'])('%j is not a duration', text => {
    expect(parseDurationMs(text)).toBeNull();
  });
});
