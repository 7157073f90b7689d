import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isBugName, storeOf, toyBugs } from '../../../src/system/toy/bugs.ts';

const folder = fileURLToPath(new URL('../../../src/system/toy', import.meta.url));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

describe('the table of bugs', () => {
  test('has each of the promised bugs once', () => {
    expect(toyBugs.map(({ store, name }) => `${store} ${name}`)).toEqual([
      'raft stale-read',
      'raft lost-write',
      'raft dirty-read',
      'raft split-brain',
      'raft forgetful',
      'raft double-apply',
      'raft cas-race',
      'gossip no-repair',
      'gossip lossy-merge',
      'gossip resurrect',
      'gossip clock-wins',
      'gossip counter-drift',
    ]);
    expect(toyBugs.every(({ name }) => isBugName(name))).toBe(true);
    expect(isBugName('stale-reads')).toBe(false);
  });

  test('names a workload of the store that the bug is in', () => {
    expect(toyBugs.filter(({ store, workload }) => storeOf(workload) !== store)).toEqual([]);
  });

  for (const { name } of toyBugs) {
    test(`${name} is one decision in the sources, and a comment says what is wrong with it`, () => {
      const switches = sources.split(`bugs.has('${name}')`).length - 1;
      const comments = sources.split(`// BUG ${name}:`).length - 1;
      // Two places for double-apply: the leader proposes twice, and the state machine does not notice.
      expect([switches, comments]).toEqual([name === 'double-apply' ? 2 : 1, 1]);
    });
  }
});
