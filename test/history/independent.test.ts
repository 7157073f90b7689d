import { describe, expect, test } from 'vitest';
import type { Independence } from '../../src/history/independent.ts';
import { linesOf, readText, refusal } from './files.ts';

/** `write [1 2]`: an invocation, `ok read [1 2]`: its completion, each of a process of its own. */
function edn(operations: readonly string[]): string {
  let process = -1;
  return operations
    .map(operation => {
      const [first = '', second = ''] = operation.split(' ');
      const isEnd = first === 'ok' || first === 'fail' || first === 'info';
      if (!isEnd) process++;
      const [type, f] = isEnd ? [first, second] : ['invoke', first];
      const value = operation.slice(isEnd ? first.length + second.length + 2 : first.length + 1);
      return `{:process ${process}, :type :${type}, :f :${f}, :value ${value}}\n`;
    })
    .join('');
}

function read(operations: readonly string[], independent: Independence = 'guess'): string[] {
  const history = readText(edn(operations), { header: 'optional', independent });
  return linesOf(history).map(line => line.replaceAll(/"(index|time|process)":\d+,?|"type":/g, ''));
}

function refused(operations: readonly string[], independent: Independence = 'guess'): string {
  return refusal(edn(operations), { header: 'optional', independent });
}

describe('whether values are pairs of key and value', () => {
  test('is told by a read of [k nil], for the whole file, also for what came before it', () => {
    const operations = ['write [1 2]', 'ok write [1 2]', 'cas ["x" [1 2]]', 'fail cas ["x" [1 2]]', 'read [1 nil]'];
    expect(read([...operations, 'ok read [1 2]'])).toEqual([
      '{"invoke","f":"write","key":1,"value":2}',
      '{"ok","value":2}',
      '{"invoke","f":"cas","key":"x","value":[1,2]}',
      '{"fail"}',
      '{"invoke","f":"read","key":1}',
      '{"ok","value":2}',
    ]);
  });

  test('is told by a cas of [k [a b]], by a tag, and by whatever has no argument', () => {
    expect(read(['cas [3 [1 2]]'])).toEqual(['{"invoke","f":"cas","key":3,"value":[1,2]}']);
    expect(read(['write #jepsen.independent.Tuple [3 4]'])).toEqual(['{"invoke","f":"write","key":3,"value":4}']);
    expect(read(['write #x.MapEntry{:key 3 :val [4 5]}'])).toEqual(['{"invoke","f":"write","key":3,"value":[4,5]}']);
    expect(read(['acquire [:lock nil]'])).toEqual(['{"invoke","f":"acquire","key":"lock"}']);
  });

  test('is told by an argument that is no pair', () => {
    expect(read(['write [1 2]', 'cas [1 2]'])[0]).toBe('{"invoke","f":"write","value":[1,2]}');
    expect(read(['write [1 2]', 'read nil', 'ok read [1 2]'])).toEqual([
      '{"invoke","f":"write","value":[1,2]}',
      '{"invoke","f":"read"}',
      '{"ok","value":[1,2]}',
    ]);
    expect(read(['txn [[:r 1 nil] [:r 2 nil]]'])).toEqual(['{"invoke","f":"txn","value":[["r",1,null],["r",2,null]]}']);
  });

  test('is asked for when nothing tells, and not guessed', () => {
    const hint = '(say whether they are: --independent yes, or --independent no)';
    const message = 'nothing in the file tells whether values are pairs of a key and a value';
    expect(refused(['add [1 2]', 'ok add [1 2]', 'add [1 3]'])).toBe(`history:1:1 (key value): ${message} ${hint}`);
    expect(read(['write [1 2]', 'ok write [1 2]'], 'yes')[0]).toBe('{"invoke","f":"write","key":1,"value":2}');
    expect(read(['write [1 2]', 'ok write [1 2]'], 'no')[0]).toBe('{"invoke","f":"write","value":[1,2]}');
  });

  test('is asked for when the file contradicts itself', () => {
    const hint = '(say whether they are: --independent yes, or --independent no)';
    expect(refused(['read [1 nil]', 'ok read [1 2]', 'write 5'])).toBe(
      `history:3:47 (key value): write has no pair of a key and a value, but others have ${hint}`,
    );
    expect(refused(['write 5', 'read [1 nil]'])).toBe(
      `history:2:46 (key value): read has a pair of a key and a value, but others before it have none ${hint}`,
    );
    expect(refused(['read [1 nil]', 'ok read 2'])).toBe(
      `history:2:42 (key value): read has no pair of a key and a value, but others have ${hint}`,
    );
    expect(read(['write 5', 'read [1 nil]'], 'no')).toHaveLength(2);
  });

  test('must be said of JSON Lines, whose keys have a place of their own', () => {
    const line = (rest: string): string => `{"process":0,"type":${rest}}\n`;
    const text = line('"invoke","f":"cas","value":["x",[1,2]]') + line('"ok","f":"cas","value":["x",[1,2]]');
    expect(linesOf(readText(text, { header: 'optional' }))[0]).toMatch(/"value":\["x",\[1,2\]\]/);
    expect(linesOf(readText(text, { header: 'optional', independent: 'yes' }))).toEqual([
      '{"index":0,"time":0,"process":0,"type":"invoke","f":"cas","key":"x","value":[1,2]}',
      '{"index":1,"time":1,"process":0,"type":"ok","value":[1,2]}',
    ]);
    expect(refusal(line('"invoke","f":"write","value":5'), { header: 'optional', independent: 'yes' })).toBe(
      'history:1:50 (key value): the value is no pair of a key and a value (say --independent no when it need not be one)',
    );
  });

  test('does not matter for what ended without a result', () => {
    expect(read(['write [1 2]', 'info write :timeout', 'read [1 nil]', 'fail read nil'])).toEqual([
      '{"invoke","f":"write","key":1,"value":2}',
      '{"info","error":"timeout"}',
      '{"invoke","f":"read","key":1}',
      '{"fail"}',
    ]);
  });

  test('a completion on another key is refused', () => {
    expect(refused(['read [1 nil]', 'ok read [2 5]'])).toBe(
      'history:2:1 (key key): process 0 completes with key 2, but invoked with 1',
    );
  });
});
