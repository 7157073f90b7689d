import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommand, ProtocolError, type Reply, ReplyParser } from '../../../src/system/redis/resp.ts';
import { encodeReply } from './replies.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const line = fc.string({ maxLength: 20 }).filter(words => !/[\r\n]/.test(words));
const { reply } = fc.letrec<{ reply: Reply; list: Reply[] }>(tie => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    fc.constant(null),
    line.map(error => ({ error })),
    tie('list'),
  ),
  list: fc.array(tie('reply'), { maxLength: 5 }),
}));

/** The bytes in pieces of these lengths in turn. */
function pieces(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const result: Buffer[] = [];
  for (let begin = 0, turn = 0; begin < bytes.length; turn++) {
    const end = begin + (lengths[turn % lengths.length] as number);
    result.push(bytes.subarray(begin, end));
    begin = end;
  }
  return result;
}

function parsed(bytes: string): readonly Reply[] {
  return new ReplyParser().push(Buffer.from(bytes));
}

describe('replies', () => {
  test('come out as they went in, wherever the network cuts them', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), lengths, (replies, cuts) => {
        const parser = new ReplyParser();
        const bytes = Buffer.from(replies.map(encodeReply).join(''));
        expect(pieces(bytes, cuts).flatMap(piece => parser.push(piece))).toEqual(replies);
      }),
    );
  });

  test('are told as soon as their last byte is there, and not before', () => {
    fc.assert(
      fc.property(reply, whole => {
        const parser = new ReplyParser();
        const bytes = Buffer.from(encodeReply(whole));
        expect(parser.push(bytes.subarray(0, -1))).toEqual([]);
        expect(parser.push(bytes.subarray(-1))).toEqual([whole]);
      }),
    );
  });

  test('of every kind are understood', () => {
    expect(
      parsed('+OK\r\n:-7\r\n-READONLY no\r\n$-1\r\n$0\r\n\r\n*-1\r\n*0\r\n*2\r\n*1\r\n+a\r\n*0\r\n$4\r\n\r\n\r\n\r\n'),
    ).toEqual(['OK', -7, { error: 'READONLY no' }, null, '', null, [], [['a'], []], '\r\n\r\n']);
  });

  test.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'not RESP2: "HTTP/1.1 400 Bad Request"'],
    [':1.5\r\n', 'not RESP2: the number "1.5"'],
    ['$-2\r\n', 'not RESP2: a length of -2'],
    ['*x\r\n', 'not RESP2: the number "x"'],
    ['$1\r\nab\r\n', 'not RESP2: a bulk text is longer than announced'],
  ])('%j is refused', (bytes, message) => {
    expect(() => parsed(bytes)).toThrow(new ProtocolError(message));
  });
});

describe('commands', () => {
  test('are lists of bulk texts, counted in bytes', () => {
    expect(encodeCommand(['SET', 'ä', '']).toString()).toBe('*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$0\r\n\r\n');
  });

  test('are read by a server as they were meant', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), words => {
        expect(new ReplyParser().push(encodeCommand(words))).toEqual([words]);
      }),
    );
  });
});
