/**
 * Bad input gets a clear error with its place and a hint, the right exit code, no stack trace, and no hang.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Workplace } from './ordeal.ts';

const node = (name: string) => `node ${fileURLToPath(new URL(`nodes/${name}.mjs`, import.meta.url))}`;
const program = `hypothesis: it holds\nsteps:\n  - wait: 1s\n  - fault: partition\n    shapes: halves\n    for: 1s\n`;
const history = [
  '{"process":0,"type":"invoke","f":"write","key":"x","value":1}',
  '{"process":0,"type":"okay","f":"write","key":"x","value":1}',
];

describe('bad input', () => {
  test.each([
    ['an unknown command', ['rnu'], 64, 'unknown command'],
    ['an unknown flag', ['run', '--time-limits', '3s'], 64, "unknown option '--time-limits'"],
    ['an unknown workload', ['run', '--workload', 'lin-kw'], 64, 'did you mean "lin-kv"?'],
    ['an unknown nemesis', ['run', '--nemesis', 'partition-halfs'], 64, 'did you mean "partition-halves"?'],
    ['an unknown bug', ['run', 'toy', '--bug', 'stale-reads'], 64, 'did you mean "stale-read"?'],
    ['an unknown system', ['run', 'toi'], 64, 'did you mean "toy"?'],
    [
      'a workload that the bug cannot have',
      ['run', 'toy', '--bug', 'stale-read', '--workload', 'g-set'],
      64,
      'stale-read',
    ],
    ['a time without a unit', ['run', '--time-limit', '15'], 64, '500ms, 15s, 2m'],
    ['a number that is none', ['run', '--rate', 'fast'], 64, 'whole number'],
    ['an unknown key in a programme', ['run', '--nemesis', 'my.yaml'], 64, 'my.yaml:5:5'],
    ['a programme that is not there', ['run', '--nemesis', 'gone.yaml'], 64, 'gone.yaml'],
    ['a plan that is not there', ['run', '--plan', 'gone.json'], 64, 'gone.json'],
    ['a missing binary', ['run', '--bin', './no-such-node'], 64, 'no-such-node'],
    [
      'a node that exits at once',
      ['run', '--bin', node('exits'), '--workload', 'echo'],
      64,
      'cannot find my configuration',
    ],
    ['a node that prints garbage', ['run', '--bin', node('babbles'), '--workload', 'echo'], 64, 'Starting up!'],
    ['a node that never answers init', ['run', '--bin', node('silent'), '--workload', 'echo'], 64, 'init'],
    ['a malformed history', ['check', 'bad.jsonl', '--model', 'register'], 64, 'bad.jsonl:2:'],
    ['a history that is not there', ['check', 'gone.jsonl', '--model', 'register'], 64, 'gone.jsonl'],
    ['an unknown model', ['check', 'good.jsonl', '--model', 'registre'], 64, 'did you mean "register"?'],
    ['an unknown checker', ['check', 'good.jsonl', '--checker', 'linear'], 64, 'linear'],
    ['operations that the model does not know', ['check', 'good.jsonl', '--model', 'queue'], 64, 'write'],
  ])('%s', async (_, flags, exit, words) => {
    using workplace = new Workplace();
    writeFileSync(join(workplace.out, 'my.yaml'), program);
    writeFileSync(join(workplace.out, 'bad.jsonl'), `${history.join('\n')}\n`);
    writeFileSync(join(workplace.out, 'good.jsonl'), `${history[0]}\n`);
    const ended = await workplace.ordeal(...flags);
    expect(ended.stderr).toContain(words);
    expect(ended.exit, ended.stderr).toBe(exit);
    expect(ended.stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
  });
});
