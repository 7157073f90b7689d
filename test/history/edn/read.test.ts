import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../../src/base/errors.ts';
import type { History } from '../../../src/history/history.ts';
import { linesOf, readText, refusal, runs } from '../files.ts';

const optional = { header: 'optional' } as const;

const ours = [
  '{"index":0,"time":10,"process":0,"type":"invoke","f":"write","value":5}',
  '{"index":1,"time":11,"process":1,"type":"invoke","f":"read"}',
  '{"index":2,"time":12,"process":0,"type":"ok","value":5}',
  '{"index":3,"time":13,"process":1,"type":"ok","value":5}',
];

const inLines = `{:type :invoke, :f :write, :value 5, :time 10, :process 0, :index 0}
{:index 1, :process 1, :time 11, :type :invoke, :f :read, :value nil}
{:type :ok, :f :write, :value 5, :time 12, :process 0, :index 2}
{:type :ok, :f :read, :value 5, :time 13, :process 1, :index 3}
`;

function faultsOf(history: History): string[] {
  return history.faults.map(({ fault: { id, kind, targets, description, bit, evidence }, begin, end }) =>
    [`#${id} ${kind} ${begin}..${end} [${targets.join()}] ${description}`, `${bit}`, evidence].join(' | '),
  );
}

describe("a history in Jepsen's EDN", () => {
  test('has its members in any order, an operation a line', () => {
    const history = readText(inLines, optional);
    expect(linesOf(history)).toEqual(ours);
    expect(history.truncated).toBeNull();
    expect(history.header.system).toBe('unknown');
  });

  test('may be one list, tagged, spread over lines, with comments, and compressed', () => {
    const ops = inLines.split('\n').filter(line => line !== '');
    const shapes = [
      `[${ops.join('\n ')}]\n`,
      `(${ops.join(' ')})`,
      `\uFEFF; a comment\n[\n${ops.map(op => `#jepsen.history.Op${op}`).join(',\n')}\n] ; the end`,
      inLines.replaceAll(', ', '\n\r\n\t'),
      ops.join(' #_{:type :nothing} '),
      inLines.replaceAll(/:(process|index) (\d)/g, ':$1 $2N'),
      inLines.replaceAll(/:index \d/g, ':index -1'),
    ];
    for (const shape of shapes) {
      expect(linesOf(readText(shape, optional))).toEqual(ours);
      expect(linesOf(readText(gzipSync(shape), optional))).toEqual(ours);
    }
  });

  test('needs no time and no index; other members and processes without a number are passed over', () => {
    const history = readText(
      `{:process 7, :type :invoke, :f :enqueue, :value :x, :clock 3, "other" {:a 1}, :link [1 2]}
       {:process :logger, :type :info, :f :log, :value "hello"}
       {:process 7, :type :info, :f :enqueue, :value :timed-out}
       {:process 8, :type :invoke, :f :dequeue, :value nil, :node :n1}
       {:process 8, :type :fail, :f :dequeue, :value nil, :error [:empty "no item"]}
       {:process 9, :type :invoke, :f :write, :value 3, :key "k"}`,
      optional,
    );
    expect(linesOf(history)).toEqual([
      '{"index":0,"time":0,"process":7,"type":"invoke","f":"enqueue","value":"x"}',
      '{"index":2,"time":2,"process":7,"type":"info","error":"timed-out"}',
      '{"index":3,"time":3,"process":8,"type":"invoke","f":"dequeue","node":"n1"}',
      '{"index":4,"time":4,"process":8,"type":"fail","error":"[\\"empty\\",\\"no item\\"]"}',
      '{"index":5,"time":5,"process":9,"type":"invoke","f":"write","key":"k","value":3}',
    ]);
    expect(history.header.nodes).toEqual(['n1']);
  });

  test('of transactions is left as it is', () => {
    const history = readText(
      `{:process 0, :type :invoke, :f :txn, :value [[:append 1 2] [:r 1 nil]], :time 0, :index 0}
       {:process 0, :type :ok, :f :txn, :value [[:append 1 2] [:r 1 [2]]], :time 9, :index 1}`,
      optional,
    );
    expect(history.operations.get(0)).toMatchObject({
      key: null,
      input: [
        ['append', 1, 2],
        ['r', 1, null],
      ],
      output: [
        ['append', 1, 2],
        ['r', 1, [2]],
      ],
    });
  });

  test('says in its nemesis what was broken, from the first line of its begin to the second of its end', () => {
    const deed = (f: string, value = 'nil', error = ''): string =>
      `{:process :nemesis, :type :info, :f :${f}, :value ${value}${error}}\n`;
    const history = readText(
      [
        deed('start-partition', ':majority') + deed('start-partition', '[:isolated {"n1" #{"n2"}}]'),
        deed('kill', '["n3"]') + deed('kill', '{"n3" :killed}'),
        deed('check-offsets') + deed('check-offsets'),
        deed('start', ':all') + deed('start', '{"n3" :started}'),
        deed('stop-partition') + deed('stop-partition', ':network-healed'),
        deed('start') + deed('start', 'nil', ', :error :no-such-node'),
        deed('stop') + deed('stop'),
        deed('truncate-file', '{"n1" {:drop 64}}') + deed('truncate-file'),
        deed('resume'),
        deed('pause', '["n2"]'),
        '{:process 0, :type :invoke, :f :read, :value nil}\n',
      ].join(''),
      optional,
    );
    expect(faultsOf(history)).toMatchInlineSnapshot(`
      [
        "#1 partition 0..9 [] start-partition majority | true | the nemesis said: ["isolated",{"n1":["n2"]}]",
        "#2 kill 2..7 [n3] kill ["n3"] | true | the nemesis said: {"n3":"killed"}",
        "#3 nemesis 10..13 [] start | false | the nemesis said: no-such-node",
        "#4 truncate-file 14..15 [n1] truncate-file {"n1":{"drop":64}} | true | as the nemesis recorded it; whether it took effect was not measured",
        "#5 pause 17..Infinity [n2] pause ["n2"] | true | as the nemesis recorded it; whether it took effect was not measured",
      ]
    `);
    expect(history.operations.length).toBe(1);
    expect(history.eventCount).toBe(19);
  });
});

describe('a damaged file in EDN', () => {
  test('that is cut at any byte is read as far as it goes, and said to be truncated', () => {
    const listed = `[${inLines}]`;
    for (const text of [inLines, listed]) {
      for (let length = 2; length < text.length; length++) {
        const { operations, eventCount, truncated } = readText(text.slice(0, length), optional);
        const whole = text.slice(0, length).split('}').length - 1;
        expect(eventCount).toBe(whole);
        expect(operations.length).toBe(Math.min(whole, 2));
        const isCut = !/(^|[}[\n])$/.test(text.slice(0, length));
        const reason = isCut ? 'the last operation was cut in the middle and left out' : null;
        expect(truncated).toBe(reason ?? (text === listed ? 'the list of operations has no end' : null));
      }
    }
  });

  test('whose compressed form is cut is read as far as it goes', () => {
    const noise = Array.from({ length: 400 }, (_, at) => `{:process ${at}, :type :invoke, :f :read, :value nil}\n`);
    const packed = gzipSync(noise.join(''));
    const history = readText(packed.subarray(0, packed.length - 12), optional);
    expect(history.truncated).toMatch(/^the compressed file has no end/);
  });

  test('is refused with its line and column', () => {
    const cases = [
      '{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :okay}',
      '{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0,\n :type\n :invoke, :f :read}',
      '{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :write, :value 1}',
      '{:process 0, :type :ok, :f :read, :value 1}',
      '{:proces 0, :type :invoke, :f :read, :value nil}',
      '{:type :invoke, :f :read, :value nil}',
      '{:process 0, :f :read, :value nil}',
      '{:process 0, :type :invoke, :value nil}',
      '{:process 1.5, :type :invoke, :f :read}',
      '{:process [0], :type :invoke, :f :read}',
      '{:process 0, :type :invoke, :f [:read]}',
      '{:process 0, :type :invoke, :f :read, :key [1]}',
      '{:process 0, :process 1}',
      '{:process 0, :type}',
      '{:process 0, :type :invoke, :f :read, :time -5}',
      '{:process 0, :type :invoke, :f :read, :time 5} {:process 1, :type :invoke, :f :read}',
      '{:process 0, :type :invoke, :f :read, :time 5}\n{:process 1, :type :invoke, :f :read, :time 4}',
      '{:process 0, :type :invoke, :f :read, :index 5}\n{:process 1, :type :invoke, :f :read, :index 5}',
      '[{:process 0, :type :invoke, :f :read}] 5',
      '{:process 0, :type :invoke, :f :read}]',
      '{:process 0, :type :invoke, :f :read\n{:process 1, :type :invoke, :f :read}',
      '[é {:process 0}]',
      '; nothing here\n[]',
    ];
    expect(cases.map(text => refusal(text, optional))).toMatchInlineSnapshot(`
      [
        "history:2:20: :type must be :invoke, :ok, :fail or :info",
        "history:2:11 (key process): process 0 invokes while its operation #0 is still open (a process does one operation at a time; after "info" it goes on under a new number, as the operation may still happen)",
        "history:2:28 (key f): process 0 completes with f "write", but invoked with "read"",
        "history:1:11 (key process): process 0 completes, but has no open invocation (a process does one operation at a time; after "info" it goes on under a new number, as the operation may still happen)",
        "history:1:2: the member :proces is not known here (did you mean :process?)",
        "history:1:1 (key process): "process" is missing",
        "history:1:1 (key type): "type" is missing",
        "history:1:1 (key f): "f" is missing",
        "history:1:11 (key process): "process" must be a whole number from 0 to 2147483647, or a name",
        "history:1:11: :process must be a number or a name",
        "history:1:32: :f must be a keyword",
        "history:1:44 (key key): "key" must be a text, a number or nil",
        "history:1:14: :process is there twice",
        "history:1:14: not EDN: :type has no value in its map",
        "history:1:45: :time must be a number from 0",
        "history:1:67 (key type): "time" is missing, but was given before (give it on every line or on none)",
        "history:2:45 (key time): time goes back from 5 to 4 (the order of the lines must be the order in which things happened)",
        "history:2:46 (key index): "index" does not increase: 5 comes after 5 (sort the lines; their order is the order of the history)",
        "history:1:41: an operation is a map, {:process 0, :type :invoke, ...}, but here is "5"",
        "history:1:38: an operation is a map, {:process 0, :type :invoke, ...}, but here is "]"",
        "history:2:1: the name of a member is expected (is the operation before it closed?)",
        "history:1:2: an operation is a map, {:process 0, :type :invoke, ...}, but here is "Ã"",
        "history:1:1: the file holds no operation",
      ]
    `);
  });

  test('is refused with its place also far from the begin, and in a single line', () => {
    const many = Array.from({ length: 30_000 }, (_, at) => `{:process ${at}, :type :invoke, :f :read, :value nil}`);
    expect(refusal(`${many.join('\n')}\n é {:process 0}`, optional)).toMatch(/^history:30001:2: /);
    const line = `[${many.join(' ')} {:process -1, :type :ok}]`;
    const column = line.indexOf('-1') + 1;
    expect(refusal(line, optional)).toBe(
      `history:1:${column} (key process): "process" must be a whole number from 0 to 2147483647, or a name`,
    );
  });

  test('is read or refused, whatever the damage, and nothing breaks down', () => {
    const pieces = [
      '',
      '"',
      '[',
      ']',
      '{',
      '}',
      '(',
      ')',
      '#',
      '#_',
      '#{',
      '#a ',
      '\\',
      ':',
      ';',
      'é',
      '1/',
      '##',
      '^',
      "'",
      '\n',
    ];
    const text = `[${inLines.replace('5', '[1 "a" \\b #{:c} {:d 1.5}]')}]`;
    const damage = fc.record({
      at: fc.nat({ max: text.length }),
      left: fc.nat({ max: 4 }),
      piece: fc.constantFrom(...pieces),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), damages => {
        let damaged = text;
        for (const { at, left, piece } of damages) damaged = damaged.slice(0, at) + piece + damaged.slice(at + left);
        try {
          expect(readText(damaged, { ...optional, format: 'edn' }).eventCount).toBeLessThanOrEqual(4);
        } catch (error) {
          if (!(error instanceof OrdealError)) throw error;
          expect(error.place?.line).toBeGreaterThan(0);
          expect(error.place?.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: runs * 3 },
    );
  });

  test('may have an operation that is longer than many blocks', () => {
    const elements = Array.from({ length: 300_000 }, (_, at) => at);
    const history = readText(
      `${inLines}{:process 2, :type :invoke, :f :read, :value nil, :time 20, :index 4}
{:process 2, :type :ok, :f :read, :value [${elements.join('\n')}], :time 21, :index 5}\n${inLines.replaceAll(/:(time|index) (\d+)/g, (_, name, n) => `:${name} ${Number(n) + 100}`)}`,
      optional,
    );
    expect(history.eventCount).toBe(104);
    expect(history.operations.get(2).output).toEqual(elements);
  });
});
