import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyFromEvents } from '../../../src/history/assemble.ts';
import { ednLines } from '../../../src/history/edn/write.ts';
import type { HistoryEvent } from '../../../src/history/event.ts';
import type { History } from '../../../src/history/history.ts';
import { readHistory } from '../../../src/history/reader.ts';
import { jsonLines } from '../../../src/history/write-lines.ts';
import { anyDrafts } from '../arbitrary.ts';
import { history, testHeader } from '../build.ts';
import { linesOf, readText, runs } from '../files.ts';

const optional = { header: 'optional' } as const;

function edn(given: History, keys?: 'tuples' | 'members'): string {
  return [...ednLines(given, keys === undefined ? {} : { keys })].join('');
}

const keyed = history(`
  phase main
  p0@n1 invoke write x 1
  p1 invoke read x
  fault begin 1 partition n1,n2
  p0 ok
  p1 ok 1
  p2 invoke cas 7 [1,2]
  p2 fail "refused" -- precondition failed
  p3 invoke write x {"a b":[1.5,"q\\"",null,true]}
  p3 info -- timed out
  p4 invoke write x 5
  p4 fail
  fault end 1 partition n1,n2 bit 312 messages dropped
  replica n1 {"x":1}
`);

describe('a history in EDN', () => {
  test('has the words of Jepsen, and pairs for operations with keys', () => {
    const [, ...lines] = edn(keyed).split('\n');
    expect(edn(keyed).startsWith('{:process :nemesis, :type :info, :f :phase, :value "main", :ordeal/event {')).toBe(
      true,
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        "{:process 0, :type :invoke, :f :write, :value ["x" 1], :node "n1", :time 1000000, :index 1}",
        "{:process 1, :type :invoke, :f :read, :value ["x" nil], :time 2000000, :index 2}",
        "{:process :nemesis, :type :info, :f :start-partition, :value "partition n1,n2", :ordeal/event {"type" "fault", "phase" "begin", "fault" {"id" 1, "kind" "partition", "targets" ["n1" "n2"], "description" "partition n1,n2"}}, :time 3000000, :index 3}",
        "{:process 0, :type :ok, :f :write, :value ["x" 1], :node "n1", :ordeal/echo true, :time 4000000, :index 4}",
        "{:process 1, :type :ok, :f :read, :value ["x" 1], :time 5000000, :index 5}",
        "{:process 2, :type :invoke, :f :cas, :value [7 [1 2]], :time 6000000, :index 6}",
        "{:process 2, :type :fail, :f :cas, :value [7 "refused"], :error "precondition failed", :time 7000000, :index 7}",
        "{:process 3, :type :invoke, :f :write, :value ["x" {"a b" [1.5 "q\\"" nil true]}], :time 8000000, :index 8}",
        "{:process 3, :type :info, :f :write, :value ["x" {"a b" [1.5 "q\\"" nil true]}], :error "timed out", :time 9000000, :index 9}",
        "{:process 4, :type :invoke, :f :write, :value ["x" 5], :time 10000000, :index 10}",
        "{:process 4, :type :fail, :f :write, :value ["x" 5], :time 11000000, :index 11}",
        "{:process :nemesis, :type :info, :f :stop-partition, :value "partition n1,n2: 312 messages dropped", :ordeal/event {"type" "fault", "phase" "end", "fault" {"id" 1, "kind" "partition", "targets" ["n1" "n2"], "description" "partition n1,n2", "bit" true, "evidence" "312 messages dropped"}}, :time 12000000, :index 12}",
        "{:process :nemesis, :type :info, :f :replica, :value {"n1" {"x" 1}}, :ordeal/event {"type" "replica", "node" "n1", "state" {"x" 1}}, :time 13000000, :index 13}",
        "",
      ]
    `);
  });

  test('has keys as members when asked, and none where there are none', () => {
    const lines = (given: History, keys?: 'members') =>
      edn(given, keys)
        .replaceAll(/, :ordeal\/header.*\}/g, '')
        .split('\n')
        .slice(0, 2);
    const one = history('p0 invoke write x 1\np0 ok');
    expect(lines(one, 'members')).toMatchInlineSnapshot(`
      [
        "{:process 0, :type :invoke, :f :write, :key "x", :value 1, :time 0, :index 0",
        "{:process 0, :type :ok, :f :write, :key "x", :value 1, :ordeal/echo true, :time 1000000, :index 1}",
      ]
    `);
    expect(lines(history('p0 invoke write - 1\np0 ok'))).toMatchInlineSnapshot(`
      [
        "{:process 0, :type :invoke, :f :write, :value 1, :time 0, :index 0",
        "{:process 0, :type :ok, :f :write, :value 1, :ordeal/echo true, :time 1000000, :index 1}",
      ]
    `);
  });

  test('comes back as it was', () => {
    for (const keys of ['tuples', 'members'] as const) {
      const back = readText(edn(keyed, keys), optional);
      expect(linesOf(back)).toEqual(linesOf(keyed));
      expect(back.header).toEqual(keyed.header);
    }
  });

  test('comes back byte by byte, for every history of the gallery', () => {
    const gallery = fileURLToPath(new URL('../../../histories/', import.meta.url));
    const files = readdirSync(gallery).filter(name => name.endsWith('.jsonl'));
    const differing = files.filter(name => {
      const back = readText(edn(readHistory(join(gallery, name))), optional);
      return [...jsonLines(back)].join('') !== readFileSync(join(gallery, name), 'utf8');
    });
    expect(files.length).toBeGreaterThan(10);
    expect(differing).toEqual([]);
  });

  test('comes back as it was, whatever was recorded', () => {
    fc.assert(
      fc.property(anyDrafts, fc.constantFrom('tuples' as const, 'members' as const), (drafts, keys) => {
        const events = drafts.map((draft, index): HistoryEvent => ({ index, time: index * 10, ...draft }));
        if (events.length === 0) return;
        const given = historyFromEvents(testHeader(), events);
        const back = readText(edn(given, keys), optional);
        expect(linesOf(back)).toEqual(linesOf(given));
        expect(back.header).toEqual(given.header);
        expect(back.faults).toEqual(given.faults);
        expect(back.eventCount).toBe(given.eventCount);
      }),
      { numRuns: runs },
    );
  });
});
