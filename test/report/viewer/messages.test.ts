/**
 * Which messages the diagram shows.
 */
import { describe, expect, test } from 'vitest';
import type { ReportMessages, ReportOperations } from '../../../src/report/data.ts';
import { lifelinesOf } from '../../../src/report/viewer/run/messages/lifelines.ts';
import { operationClient } from '../../../src/report/viewer/run/messages/operation-client.ts';
import {
  chooseMessages,
  indexMessages,
  messagesBetween,
  messageType,
  typeCounts,
} from '../../../src/report/viewer/run/messages/select-messages.ts';

type Sent = readonly [from: string, to: string, sent: number, arrived: number, type: string];

function messagesOf(list: readonly Sent[]): ReportMessages {
  const names = [...new Set(list.flatMap(([from, to]) => [from, to]))];
  return {
    length: list.length,
    from: Int32Array.from(list, ([from]) => names.indexOf(from)),
    to: Int32Array.from(list, ([, to]) => names.indexOf(to)),
    sent: Float64Array.from(list, ([, , sent]) => sent),
    arrived: Float64Array.from(list, ([, , , arrived]) => arrived),
    fate: Uint8Array.from(list, ([, , , arrived]) => (Number.isFinite(arrived) ? 0 : 1)),
    body: Int32Array.from(list, (_, at) => at),
    names,
    bodies: list.map(([, , , , type]) => `{"type":"${type}"}`),
  };
}

const messages = messagesOf([
  ['c1', 'n1', 10, 10, 'read'],
  ['n1', 'n2', 20, 90, 'beat'],
  ['n2', 'n1', 30, Number.POSITIVE_INFINITY, 'beat'],
  ['n1', 'lin-kv', 60, 61, 'write'],
  ['n1', 'c1', 70, 70, 'read_ok'],
]);
const index = indexMessages(messages, ['n1', 'n2']);

test('those that were under way in the visible time are found, and those of clients can be left out', () => {
  const between = (from: number, to: number, withClients: boolean): readonly number[] =>
    messagesBetween({ messages, index }, { from, to, withClients });
  expect(between(0, 100, true)).toEqual([0, 1, 2, 3, 4]);
  expect(between(0, 100, false)).toEqual([1, 2, 3]);
  expect(between(65, 80, true)).toEqual([1, 4]);
  expect(between(30, 30, true)).toEqual([1, 2]);
});

test('types are counted, the most frequent first', () => {
  expect(typeCounts([0, 1, 2, 3, 4], index)).toEqual([
    ['beat', 2],
    ['read', 1],
    ['read_ok', 1],
    ['write', 1],
  ]);
});

test.each([
  ['{"type":"echo","msg_id":1}', 'echo'],
  ['{"entry":{"type":"inner"},"type":"outer"}', 'outer'],
  ['{"msg_id":1,"type":"append_entries","entries":[{"te', 'append_entries'],
  ['[1,2]', ''],
  ['{"type":7}', ''],
  ['not JSON', ''],
])('the type of %s is "%s"', (body, type) => expect(messageType(body)).toBe(type));

describe('too many', () => {
  const sent = Float64Array.from({ length: 1000 }, (_, at) => at * 10);
  const all = Array.from(sent, (_, at) => at);
  const choose = (centre: number): ReturnType<typeof chooseMessages> =>
    chooseMessages({ sent }, all, { from: 0, to: 10_000, centre, most: 100 });

  test('those around the moment are drawn, and the drawing covers their time alone', () => {
    const { shown, total, from, to } = choose(5_000);
    expect({ first: shown[0], last: shown.at(-1), count: shown.length, total, from, to }).toEqual({
      first: 450,
      last: 549,
      count: 100,
      total: 1000,
      from: 4_500,
      to: 5_490,
    });
  });

  test('at the edges there are as many', () => {
    expect(choose(0).shown[0]).toBe(0);
    expect(choose(10_000).shown.at(-1)).toBe(999);
    expect(choose(10_000).shown).toHaveLength(100);
  });
});

test('lifelines are nodes, services, then clients; many clients share one', () => {
  const source = { messages, index, nodes: ['n1', 'n2'] };
  expect(lifelinesOf(source, [0, 3]).lines.map(({ name }) => name)).toEqual(['n1', 'n2', 'lin-kv', 'c1']);
  const crowd = messagesOf(Array.from({ length: 9 }, (_, at): Sent => [`c${at + 1}`, 'n1', at, at, 'read']));
  const { lines } = lifelinesOf(
    { messages: crowd, index: indexMessages(crowd, ['n1']), nodes: ['n1'] },
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
  expect(lines.map(({ name }) => name)).toEqual(['n1', '9 clients']);
});

test('the client of an operation is the only one that asked its node then, or nobody', () => {
  const operations = {
    callTime: Float64Array.of(5, 15),
    returnTime: Float64Array.of(75, 75),
    node: Int32Array.of(0, 0),
    f: Int32Array.of(0, 0),
    nodes: ['n1'],
    functions: ['read'],
  } as unknown as ReportOperations;
  expect(operationClient({ operations, messages, index }, 0)).toBe(messages.names.indexOf('c1'));
  expect(operationClient({ operations, messages, index }, 1)).toBeNull();
});
