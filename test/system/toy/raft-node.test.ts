/**
 * Rules of Raft that a random schedule seldom puts to the test: one node, and messages written by hand.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { RaftMessage } from '../../../src/system/toy/raft/messages.ts';
import { type Entry, PersistentState, type RaftRecord } from '../../../src/system/toy/raft/persistent-state.ts';
import { RaftNode } from '../../../src/system/toy/raft/raft-node.ts';

/** A node n1 of five whose log has entries of these terms, and whose current term is the last of them or `term`. */
function scripted(options: { readonly terms?: readonly number[]; readonly term?: number } = {}) {
  const { terms = [] } = options;
  const term = options.term ?? terms.at(-1) ?? 0;
  const written: RaftRecord<string>[] = [];
  const found: RaftRecord<string>[] = [
    { from: 1, entries: entriesOf(terms) },
    { term, vote: null },
  ];
  const state = new PersistentState<string>({
    found,
    append: record => void written.push(record),
    flush: () => undefined,
  });
  const sent: (readonly [string, RaftMessage<string>])[] = [];
  const applied: number[] = [];
  const clock = { nowMs: 0 };
  const node = new RaftNode<string>({
    id: 'n1',
    peers: ['n2', 'n3', 'n4', 'n5'],
    state,
    nowMs: () => clock.nowMs,
    random: Random.fromSeed('scripted'),
    bugs: new Set(),
    send: (to, message) => void sent.push([to, message]),
    apply: (_entry, index) => void applied.push(index),
    reset: () => undefined,
    log: () => undefined,
  });
  const pass = (durationMs: number): void => {
    for (const endMs = clock.nowMs + durationMs; clock.nowMs < endMs; ) {
      clock.nowMs += 20;
      node.tick();
      node.replicate();
    }
  };
  const receive = (from: string, message: RaftMessage<string>): void => {
    node.receive(from, message);
    node.replicate();
  };
  const last = (): RaftMessage<string> | undefined => sent.at(-1)?.[1];
  return { node, state, sent, applied, written, clock, pass, receive, last };
}

function entriesOf(terms: readonly number[]): readonly Entry<string>[] {
  return terms.map((term, offset) => ({ term, command: `command ${offset + 1} of term ${term}` }));
}

/** Lets it stand for election and win. */
function elected(options: Parameters<typeof scripted>[0]) {
  const script = scripted(options);
  script.pass(620);
  const ballot = script.node.term + 1;
  for (const preliminary of [true, false]) {
    for (const voter of ['n2', 'n3']) {
      const term = preliminary ? ballot - 1 : ballot;
      script.receive(voter, { type: 'vote', term, ballot, preliminary, granted: true });
    }
  }
  expect(script.node.role).toBe('leader');
  return script;
}

const ask = { type: 'request_vote', preliminary: false, lastIndex: 9, lastTerm: 9 } as const;

describe('elections', () => {
  test('a node votes once a term, and says so again when it is asked again', () => {
    const { receive, last, state } = scripted();
    receive('n2', { ...ask, term: 1 });
    expect(last()).toMatchObject({ granted: true, ballot: 1 });
    receive('n3', { ...ask, term: 1 });
    expect(last()).toMatchObject({ granted: false, ballot: 1 });
    receive('n2', { ...ask, term: 1 });
    expect(last()).toMatchObject({ granted: true, ballot: 1 });
    receive('n3', { ...ask, term: 2 });
    expect(last()).toMatchObject({ granted: true, ballot: 2 });
    expect(state.vote).toBe('n3');
  });

  test('a candidate gets no vote from a node whose log is newer, by term first and then by length', () => {
    const { receive, last } = scripted({ terms: [1, 3, 3] });
    for (const [term, lastIndex, lastTerm, granted] of [
      [4, 9, 2, false],
      [5, 2, 3, false],
      [6, 3, 3, true],
      [7, 1, 4, true],
    ] as const) {
      receive('n2', { ...ask, term, lastIndex, lastTerm });
      expect(last()).toMatchObject({ granted, ballot: term });
    }
  });

  test('a vote for an earlier ballot counts nothing', () => {
    const { node, pass, receive } = scripted();
    pass(620);
    for (const voter of ['n2', 'n3']) {
      receive(voter, { type: 'vote', term: 0, ballot: 1, preliminary: true, granted: true });
    }
    expect([node.role, node.term]).toEqual(['candidate', 1]);
    pass(620); // It was not elected, and asks again.
    for (const voter of ['n2', 'n3']) {
      receive(voter, { type: 'vote', term: 1, ballot: 2, preliminary: true, granted: true });
    }
    expect([node.role, node.term]).toEqual(['candidate', 2]);
    for (const voter of ['n2', 'n3']) {
      receive(voter, { type: 'vote', term: 1, ballot: 1, preliminary: false, granted: true });
    }
    expect(node.role).toBe('candidate');
  });

  test('a preliminary vote changes neither the term nor the vote, and is refused while a leader is heard', () => {
    const { receive, last, state, pass } = scripted({ term: 1 });
    const preliminary = { ...ask, term: 7, preliminary: true };
    receive('n2', preliminary);
    expect(last()).toMatchObject({ granted: true, term: 1, ballot: 7 });
    expect([state.term, state.vote]).toEqual([1, null]);
    receive('n3', appendEntries({ term: 1 }));
    receive('n2', preliminary);
    expect(last()).toMatchObject({ granted: false, term: 1 });
    pass(300);
    receive('n2', preliminary);
    expect(last()).toMatchObject({ granted: true, term: 1 });
  });

  test('a leader that hears no majority steps down', () => {
    const { node, pass, receive } = elected({});
    for (let heard = 0; heard < 10; heard++) {
      pass(400);
      for (const peer of ['n2', 'n3']) receive(peer, { type: 'append_reply', term: 1, ok: true, index: 1 });
    }
    expect(node.role).toBe('leader');
    for (let heard = 0; heard < 10; heard++) {
      pass(400);
      receive('n2', { type: 'append_reply', term: 1, ok: true, index: 1 });
    }
    expect(node.role).not.toBe('leader');
  });

  test('time in which the process did not run is no silence of the leader', () => {
    const { receive, pass, clock, sent } = scripted();
    pass(40);
    receive('n2', appendEntries({ term: 1 }));
    clock.nowMs += 10_000;
    pass(280);
    expect(sent.map(([, { type }]) => type)).toEqual(['append_reply']);
    pass(400);
    expect(sent.map(([, { type }]) => type)).toContain('request_vote');
  });
});

describe('replication', () => {
  test('counting replicas commits no entry of an earlier term (figure 8 of the paper)', () => {
    const { node, receive, applied } = elected({ terms: [1, 2], term: 3 });
    for (const peer of ['n2', 'n3', 'n4']) receive(peer, { type: 'append_reply', term: 4, ok: true, index: 2 });
    expect(node.commitIndex).toBe(0);
    receive('n2', { type: 'append_reply', term: 4, ok: true, index: 3 });
    expect(node.commitIndex).toBe(0);
    receive('n3', { type: 'append_reply', term: 4, ok: true, index: 3 });
    expect(applied).toEqual([1, 2, 3]);
  });

  test('a reply to a leader of an earlier term counts nothing', () => {
    const { node, receive } = elected({ terms: [1, 1], term: 1 });
    for (const peer of ['n2', 'n3']) receive(peer, { type: 'append_reply', term: 1, ok: true, index: 3 });
    expect(node.commitIndex).toBe(0);
  });

  test('a follower commits nothing beyond what it knows to be as in the log of the leader', () => {
    const { receive, applied } = scripted({ terms: [1, 1, 1] });
    receive('n2', appendEntries({ term: 2, previousIndex: 1, previousTerm: 1, commitIndex: 3 }));
    expect(applied).toEqual([1]);
  });

  test('a late message that repeats an old part of the log cuts nothing off', () => {
    const { receive, state, last } = scripted({ terms: [1, 1, 2] });
    receive('n2', appendEntries({ term: 2, entries: entriesOf([1]) }));
    expect(state.lastIndex).toBe(3);
    expect(last()).toMatchObject({ ok: true, index: 1 });
  });

  test('a conflict cuts the log there, and the answer promises only what was compared', () => {
    const { receive, state, last, written } = scripted({ terms: [1, 2, 2] });
    receive('n2', appendEntries({ term: 3, previousIndex: 1, previousTerm: 1, entries: entriesOf([3]) }));
    expect([state.lastIndex, state.lastTerm]).toEqual([2, 3]);
    expect(last()).toMatchObject({ ok: true, index: 2 });
    expect(written.at(-1)).toEqual({ from: 2, entries: entriesOf([3]) });
  });

  test('a refusal says where to try next: behind the end, or at the first entry of the term that differs', () => {
    const { receive, last } = scripted({ terms: [1, 2, 2, 2] });
    receive('n2', appendEntries({ term: 5, previousIndex: 9, previousTerm: 5 }));
    expect(last()).toMatchObject({ ok: false, index: 5 });
    receive('n2', appendEntries({ term: 5, previousIndex: 4, previousTerm: 5 }));
    expect(last()).toMatchObject({ ok: false, index: 2 });
  });

  test('a leader of an earlier term is told the term, and is not followed', () => {
    const { node, receive, last, state } = scripted({ terms: [3] });
    receive('n2', appendEntries({ term: 2, entries: entriesOf([2, 2]) }));
    expect(last()).toMatchObject({ ok: false, term: 3 });
    expect([node.leader, state.lastIndex]).toEqual([null, 1]);
  });
});

function appendEntries(
  fields: { readonly term: number } & Partial<Extract<RaftMessage<string>, { entries: unknown }>>,
) {
  return {
    type: 'append_entries',
    previousIndex: 0,
    previousTerm: 0,
    entries: [],
    commitIndex: 0,
    ...fields,
  } as const;
}
