import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonProblem, memberOffset } from '../../src/history/json-text.ts';
import { anyValue } from './arbitrary.ts';
import { runs } from './files.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text with `^` before what is wrong, and what is said of it. */
function shown(text: string): string {
  const problem = jsonProblem(text);
  if (problem === null) return 'fine';
  return `${text.slice(0, problem.offset)}^${text.slice(problem.offset)}  ${problem.message}`;
}

describe('the scanner', () => {
  test('shows where a text stops being JSON', () => {
    const texts = [
      '{"a":1}',
      '{"a":1,}',
      '{"a" 1}',
      '{"a":tru}',
      "{'a':1}",
      '{"a":1',
      '{"a":1 "b":2}',
      '[1,2',
      '{"a":"b',
      '{"a":"\t"}',
      '{"a":"\\x"}',
      '{"a":01}',
      '{"a":-}',
      '{"a":1}}',
      '{"a":NaN}',
      '',
    ];
    expect(texts.map(shown).join('\n')).toBe(`\
fine
{"a":1,^}  not JSON: a name in double quotes is expected, not "}"
{"a" ^1}  not JSON: ":" is expected, not "1"
{"a":^tru}  not JSON: a value is expected, not "t"
{^'a':1}  not JSON: a name in double quotes is expected, not "'"
{"a":1^  not JSON: "," or "}" is expected, but the line ends
{"a":1 ^"b":2}  not JSON: "," or "}" is expected, not "\\""
[1,2^  not JSON: "," or "]" is expected, but the line ends
{"a":"b^  not JSON: the closing quote of a string is expected, but the line ends
{"a":"^\t"}  not JSON: in a string this character must be escaped
{"a":"^\\x"}  not JSON: there is no such escape
{"a":0^1}  not JSON: "," or "}" is expected, not "1"
{"a":^-}  not JSON: a number is expected, not "-"
{"a":1}^}  not JSON: the end of the line is expected, not "}"
{"a":^NaN}  not JSON: a value is expected, not "N"
^  not JSON: a value is expected, but the line ends`);
  });

  test('shows what JSON.parse passes over in silence', () => {
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
    const texts = ['{"a":1,"b":{"c":1,"c":2}}', '{"a":9007199254740993}', '[1e400]', '{"\\u0061":1,"a":2}'];
    expect(texts.map(shown).join('\n')).toBe(`\
{"a":1,"b":{"c":1,^"c":2}}  the member "c" is there twice
{"a":^9007199254740993}  the number 9007199254740993 is too large to be held exactly
[^1e400]  the number 1e400 is too large to be held exactly
{"\\u0061":1,^"a":2}  the member "a" is there twice`);
    expect(jsonProblem(deep)).toEqual({
      offset: 201,
      message: 'lists and objects are nested in more than 200 levels',
    });
  });

  test('reads strings of any length', () => {
    expect(jsonProblem(JSON.stringify('x\\'.repeat(5_000_000)))).toBeNull();
  });

  test('knows where the value of a member begins', () => {
    expect(memberOffset('{"a":1, "b" : {"c":2}}', 'b')).toBe(14);
    expect(memberOffset('{"a":1, "b" : {"c":2}}', 'c')).toBeNull();
  });

  test('agrees with JSON.parse on every value', () => {
    fc.assert(
      fc.property(anyValue, fc.nat({ max: 4 }), (value, indent) => {
        expect(jsonProblem(JSON.stringify(value, null, indent))).toBeNull();
      }),
      { numRuns: runs },
    );
  });

  test('agrees with JSON.parse on every damaged text', () => {
    const character = fc.constantFrom(...'{}[]",:\\u0123456789eE+-. \t\ntrufalsn\u0001\u007f\u00a0'.split(''));
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat({ max: 2 }), fc.array(character, { maxLength: 3 }), (...drawn) => {
        const [value, at, removed, inserted] = drawn;
        const text = JSON.stringify(value);
        const begin = at % (text.length + 1);
        const damaged = text.slice(0, begin) + inserted.join('') + text.slice(begin + removed);
        const problem = jsonProblem(damaged);
        // What the scanner refuses beyond JSON is not what is compared here.
        if (problem === null || problem.message.startsWith('not JSON')) expect(problem === null).toBe(isJson(damaged));
      }),
      { numRuns: runs * 10 },
    );
  });
});
