import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/base/text.ts';

describe('nearest', () => {
  const names = ['lin-kv', 'kafka', 'g-set', 'g-counter', 'pn-counter', 'broadcast'];

  test.each([
    ['lin-kv', 'lin-kv'],
    ['linkv', 'lin-kv'],
    ['lni-kv', 'lin-kv'],
    ['LIN-KV', 'lin-kv'],
    ['kakfa', 'kafka'],
    ['pn-conuter', 'pn-counter'],
    ['gcounter', 'g-counter'],
    ['boradcats', 'broadcast'],
  ])('%s was meant as %s', (written, meant) => {
    expect(nearest(written, names)).toBe(meant);
  });

  test('nothing is suggested for a name that resembles none', () => {
    expect(nearest('zookeeper', names)).toBeNull();
    expect(nearest('', names)).toBeNull();
    expect(nearest('lin-kv', [])).toBeNull();
  });

  test('a swap of neighbours is one step: the swapped name wins over one with two wrong letters', () => {
    expect(nearest('abcd', ['xbyd', 'bacd'])).toBe('bacd');
  });

  test('the first of equally near names is taken', () => {
    expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
  });
});
