/**
 * A green run in which nothing was tested is the most expensive kind of red.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Workplace } from './ordeal.ts';

const node = (name: string) => `node ${fileURLToPath(new URL(`nodes/${name}.mjs`, import.meta.url))}`;

describe('vacuous runs', () => {
  test('a store that refuses everything does not pass', async () => {
    using workplace = new Workplace();
    const flags = ['--bin', node('refuses'), '--workload', 'unique-ids', '--nemesis', 'none', '--time-limit', '2s'];
    const { exit, stdout } = await workplace.ordeal('run', ...flags);
    expect(exit, stdout).toBe(3);
    expect(stdout).toContain('VACUOUS');
    expect(stdout).toContain('no generate succeeded');
  });

  test('a partition that cuts nothing does not pass', async () => {
    using workplace = new Workplace();
    const flags = [
      '--bin',
      node('echoes'),
      '--workload',
      'echo',
      '--nemesis',
      'partition-halves',
      '--time-limit',
      '3s',
    ];
    const { exit, stdout } = await workplace.ordeal('run', ...flags);
    expect(exit, stdout).toBe(3);
    expect(stdout).toMatch(/none of \d+ faults? took effect/);
  });

  test('the same node without faults passes', async () => {
    using workplace = new Workplace();
    const flags = ['--bin', node('echoes'), '--workload', 'echo', '--nemesis', 'none', '--time-limit', '2s'];
    const { exit, stdout } = await workplace.ordeal('run', ...flags);
    expect(exit, stdout).toBe(0);
  });

  test('a node that dies by itself fails the run, with the last words of its log', async () => {
    using workplace = new Workplace();
    const flags = ['--bin', node('dies-later'), '--workload', 'echo', '--nemesis', 'none', '--time-limit', '10s'];
    const { exit, stdout } = await workplace.ordeal('run', ...flags);
    expect(exit, stdout).toBe(1);
    expect(stdout).toContain('panic: index out of range');
  });
});
