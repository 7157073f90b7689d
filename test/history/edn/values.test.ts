import { describe, expect, test } from 'vitest';
import { readText, refusal } from '../files.ts';

const optional = { header: 'optional', format: 'edn', independent: 'no' } as const;

/** What comes of a value that is written so. */
function read(value: string): unknown {
  return readText(`{:type :invoke, :process 0, :f :write, :value ${value}}\n`, optional).operations.get(0).input;
}

/** Column of the value, from 1, and the message. */
function refused(value: string): string {
  const text = refusal(`{:process 0 :type :invoke :f :write :value ${value}}\n{:process 1}`, optional);
  const [, column, message] = /^history:1:(\d+)(?: \(.*?\))?: (.*)$/s.exec(text) ?? [];
  return column === undefined ? text : `${Number(column) - 43}: ${message}`;
}

describe('a value in EDN', () => {
  test('becomes what JSON can say', () => {
    const cases: readonly (readonly [string, unknown])[] = [
      ['nil', null],
      ['true', true],
      ['false', false],
      ['5', 5],
      ['-5', -5],
      ['+5', 5],
      ['-0', 0],
      ['42N', 42],
      ['2.5', 2.5],
      ['2.50M', 2.5],
      ['1e3', 1000],
      ['-1.5E-3', -0.0015],
      [':read', 'read'],
      [':a.b/c-d?', 'a.b/c-d?'],
      ['"a\\tb\\"\\\\\\u20ac\\n é€😀"', 'a\tb"\\€\n é€😀'],
      ['"a very long string, longer than a word may be"', 'a very long string, longer than a word may be'],
      ['"une très longue phrase, plus longue que des mots"', 'une très longue phrase, plus longue que des mots'],
      ['""', ''],
      ['\\a', 'a'],
      ['\\newline', '\n'],
      ['\\u20ac', '€'],
      ['[\\( \\] \\é]', ['(', ']', 'é']],
      ['some-symbol', 'some-symbol'],
      ['[- + ->]', ['-', '+', '->']],
      ['[1 [2, 3] ()]', [1, [2, 3], []]],
      ['(1 2)', [1, 2]],
      ['#{1 "b" :c}', [1, 'b', 'c']],
      ['{:a 1, "b" [2], c {}, 4 5, [1 :x] 6}', { a: 1, b: [2], c: {}, 4: 5, '[1,"x"]': 6 }],
      ['#inst "2026-01-02T03:04:05Z"', '2026-01-02T03:04:05Z'],
      ['#some.space/tag [1 #other :b]', [1, 'b']],
      ['[1 #_2 #_[3 "]"] 4 #_ #_ 5 6]', [1, 4]],
      ['[1 ; 2 ]\n 3]', [1, 3]],
    ];
    expect(cases.map(([text]) => [text, read(text)])).toEqual(cases);
  });

  test('keeps a name like that of a prototype', () => {
    expect(Object.entries(read('{"__proto__" 1}') as object)).toEqual([['__proto__', 1]]);
  });

  test('that a double cannot hold stays a text, with every digit', () => {
    expect(read('[9007199254740993 9007199254740993N -9007199254740993 1/3 ##Inf ##NaN 9007199254740991]')).toEqual([
      '9007199254740993',
      '9007199254740993',
      '-9007199254740993',
      '1/3',
      '##Inf',
      '##NaN',
      9007199254740991,
    ]);
  });

  test('that is none is refused with its place', () => {
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
    const cases = [
      '}',
      '[1 2}',
      '(1]',
      '{:a}',
      '{:a 1 :a 2}',
      '{:a 1 "a" 2}',
      '12x',
      '007',
      '"\\q"',
      '\\foo',
      ': ',
      '#_',
      '[#tag]',
      '#1',
      "'x",
      '^{:a 1} []',
      '#jepsen.independent.Tuple [1 2 3]',
      deep,
      '#_ '.repeat(300),
    ];
    expect(cases.map(refused)).toMatchInlineSnapshot(`
      [
        "-6: not EDN: :value has no value in its map",
        "5: not EDN: "]" is expected, not "}"",
        "3: not EDN: ")" is expected, not "]"",
        "2: not EDN: a has no value in its map",
        "7: the name "a" is there twice",
        "7: the name "a" is there twice",
        "1: not EDN: "12x" is no number",
        "1: not EDN: "007" is no number",
        "2: not EDN: there is no escape \\q",
        "1: not EDN: there is no character \\foo",
        "1: not EDN: a keyword has no name",
        "1: not EDN: nothing follows #_",
        "2: not EDN: nothing follows the tag #tag",
        "1: not EDN: there is no tag #1",
        "1: not EDN: a form is expected, not "'x"",
        "1: not EDN: a form is expected, not "^"",
        "1: #jepsen.independent.Tuple is not a pair of key and value",
        "201: lists and objects are nested in more than 200 levels",
        "601: more than 200 forms are discarded at once",
      ]
    `);
  });

  test('is UTF-8, or refused with its place', () => {
    const bytes = Buffer.from('{:process 0, :type :invoke, :f :write, :value ["é" "?"]}\n');
    bytes[bytes.indexOf('?')] = 0xff;
    expect(refusal(bytes, optional)).toBe('history:1:53: the text is not UTF-8');
  });
});
