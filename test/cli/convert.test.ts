import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ConvertFlags } from '../../src/cli/convert.ts';
import { convertSession } from '../../src/cli/convert-session.ts';
import { describeError } from '../../src/cli/failure.ts';
import { readHistory } from '../../src/history/reader.ts';
import { linesOf, scratchDirectory } from '../history/files.ts';

const edn = `{:process 0, :type :invoke, :f :write, :value [7 1], :time 5}
{:process :nemesis, :type :info, :f :start-partition, :value :majority, :time 6}
{:process :nemesis, :type :info, :f :start-partition, :value [:isolated ["n1"]], :time 7}
{:process 0, :type :ok, :f :write, :value [7 1], :time 8}
{:process :nemesis, :type :info, :f :stop-partition, :value nil, :time 9}
{:process :nemesis, :type :info, :f :stop-partition, :value :healed, :time 10}
{:process 1, :type :invoke, :f :read, :value [7 nil], :time 11}
{:process 1, :type :ok, :f :read, :value [7 1], :time 12}
`;

/** Converts a file of this content: the path of the result. */
async function convert(content: string | Buffer, flags: Partial<ConvertFlags>): Promise<string> {
  const directory = scratchDirectory();
  const [from, out] = [join(directory, 'from'), join(directory, 'to')];
  writeFileSync(from, content);
  const all = { to: 'jsonl', out, keys: 'tuples', format: 'guess', independent: 'guess', ...flags } as const;
  expect(await convertSession(from, all)).toBe(0);
  return out;
}

describe('ordeal convert', () => {
  test("makes a whole history of ours of another tool's", async () => {
    const history = readHistory(await convert(gzipSync(edn), { to: 'jsonl' }));
    expect(history.truncated).toBeNull();
    expect(linesOf(history)).toEqual([
      '{"index":0,"time":5,"process":0,"type":"invoke","f":"write","key":7,"value":1}',
      '{"index":1,"time":6,"type":"fault","phase":"begin","fault":{"id":1,"kind":"partition","targets":[],"description":"start-partition majority"}}',
      '{"index":2,"time":8,"process":0,"type":"ok","value":1}',
      '{"index":3,"time":10,"type":"fault","phase":"end","fault":{"id":1,"kind":"partition","targets":[],"description":"start-partition majority","bit":true,"evidence":"the nemesis said: [\\"isolated\\",[\\"n1\\"]]"}}',
      '{"index":4,"time":11,"process":1,"type":"invoke","f":"read","key":7}',
      '{"index":5,"time":12,"process":1,"type":"ok","value":1}',
    ]);
  });

  test('keeps what was seen of a fault that has no end', async () => {
    const lines = edn.split('\n').slice(0, 4).join('\n');
    const { faults } = readHistory(await convert(`${lines}\n`, { independent: 'yes' }));
    expect(faults).toMatchObject([{ begin: 1, end: Number.POSITIVE_INFINITY, fault: { bit: true } }]);
  });

  test('there and back again is the same history', async () => {
    const once = await convert(edn, { to: 'jsonl' });
    for (const keys of ['tuples', 'members'] as const) {
      const there = await convert(readFileSync(once), { to: 'edn', keys });
      expect(readFileSync(there, 'utf8')).toContain(keys === 'tuples' ? ':value [7 1]' : ':key 7, :value 1');
      const back = await convert(readFileSync(there), { to: 'jsonl' });
      expect(readFileSync(back, 'utf8')).toBe(readFileSync(once, 'utf8'));
    }
  });

  test('keeps a truncated history truncated', async () => {
    const out = await convert(edn.slice(0, -30), { to: 'jsonl' });
    expect(readHistory(out).truncated).toBe('no closing line: the run was killed or is still going; 5 events read');
  });

  test('takes the flags at their word', async () => {
    const out = await convert(edn, { to: 'jsonl', format: 'edn', independent: 'no' });
    expect(linesOf(readHistory(out))[0]).toBe(
      '{"index":0,"time":5,"process":0,"type":"invoke","f":"write","value":[7,1]}',
    );
    await expect(convert(edn, { format: 'ednn' })).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' });
    await expect(convert(edn, { format: 'jsonl' })).rejects.toMatchObject({ code: 'MALFORMED_HISTORY' });
  });

  test('says where it cannot write', async () => {
    const out = join(scratchDirectory(), 'none', 'history.edn');
    const error: unknown = await convert(edn, { to: 'edn', out }).catch((reason: unknown) => reason);
    expect(describeError(error)).toMatch(
      /CANNOT_WRITE_HISTORY: the history cannot be written: ENOENT.*\n {3}at: .*edn$/s,
    );
  });
});
