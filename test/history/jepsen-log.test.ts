import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { linesOf, readText, refusal } from './files.ts';

const optional = { header: 'optional' } as const;

const etcd = [
  'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
  'INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]',
  'INFO  jepsen.util - 2\t:invoke\t:write\t4',
  'INFO  jepsen.util - 0\t:ok\t:read\tnil',
  'INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]',
  'INFO  jepsen.util - 2\t:info\t:write\t:timed-out',
  'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
  'INFO  jepsen.util - 0\t:fail\t:read\t:timed-out',
]
  .map(line => `${line}\n`)
  .join('');

describe("a history in the lines of Jepsen's log", () => {
  test('is read as it was logged; a keyword in place of a result is the reason', () => {
    const history = readText(etcd, optional);
    expect(linesOf(history)).toEqual([
      '{"index":0,"time":0,"process":0,"type":"invoke","f":"read"}',
      '{"index":1,"time":1,"process":1,"type":"invoke","f":"cas","value":[1,2]}',
      '{"index":2,"time":2,"process":2,"type":"invoke","f":"write","value":4}',
      '{"index":3,"time":3,"process":0,"type":"ok","value":null}',
      '{"index":4,"time":4,"process":1,"type":"fail"}',
      '{"index":5,"time":5,"process":2,"type":"info","error":"timed-out"}',
      '{"index":6,"time":6,"process":0,"type":"invoke","f":"read"}',
      '{"index":7,"time":7,"process":0,"type":"fail","error":"timed-out"}',
    ]);
    expect(history.truncated).toBeNull();
    expect(linesOf(readText(gzipSync(etcd.replaceAll('\n', '\r\n')), optional))).toEqual(linesOf(history));
  });

  test('may be a whole jepsen.log or a history.txt: other lines are passed over', () => {
    const log = [
      '2023-03-06 12:36:15,532{GMT}\tINFO\t[main] jepsen.core: Test version 17 :ok',
      '2023-03-06 12:36:15,533{GMT}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:invoke\t:read\t[6 nil]',
      '2023-03-06 12:36:15,539{GMT}\tINFO\t[jepsen nemesis] jepsen.util: :nemesis\t:info\t:start-partition\t:majority',
      '2023-03-06 12:36:15,540{GMT}\tWARN\t[jepsen worker 3] jepsen.client: no leader',
      '2023-03-06 12:36:15,541{GMT}\tINFO\t[jepsen nemesis] jepsen.util: :nemesis\t:info\t:start-partition\t[:isolated {"n1" #{"n2"}}]',
      '2023-03-06 12:36:16,540{GMT}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:fail\t:read\t[6 nil]\t[:timeout "no answer"]',
      '3\t:invoke\t:read\t[6 nil]',
      '3   :ok     :read   [6 7]',
    ];
    const history = readText(`${log.join('\n')}\n`, optional);
    expect(linesOf(history).slice(0, 2)).toEqual([
      '{"index":0,"time":0,"process":3,"type":"invoke","f":"read","key":6}',
      '{"index":1,"time":1,"type":"fault","phase":"begin","fault":{"id":1,"kind":"partition","targets":[],"description":"start-partition majority","bit":true,"evidence":"the nemesis said: [\\"isolated\\",{\\"n1\\":[\\"n2\\"]}]"}}',
    ]);
    expect(history.operations.get(0).error).toBe('[:timeout "no answer"]');
    expect(history.operations.get(1)).toMatchObject({ key: 6, output: 7 });
  });

  test('that ends within a line is read up to it, and said to be truncated', () => {
    for (let length = etcd.indexOf('\n') + 2; length < etcd.length; length++) {
      const text = etcd.slice(0, length);
      const history = readText(text, { ...optional, format: 'jepsen-log' });
      const whole = text.split('\n').length - 1;
      const hasEnd = /[\])]$/.test(text) ? 1 : 0;
      expect(history.eventCount).toBe(whole + hasEnd);
    }
    expect(readText(etcd.trimEnd(), optional).truncated).toBe('the last line has no end, may be cut, and was left out');
  });

  test('is refused with its line and column when an operation is damaged', () => {
    const cases = [
      '0\t:invoke\t:cas\t[1 2\n1\t:invoke\t:read\tnil\n',
      '0\t:invoke\t:write\t1\n0\t:ok\t:read\t1\n',
      '0\t:invoke\t:write\t1\n0\t:ok\t:write\t1x\n',
      'INFO - 99999999999\t:invoke\t:write\t1\n',
    ];
    expect(cases.map(text => refusal(text, optional))).toEqual([
      'history:1:20 (key value): the value of the operation does not end in its line',
      'history:2:1 (key f): process 0 completes with f "read", but invoked with "write"',
      'history:2:14 (key value): not EDN: "1x" is no number',
      'history:1:7 (key process): "process" must be a whole number from 0 to 2147483647, or a name',
    ]);
    expect(refusal('nothing\n', { ...optional, format: 'jepsen-log' })).toBe('history:1:1: no line is an operation');
  });
});
