/**
 * What clients of a Raft node are told, and when: one node, and messages written by hand.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { BugName } from '../../../src/system/toy/bugs.ts';
import { KeyValue } from '../../../src/system/toy/raft/key-value.ts';
import { RaftStore } from '../../../src/system/toy/raft/raft-store.ts';
import type { Body } from '../../../src/system/toy/wire.ts';

/** A node n1 with these peers. `events` has what it wrote and sent, in order. */
function scripted(options: { readonly peers?: readonly string[]; readonly bugs?: readonly BugName[] } = {}) {
  const events: string[] = [];
  const sent: (readonly [string, Body])[] = [];
  const clock = { nowMs: 0 };
  let unflushed = 0;
  const store = new RaftStore({
    id: 'n1',
    peers: options.peers ?? ['n2', 'n3'],
    journal: {
      found: [],
      append: () => void unflushed++,
      flush() {
        if (unflushed > 0) events.push(`wrote ${unflushed}`);
        unflushed = 0;
      },
    },
    random: Random.fromSeed('scripted'),
    bugs: new Set(options.bugs),
    nowMs: () => clock.nowMs,
    log: () => undefined,
    send(to, body) {
      events.push(`sent ${body.type} to ${to}`);
      sent.push([to, body]);
    },
  });
  const receive = (src: string, body: Body): void => {
    store.receive({ src, dest: 'n1', body });
    store.settle();
  };
  const pass = (durationMs: number): void => {
    for (const endMs = clock.nowMs + durationMs; clock.nowMs < endMs; ) {
      clock.nowMs += 20;
      store.tick();
      store.settle();
    }
  };
  const answers = (): readonly Body[] => sent.filter(([to]) => to === 'c1').map(([, body]) => body);
  return { store, events, sent, receive, pass, answers };
}

const heartbeat = {
  type: 'append_entries',
  term: 1,
  previousIndex: 0,
  previousTerm: 0,
  entries: [],
  commitIndex: 0,
} as const;

describe('errors', () => {
  test('with no leader a request is refused within the second that clients wait, and was handed to nobody', () => {
    const { receive, pass, answers, events } = scripted();
    receive('c1', { type: 'write', msg_id: 1, key: 'x', value: 1 });
    pass(1000);
    expect(answers()).toEqual([
      { type: 'error', code: 11, text: 'no leader is known; the request was not passed on', in_reply_to: 1 },
    ]);
    pass(3000);
    receive('n2', { ...heartbeat, term: 9 });
    pass(100);
    expect(events.filter(event => event.includes('forward'))).toEqual([]);
  });

  test('once it was handed to a leader a request is never refused, whoever does not answer', () => {
    const { receive, pass, answers, sent } = scripted();
    receive('n2', heartbeat);
    receive('c1', { type: 'write', msg_id: 1, key: 'x', value: 1 });
    pass(10_000);
    expect(answers()).toEqual([]);
    const forwards = sent.filter(([, { type }]) => type === 'forward');
    expect(new Set(forwards.map(([to, body]) => JSON.stringify([to, body['command']])))).toEqual(
      new Set(['["n2",{"request":"n1/1/1","operation":{"f":"write","key":"x","value":1}}]']),
    );
  });

  test('a request without its fields is malformed, and an unknown one is not supported', () => {
    const { receive, answers } = scripted();
    receive('c1', { type: 'write', msg_id: 1, key: 'x' });
    receive('c1', { type: 'cas', msg_id: 2, key: 'x', from: 1 });
    receive('c1', { type: 'read', msg_id: 3, key: { no: 'key' } });
    receive('c1', { type: 'add', msg_id: 4, element: 1 });
    expect(answers().map(({ code, in_reply_to: question }) => [question, code])).toEqual([
      [1, 12],
      [2, 12],
      [3, 12],
      [4, 10],
    ]);
  });
});

describe('a cluster of one', () => {
  test('reads, writes and compares; a key never written holds null', () => {
    const { receive, pass, answers } = scripted({ peers: [] });
    pass(700);
    const requests: readonly Body[] = [
      { type: 'read', key: 'x' },
      { type: 'cas', key: 'x', from: 1, to: 2 },
      { type: 'cas', key: 'x', from: null, to: { deep: [1] } },
      { type: 'cas', key: 'x', from: { deep: [1] }, to: 2 },
      { type: 'cas', key: 'x', from: 1, to: 3 },
      { type: 'read', key: 'x' },
      { type: 'write', key: 7, value: null },
      { type: 'read', key: 7 },
      { type: 'read', key: '7' },
      { type: 'role' },
      { type: 'replica' },
    ];
    requests.forEach((body, index) => receive('c1', { ...body, msg_id: index + 1 }));
    expect(answers().map(body => ({ ...body, in_reply_to: undefined }))).toEqual([
      { type: 'error', code: 20, text: 'x does not exist' },
      { type: 'error', code: 20, text: 'x does not exist' },
      { type: 'cas_ok' },
      { type: 'cas_ok' },
      { type: 'error', code: 22, text: 'the value of x is another' },
      { type: 'read_ok', value: 2 },
      { type: 'write_ok' },
      { type: 'read_ok', value: null },
      { type: 'error', code: 20, text: '7 does not exist' },
      { type: 'role_ok', role: 'leader', term: 1 },
      { type: 'replica_ok', state: { x: 2, 7: null } },
    ]);
  });
});

describe('what must not be forgotten', () => {
  test('is written before the answer that depends on it leaves', () => {
    const { receive, events } = scripted();
    receive('n2', { type: 'request_vote', term: 1, preliminary: false, lastIndex: 0, lastTerm: 0 });
    receive('n2', { ...heartbeat, entries: [{ term: 1, command: null }] });
    expect(events).toEqual(['wrote 1', 'wrote 2', 'sent vote to n2', 'wrote 1', 'sent append_reply to n2']);
  });

  test('is written too late by the forgetful node', () => {
    const { receive, events } = scripted({ bugs: ['forgetful'] });
    receive('n2', { ...heartbeat, entries: [{ term: 1, command: null }] });
    expect(events).toEqual(['wrote 1', 'sent append_reply to n2']);
  });
});

describe('a request that is in the log twice', () => {
  const write = { request: 'n1/1/1', operation: { f: 'write', key: 'x', value: 1 } } as const;
  const other = { request: 'n1/1/2', operation: { f: 'write', key: 'x', value: 2 } } as const;
  const cas = { request: 'n1/1/3', operation: { f: 'cas', key: 'x', from: 2, to: 3 } } as const;

  test('is applied once, and gives the same result again', () => {
    const keyValue = new KeyValue();
    const results = [write, other, write, cas, cas].map(command => keyValue.apply(command, { deduplicate: true }).ok);
    expect([results, keyValue.values.get('x')]).toEqual([[true, true, true, true, true], 3]);
  });

  test('is applied twice by a store that takes no notice', () => {
    const keyValue = new KeyValue();
    const results = [write, other, cas, cas, write].map(command => keyValue.apply(command, { deduplicate: false }).ok);
    expect([results, keyValue.values.get('x')]).toEqual([[true, true, true, false, true], 1]);
  });
});
