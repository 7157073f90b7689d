import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import { encodeEvent, encodeTrailer } from '../../src/history/codec.ts';
import { readHistory } from '../../src/history/reader.ts';
import { anyDrafts } from './arbitrary.ts';
import { events } from './build.ts';
import { headerLine, linesOf, readText, refusal, runs, scratchDirectory } from './files.ts';

/** A whole file around these events. */
function file(lines: readonly string[]): string {
  const text = lines.map(line => `${line}\n`).join('');
  const digest = createHash('sha256').update(`${headerLine}\n${text}`).digest('hex');
  return `${headerLine}\n${text}${encodeTrailer({ events: lines.length, digest })}`;
}

const small = events(`
  phase main
  p3@n1 invoke write x 5
  p4 invoke read schlüssel
  fault begin 1 kill n1
  p4 ok "é€😀"
  p3 info -- timed out
  fault end 1 kill n1 bit pid 71 became 94
  replica n1 {"x":[1,{"y":null}]}
  p5 invoke cas x [1,2]
  p5 fail "refused" -- code 22
`).map(event => encodeEvent(event).trimEnd());

const write = '"process":3,"type":"invoke","f":"write","value":4';

describe('a whole file', () => {
  test('is read as it was written', () => {
    const history = readText(file(small));
    expect(history.truncated).toBeNull();
    expect(history.eventCount).toBe(10);
    expect(history.duration).toBe(9e6);
    expect(linesOf(history)).toEqual(small);
    expect(history.header).toEqual(JSON.parse(headerLine));
    expect(history.phases).toEqual([{ index: 0, time: 0, type: 'phase', name: 'main' }]);
    expect(history.replicas).toEqual([
      { index: 7, time: 7e6, type: 'replica', node: 'n1', state: { x: [1, { y: null }] } },
    ]);
    expect(history.faults).toEqual([
      {
        fault: {
          id: 1,
          kind: 'kill',
          targets: ['n1'],
          description: 'kill n1',
          bit: true,
          evidence: 'pid 71 became 94',
        },
        begin: 3,
        beginTime: 3e6,
        end: 6,
        endTime: 6e6,
      },
    ]);
  });

  test('may be compressed', () => {
    expect(linesOf(readText(gzipSync(file(small))))).toEqual(small);
  });

  test('may end in blank lines, or without a newline', () => {
    expect(readText(`${file(small)}\n \r\n\t\n`).truncated).toBeNull();
    expect(readText(file(small).trimEnd()).truncated).toBeNull();
  });

  test('with line ends of Windows is read, and said to be changed', () => {
    const history = readText(file(small).replaceAll('\n', '\r\n'));
    expect(linesOf(history)).toEqual(small);
    expect(history.truncated).toBe(
      'the digest of the closing line does not agree: the file was changed after it was recorded; 10 events read',
    );
  });

  test('may be longer than any buffer, and its lines too', () => {
    const long = 'é'.repeat(700_000);
    const lines = Array.from({ length: 6000 }, (_, index) =>
      JSON.stringify({ index, time: index, process: index, type: 'invoke', f: 'write', value: `€${index}` }),
    );
    lines.splice(
      3000,
      1,
      JSON.stringify({ index: 3000, time: 3000, process: 3000, type: 'invoke', f: 'w', value: long }),
    );
    const history = readText(file(lines));
    expect(history.truncated).toBeNull();
    expect(linesOf(history)).toEqual(lines);
  });

  test('characters that two reads share are put together', () => {
    // A block is 256 KiB: the border falls on every byte of a character of four.
    for (let shift = 0; shift < 4; shift++) {
      const value = `${'x'.repeat(shift)}${'😀'.repeat(100_000)}`;
      const lines = [`{"index":0,"time":0,"process":0,"type":"invoke","f":"write","value":"${value}"}`];
      expect(readText(file(lines)).operations.get(0).input === value).toBe(true);
    }
  });

  test('whatever was recorded comes back', () => {
    fc.assert(
      fc.property(anyDrafts, drafts => {
        const lines = drafts.map((draft, index) => encodeEvent({ index, time: index, ...draft }).trimEnd());
        const history = readText(file(lines));
        expect(history.truncated).toBeNull();
        expect(history.eventCount).toBe(lines.length);
        // Nobody saw what an `info` carries as value, so it is not kept.
        const kept = drafts.map((draft, index) => {
          const event = { index, time: index, ...draft };
          return encodeEvent(
            'value' in event && event.type === 'info' ? { ...event, value: undefined } : event,
          ).trimEnd();
        });
        expect(linesOf(history)).toEqual(kept);
      }),
      { numRuns: runs },
    );
  });
});

describe('a file that was cut', () => {
  test('at any byte is read as far as it goes, and said to be truncated', () => {
    const whole = Buffer.from(file(small));
    for (let length = 0; length < whole.length - 1; length++) {
      const cut = whole.subarray(0, length);
      if (length === 0) expect(refusal(cut)).toBe('history:1:1: the file is empty');
      else if (length < headerLine.length) {
        const hint = 'the run was killed before it began, or this is no history';
        expect(refusal(cut)).toBe(`history:1:1: the first line is cut in the middle (${hint})`);
      } else {
        const history = readText(cut);
        // Lines are whole as soon as their last brace is there.
        const ends = cut.toString().split('\n').slice(1);
        const count = ends.filter(line => small.includes(line)).length;
        const rest = ends.at(-1) === '' || small.includes(ends.at(-1) ?? '') || length === headerLine.length;
        expect(history.truncated).toBe(
          `no closing line: the run was killed or is still going; ${count} ${count === 1 ? 'event' : 'events'} read${
            rest ? '' : ', the last line was cut in the middle and left out'
          }`,
        );
        expect(linesOf(history)).toEqual(small.slice(0, count));
      }
    }
  });

  test('while compressed is read as far as it goes', () => {
    const packed = gzipSync(file(small.concat(Array.from({ length: 500 }, (_, at) => phaseLine(10 + at)))));
    const history = readText(packed.subarray(0, packed.length >> 1));
    expect(history.eventCount).toBeGreaterThan(10);
    expect(history.truncated).toContain('no closing line');
  });

  test('has operations that nobody knows the end of', () => {
    const history = readText(`${headerLine}\n${small.slice(0, 5).join('\n')}\n`);
    expect(history.operations.get(0)).toEqual({
      id: 0,
      process: 3,
      node: 'n1',
      f: 'write',
      key: 'x',
      input: 5,
      outcome: 'info',
      output: undefined,
      error: null,
      call: 1,
      return: Infinity,
      callTime: 1e6,
      returnTime: Infinity,
    });
    expect(history.faults.map(({ end, endTime }) => [end, endTime])).toEqual([[Infinity, Infinity]]);
  });

  test('in the compressed end of its check sum alone is whole', () => {
    expect(readText(gzipSync(file(small)).subarray(0, -4)).truncated).toBeNull();
  });
});

describe('a file that was changed', () => {
  test('says so when lines were taken out at the end', () => {
    const lines = file(small).split('\n');
    lines.splice(-3, 1);
    expect(readText(lines.join('\n')).truncated).toBe(
      'the closing line counts 10 events: the file was changed after it was recorded; 9 events read',
    );
  });

  test('in any one byte is refused, or said to be changed', () => {
    const whole = Buffer.from(file(small));
    const path = join(scratchDirectory(), 'history.jsonl');
    const unnoticed: string[] = [];
    for (let at = 0; at < whole.length - 1; at++) {
      const before = whole[at] as number;
      for (const byte of [before ^ 1, [0x20, 0x30, 0x0a, 0xff][at % 4] as number]) {
        if (byte === before) continue;
        const changed = Buffer.from(whole);
        changed[at] = byte;
        writeFileSync(path, changed);
        try {
          if (readHistory(path).truncated === null) unnoticed.push(`byte ${at} is ${byte}`);
        } catch (error) {
          if (!(error instanceof OrdealError) || error.code !== 'MALFORMED_HISTORY') throw error;
        }
      }
    }
    expect(unnoticed).toEqual([]);
  });
});

describe('a malformed file is refused with its place', () => {
  /** The refusal of a history whose second event is this. */
  function second(line: string): string {
    const first = '{"index":0,"time":5,"process":3,"type":"invoke","f":"write","key":"x","node":"n1"}';
    return refusal(`${headerLine}\n${first}\n${line}\n${phaseLine(2)}\n`).replace('history:3', '');
  }

  test('when it is not JSON', () => {
    expect(second('{"index":1,"time":5,"type" "phase","name":"main"}')).toBe(
      ':28: not JSON: ":" is expected, not "\\""',
    );
    expect(second('{"index":1,"time":5,"type":"phase","name":"main"')).toBe(
      ':49: not JSON: "," or "}" is expected, but the line ends',
    );
    expect(second('[1]')).toBe(':1: every line must be a JSON object');
    expect(second('')).toBe(':1: a line is blank (only at the end it may be)');
    expect(refusal(Buffer.from(`${headerLine}\n${phaseLine(0)}\n{"x":"\xe9"}\n${phaseLine(1)}\n`, 'latin1'))).toBe(
      'history:3:7: the text is not UTF-8',
    );
  });

  test('when a member is unknown, twice there, or missing', () => {
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","valeu":5}')).toBe(
      ':53 (key valeu): the member "valeu" is not known here (did you mean "value"?)',
    );
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","colour":5}')).toBe(
      ':54 (key colour): the member "colour" is not known here (one of index, time, process, type, f, key, value, node, error)',
    );
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","value":5,"value":6}')).toBe(
      ':55: the member "value" is there twice',
    );
    expect(second('{"index":1,"time":5,"type":"ok"}')).toBe(':1 (key process): "process" is missing');
    expect(second('{"index":1,"time":5,"process":4,"type":"invoke"}')).toBe(':1 (key f): "f" is missing');
    expect(second('{"index":1,"time":5,"process":4,"typ":"ok"}')).toBe(
      ':39 (key type): "type" is missing (is "typ" meant to be it?)',
    );
    expect(second('{"index":1,"time":5,"type":"fault","phase":"begin","fault":{"id":1}}')).toBe(
      ':60 (key fault.kind): "kind" is missing',
    );
  });

  test('when a member is not what it must be', () => {
    const cases: readonly [string, string][] = [
      ['{"index":"1","time":5,"process":4,"type":"ok"}', ':10 (key index): "index" must be a whole number from 0'],
      [
        '{"index":1,"time":-1,"process":4,"type":"ok"}',
        ':19 (key time): "time" must be a number of nanoseconds from 0',
      ],
      [
        '{"index":1,"time":5,"process":-1,"type":"ok"}',
        ':31 (key process): "process" must be a whole number from 0 to 2147483647',
      ],
      [
        '{"index":1,"time":5,"process":3,"type":"okk"}',
        ':40 (key type): "type" is "okk", which is not known (did you mean "ok"?)',
      ],
      [
        '{"index":1,"time":5,"process":3,"type":7}',
        ':40 (key type): "type" must be one of invoke, ok, fail, info, fault, replica, phase',
      ],
      [
        '{"index":1,"time":5,"process":4,"type":"invoke","f":"read","key":[1]}',
        ':66 (key key): "key" must be a string, a number or null',
      ],
      ['{"index":1,"time":5,"process":4,"type":"invoke","f":null}', ':53 (key f): "f" must be a string'],
      ['{"index":1,"time":5,"process":4,"type":"invoke","f":"r","node":1}', ':64 (key node): "node" must be a string'],
      ['{"index":1,"time":5,"process":3,"type":"ok","error":{}}', ':53 (key error): "error" must be a string'],
      [
        '{"index":1,"time":5,"type":"phase","name":"heel"}',
        ':43 (key name): "name" is "heel", which is not known (did you mean "heal"?)',
      ],
      ['{"index":1,"time":5,"type":"replica","node":"n1","state":[]}', ':58 (key state): "state" must be an object'],
      [
        '{"index":1,"time":5,"type":"fault","phase":"begin","fault":{"id":1,"kind":"kill","targets":"n1","description":""}}',
        ':60 (key fault.targets): "targets" must be a list of strings',
      ],
    ];
    expect(cases.map(([line]) => second(line))).toEqual(cases.map(([, expected]) => expected));
  });

  test('when a number would lose digits', () => {
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","value":9007199254740993}')).toBe(
      ':53: the number 9007199254740993 is too large to be held exactly',
    );
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","value":[{"a":-1e16}]}')).toBe(
      ':59: the number -1e16 is too large to be held exactly',
    );
    const fits = readText(`${headerLine}\n{"index":0,"time":5,${write.replace('4', '-9007199254740991')}}\n`);
    expect(fits.operations.get(0).input).toBe(Number.MIN_SAFE_INTEGER);
  });

  test('when the lines are not in order', () => {
    expect(second('{"index":2,"time":5,"process":3,"type":"ok"}')).toBe(
      ':10 (key index): "index" must be 1, one more than before, not 2 (lines are missing, or in another order)',
    );
    expect(second('{"index":1,"time":4,"process":3,"type":"ok"}')).toBe(
      ':19 (key time): time goes back from 5 to 4 (the order of the lines must be the order in which things happened)',
    );
  });

  test('when processes break the rules', () => {
    const hint =
      ' (a process does one operation at a time; after "info" it goes on under a new number, as the operation may still happen)';
    const lines = (text: string): string =>
      refusal(`${headerLine}\n${events(text).map(encodeEvent).join('')}${phaseLine(99)}\n`);
    expect(lines('p3 ok')).toBe(`history:2:31 (key process): process 3 completes, but has no open invocation${hint}`);
    expect(lines('p3 invoke read\np3 ok 1\np3 ok 1')).toBe(
      `history:4:37 (key process): process 3 completes, but has no open invocation${hint}`,
    );
    expect(lines('p4 invoke read\np3 invoke read\np3 invoke read')).toBe(
      `history:4:37 (key process): process 3 invokes while its operation #1 is still open${hint}`,
    );
    expect(lines('p3 invoke read\np3 info\np3 invoke read')).toBe(
      `history:4:37 (key process): process 3 is used again after an operation of it ended "info"${hint}`,
    );
    expect(lines('p3 invoke read\np3 info\np3 ok 1')).toBe(
      `history:4:37 (key process): process 3 completes again after an operation of it ended "info"${hint}`,
    );
  });

  test('when a completion contradicts its invocation', () => {
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","f":"read"}')).toBe(
      ':49 (key f): process 3 completes with f "read", but invoked with "write"',
    );
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","f":"write","key":null}')).toBe(
      ':63 (key key): process 3 completes with key null, but invoked with "x"',
    );
    expect(second('{"index":1,"time":5,"process":3,"type":"ok","node":"n2"}')).toBe(
      ':52 (key node): process 3 completes with node "n2", but invoked with "n1"',
    );
  });

  test('when faults do not fit', () => {
    const lines = (text: string): string =>
      refusal(`${headerLine}\n${events(text).map(encodeEvent).join('')}${phaseLine(99)}\n`);
    expect(lines('fault end 1 kill n1')).toBe('history:2:58 (key fault): fault 1 ends, but never began');
    expect(lines('fault begin 1 kill n1\nfault begin 1 kill n1')).toBe(
      'history:3:66 (key fault): fault 1 begins a second time',
    );
    expect(lines('fault begin 1 kill n1\nfault end 1 kill n1\nfault end 1 kill n1')).toBe(
      'history:4:64 (key fault): fault 1 ends a second time',
    );
  });

  test('when the header is missing, wrong, or not first', () => {
    expect(refusal(`${small[0]}\n`)).toBe('history:1:1: the first line is not the header of a history');
    expect(refusal('hello\n')).toBe('history:1:1: not JSON: a value is expected, not "h"');
    expect(refusal(`${headerLine.replace('"ordeal":1', '"ordeal":2')}\n`)).toBe(
      'history:1:11 (key ordeal): the format version is 2; this ordeal reads version 1 (a newer ordeal may read it)',
    );
    expect(refusal(`${headerLine.replace('"seed":"7"', '"seed":7')}\n`)).toBe(
      'history:1:68 (key seed): "seed" must be a string',
    );
    expect(refusal(`${headerLine}\n${headerLine}\n`)).toBe('history:2:1: a header may only be the first line');
    expect(refusal('\n\n')).toBe('history:1:1: the file is empty');
  });

  test('when something follows the closing line', () => {
    const hint = 'is it two histories in one file?';
    expect(refusal(file(small) + file(small))).toBe(`history:13:1: nothing may follow the closing line (${hint})`);
    expect(refusal(`${file(small)}{"x"`)).toBe(`history:13:1: nothing may follow the closing line (${hint})`);
    expect(refusal(`${file(small)}\n${small[0]}`)).toBe(`history:13:1: nothing may follow the closing line (${hint})`);
  });

  test('when the compressed file is damaged', () => {
    const packed = gzipSync(file(small));
    packed.fill(0xff, 40, 60);
    expect(() => readText(packed)).toThrow(/^the compressed file is damaged: /);
  });

  test('when it cannot be read at all', () => {
    const directory = scratchDirectory();
    const codes = [join(directory, 'none.jsonl'), directory].map(path => {
      try {
        return readHistory(path);
      } catch (error) {
        return error instanceof OrdealError ? `${error.code}: ${error.message}` : error;
      }
    });
    expect(codes).toEqual([
      'CANNOT_READ_HISTORY: the history cannot be read: there is no such file',
      'CANNOT_READ_HISTORY: the history cannot be read: it is a directory',
    ]);
  });
});

describe('a history of another tool', () => {
  const foreign = (lines: readonly string[]): string => lines.map(line => `{${line}}\n`).join('');
  const optional = { header: 'optional' } as const;

  test('needs no header, no index and no time; completions repeat what was asked', () => {
    const history = readText(
      foreign([
        '"process":3,"type":"invoke","f":"write","key":7,"value":4',
        '"process":1,"type":"invoke","f":"read","key":7,"value":null',
        '"process":"nemesis","type":"info","f":"start-partition","value":null',
        '"process":1,"type":"ok","f":"read","key":7,"value":4,"clock":17',
        '"process":3,"type":"fail","f":"write","key":7,"value":4,"error":["timeout",5]',
      ]),
      optional,
    );
    expect(history.truncated).toBeNull();
    expect(history.eventCount).toBe(5);
    expect(history.header).toEqual({
      ordeal: 1,
      system: 'unknown',
      workload: 'unknown',
      model: null,
      seed: 'unknown',
      nodes: [],
      startedAt: '1970-01-01T00:00:00.000Z',
    });
    expect(linesOf(history)).toEqual([
      '{"index":0,"time":0,"process":3,"type":"invoke","f":"write","key":7,"value":4}',
      '{"index":1,"time":1,"process":1,"type":"invoke","f":"read","key":7}',
      '{"index":3,"time":3,"process":1,"type":"ok","value":4}',
      // The value of a failed operation only repeats the argument.
      '{"index":4,"time":4,"process":3,"type":"fail","error":"[\\"timeout\\",5]"}',
    ]);
  });

  test('is refused where ours is expected', () => {
    expect(refusal(foreign([write]))).toBe('history:1:1: the first line is not the header of a history');
  });

  test('may have its own times and indexes, if they increase', () => {
    const line = (index: number, time: number, process: number): string =>
      `"index":${index},"time":${time},${write.replace('3', String(process))}`;
    const history = readText(foreign([line(5, 70, 1), line(9, 70, 2)]), optional);
    expect([...history.operations].map(({ call, callTime }) => [call, callTime])).toEqual([
      [0, 70],
      [1, 70],
    ]);
    expect(refusal(foreign([line(5, 70, 1), line(4, 70, 2)]), optional)).toBe(
      'history:2:10 (key index): "index" does not increase: 4 comes after 5 (sort the lines; their order is the order of the history)',
    );
    expect(refusal(foreign([line(5, 70, 1), line(6, 60, 2)]), optional)).toBe(
      'history:2:19 (key time): time goes back from 70 to 60 (the order of the lines must be the order in which things happened)',
    );
    expect(refusal(foreign([line(5, 70, 1), write]), optional)).toBe(
      'history:2:1 (key time): "time" is missing, but was given before (give it on every line or on none)',
    );
  });

  test('is as strict with what it has', () => {
    expect(refusal(foreign([write, write]), optional)).toMatch(
      /^history:2:12 \(key process\): process 3 invokes while/,
    );
    expect(refusal(foreign([write.replace('value', 'valeu')]), optional)).toBe(
      'history:1:50 (key valeu): the member "valeu" is not known here (did you mean "value"?)',
    );
    expect(refusal(foreign(['"process":3,"type":"ok","value":4']), optional)).toMatch(
      /^history:1:12 \(key process\): process 3 completes, but has no open invocation/,
    );
    expect(refusal(foreign(['"process":3,"type":"ok","f":"x"', '']), optional)).toMatch(/^history:1:12/);
    expect(refusal('', optional)).toBe('history:1:1: the file is empty');
  });

  test('that was cut in the middle of a line says so', () => {
    const text = foreign([write, '"process":3,"type":"ok"']);
    expect(readText(text.slice(0, -1), optional).truncated).toBeNull();
    expect(readText(text.slice(0, -2), optional).truncated).toBe('the last line was cut in the middle and left out');
    const long = foreign(Array.from({ length: 3000 }, (_, at) => write.replace('3', String(at))));
    expect(readText(gzipSync(long).subarray(0, -100), optional).truncated).toMatch(/^the compressed file has no end/);
  });

  test('may begin with a byte order mark, and ours is still ours', () => {
    expect(readText(`\uFEFF${foreign([write])}`, optional).operations.length).toBe(1);
    expect(readText(`\uFEFF{${write}}`, optional).operations.length).toBe(1);
    expect(readText(file(small), optional).header.system).toBe('toy');
  });
});

describe('standard input', () => {
  test('is read as a file is', () => {
    const script = `
      import { readHistory } from ${JSON.stringify(new URL('../../dist/history/reader.js', import.meta.url).href)};
      const history = readHistory('-');
      console.log(history.eventCount, history.truncated);
      try { readHistory('-') } catch (error) { console.log(error.code, error.place.file) }
    `;
    for (const input of [file(small), gzipSync(file(small))]) {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        input,
        encoding: 'utf8',
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
      });
      expect(stderr).toBe('');
      expect(stdout).toBe('10 null\nMALFORMED_HISTORY standard input\n');
    }
  });
});

function phaseLine(index: number): string {
  return `{"index":${index},"time":${index * 1e6},"type":"phase","name":"main"}`;
}
