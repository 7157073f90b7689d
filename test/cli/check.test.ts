import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { scratchDirectory } from '../history/files.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Answer {
  readonly exit: number | null;
  /** The line with the verdict of the linearizability checker, or the error. */
  readonly said: string;
}

/** Judges a file of this content, or standard input. */
function check(content: string | Buffer, flags: readonly string[], how: 'file' | 'stdin' = 'file'): Answer {
  const path = join(scratchDirectory(), 'history');
  writeFileSync(path, content);
  const args = [main, 'check', how === 'file' ? path : '-', ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', input: content });
  const said = `${stdout}${stderr}`.split('\n').find(line => /linearizable|error/.test(line)) ?? '';
  return { exit: status, said: said.trim() };
}

const stale = [
  ['0', 'invoke', 'write', '1'],
  ['0', 'ok', 'write', '1'],
  ['1', 'invoke', 'read', 'nil'],
  ['1', 'ok', 'read', 'nil'],
] as const;
const inEdn = stale
  .map(([p, type, f, value]) => `{:process ${p}, :type :${type}, :f :${f}, :value ${value}}\n`)
  .join('');
const inTuples = inEdn.replaceAll(/:value (\w+)/g, ':value [7 $1]');
const inLog = stale.map(([p, type, f, value]) => `INFO  jepsen.util - ${p}\t:${type}\t:${f}\t${value}\n`).join('');

describe('ordeal check', () => {
  test('judges every format, from a file and from standard input, packed or not', () => {
    for (const text of [inEdn, inTuples, inLog]) {
      for (const content of [text, gzipSync(text)]) {
        for (const how of ['file', 'stdin'] as const) {
          const { exit, said } = check(content, ['--model', 'register'], how);
          expect(exit).toBe(1);
          expect(said).toMatch(/linearizable: the answers( on key 7)? fit no order/);
        }
      }
    }
  });

  test('reads a file as it is told to', () => {
    expect(check(inTuples, ['--model', 'register', '--independent', 'no']).said).toMatch(/the answers fit no order/);
    expect(check(inEdn, ['--model', 'register', '--format', 'edn']).exit).toBe(1);
    expect(check(inEdn, ['--model', 'register', '--format', 'jsonl'])).toMatchObject({ exit: 64 });
    expect(check(inEdn, ['--model', 'register', '--format', 'eden'])).toEqual({
      exit: 64,
      said: 'error UNKNOWN_FORMAT: there is no format "eden"',
    });
  });

  test('asks when a file does not tell whether its values are pairs', () => {
    const writes = inTuples.split('\n').slice(0, 2).join('\n');
    expect(check(writes, ['--model', 'register'])).toEqual({
      exit: 64,
      said: 'error MALFORMED_HISTORY: nothing in the file tells whether values are pairs of a key and a value',
    });
    expect(check(writes, ['--model', 'register', '--independent', 'yes']).exit).toBe(0);
  });
});

describe('ordeal check --report', () => {
  const run = (input: string, ...args: readonly string[]) => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, 'history.edn'), inTuples);
    const options = { encoding: 'utf8', input, cwd: directory } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'check', ...args], options);
    const page = join(directory, 'page.html');
    return { exit: status, stdout, stderr, page: existsSync(page) ? readFileSync(page, 'utf8') : null };
  };

  test('writes the page of a history that another tool recorded, from a file and from standard input', () => {
    for (const source of ['history.edn', '-']) {
      const { exit, stdout, page } = run(inTuples, source, '--model', 'register', '--report', 'page.html');
      expect(exit).toBe(1);
      expect(stdout).toContain('report: page.html');
      expect(page).toContain('<template id="payload">');
      expect(page).toContain(`ordeal check ${source} --model register`);
    }
  });

  test('knows before the work what cannot be written, and never names a file that is ours', () => {
    const two = run('', 'history.edn', 'history.edn', '--report', 'page.html');
    expect([two.exit, two.stderr]).toEqual([64, expect.stringContaining('ONE_REPORT')]);
    const nowhere = run('', 'history.edn', '--model', 'register', '--report', 'no/page.html');
    expect([nowhere.exit, nowhere.stdout]).toEqual([64, '']);
    const broken = run(`{:process 0, :type ${inTuples}`, '-', '--model', 'register', '--report', 'page.html');
    expect([broken.exit, broken.stderr]).toEqual([64, expect.stringMatching(/standard input:1:\d+/)]);
    expect(broken.stderr).not.toContain('ordeal-check-');
  });
});
