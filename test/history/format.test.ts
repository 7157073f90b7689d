import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import { formatByName, guessFormat } from '../../src/history/format.ts';
import { linesOf, readText } from './files.ts';

describe('the format of a file', () => {
  test('is told by how it begins', () => {
    const cases: readonly (readonly [string, string | null])[] = [
      ['{"ordeal":1}', 'jsonl'],
      ['\uFEFF \n{ "process": 1}', 'jsonl'],
      ['[{"process": 1}]', 'jsonl'],
      ['', 'jsonl'],
      ['{', 'jsonl'],
      ['{:process 0}', 'edn'],
      ['[{:process 0}]', 'edn'],
      ['; comment\n{:process 0}', 'edn'],
      ['#jepsen.history.Op{:process 0}', 'edn'],
      ['( {:process 0})', 'edn'],
      ['INFO  jepsen.util - 0\t:invoke\t:read\tnil', 'jepsen-log'],
      ['[main] starting\n\n3\t:ok\t:read\t1', 'jepsen-log'],
      ['hello', null],
      ['<html>', null],
      ['0,invoke,read', null],
    ];
    expect(cases.map(([text]) => [text, guessFormat(Buffer.from(text))])).toEqual(cases);
  });

  test('that cannot be told names what was tried', () => {
    const error = refusedWith(() => readText('hello\nworld\n', { header: 'optional' }));
    expect(`${error.code}: ${error.message}`).toBe(
      'UNKNOWN_FORMAT: the format cannot be guessed: it begins like none of the formats that we know',
    );
    expect(error.hint).toMatch(/^tried: jsonl \(.*\); edn \(.*\); jepsen-log \(.*\); porcupine \(.*\). Name it: /);
  });

  test('can be named, and a name that is not known is refused with the nearest', () => {
    expect(formatByName('edn')).toBe('edn');
    expect(refusedWith(() => formatByName('jepsenlog'))).toMatchObject({
      code: 'UNKNOWN_FORMAT',
      hint: 'did you mean "jepsen-log"?',
    });
  });

  test("of Porcupine's tests is EDN with keys", () => {
    const text = [
      '{:process 1, :type :invoke, :f :append, :key "0", :value "x 1 0 y"}',
      '{:process 0, :type :invoke, :f :get, :key "7", :value nil}',
      '{:process 1, :type :ok, :f :append, :key "0", :value "x 1 0 y"}',
      '{:process 0, :type :ok, :f :get, :key "7", :value ""}',
    ].join('\n');
    for (const format of ['porcupine', 'edn'] as const) {
      expect(linesOf(readText(text, { header: 'optional', format }))).toEqual([
        '{"index":0,"time":0,"process":1,"type":"invoke","f":"append","key":"0","value":"x 1 0 y"}',
        '{"index":1,"time":1,"process":0,"type":"invoke","f":"get","key":"7"}',
        '{"index":2,"time":2,"process":1,"type":"ok","value":"x 1 0 y"}',
        '{"index":3,"time":3,"process":0,"type":"ok","value":""}',
      ]);
    }
  });
});

function refusedWith(task: () => unknown): OrdealError {
  try {
    task();
  } catch (error) {
    if (error instanceof OrdealError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
