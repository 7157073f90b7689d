import { describe, expect, test } from 'vitest';
import { errorCode } from '../../src/client/outcome.ts';

describe('the table of definite errors', () => {
  test('says what Maelstrom says', () => {
    const codes = [0, 1, 10, 11, 12, 13, 14, 20, 21, 22, 30];
    expect(codes.map(code => `${code} ${errorCode(code).name} ${errorCode(code).definite ? 'fail' : 'info'}`)).toEqual([
      '0 timeout info',
      '1 node-not-found fail',
      '10 not-supported fail',
      '11 temporarily-unavailable fail',
      '12 malformed-request fail',
      '13 crash info',
      '14 abort fail',
      '20 key-does-not-exist fail',
      '21 key-already-exists fail',
      '22 precondition-failed fail',
      '30 txn-conflict fail',
    ]);
  });

  test('never takes a code that nobody defined for a promise', () => {
    const unknown = [-1, 2, 9, 15, 19, 23, 31, 999, 1000, 1001, 0.5, Number.NaN];
    expect(unknown.filter(code => errorCode(code).definite)).toEqual([]);
  });
});
