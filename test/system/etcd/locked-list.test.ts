import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { Completion } from '../../../src/history/event.ts';
import { Gateway } from '../../../src/system/etcd/gateway.ts';
import { type LockedList, lockedList } from '../../../src/system/etcd/locked-list.ts';
import { FakeEtcd, type Treatment } from './fake-etcd.ts';
import { HandClock } from './hand-clock.ts';

const lockDeadlineMs = 5000;
const listKey = 'locked-set/list';

interface Holder extends AsyncDisposable {
  readonly list: LockedList;
  readonly clock: HandClock;
  add(element: number): Promise<Completion>;
  read(): Promise<Completion>;
}

function holder(etcd: FakeEtcd, fenced = false): Holder {
  const clock = new HandClock();
  const [work, keeper] = [1, 2].map(() => new Gateway({ endpoint: etcd.endpoint(), clock })) as [Gateway, Gateway];
  const random = Random.fromSeed('hold');
  const list = lockedList({ work, keeper, clock, random, fenced, lockDeadlineMs });
  return {
    list,
    clock,
    add: element => list.invoke({ f: 'add', key: null, value: element }),
    read: () => list.invoke({ f: 'read', key: null, value: null }),
    async [Symbol.asyncDispose]() {
      await work[Symbol.asyncDispose]();
      await keeper[Symbol.asyncDispose]();
    },
  };
}

/** The nth request of this path is treated so, all others as usual. */
function treat(etcd: FakeEtcd, path: string, treatment: Treatment | (() => Treatment)): void {
  etcd.onRequest = asked => {
    if (asked !== path) return 'carry-out';
    return typeof treatment === 'function' ? treatment() : treatment;
  };
}

const modes = [
  ['unfenced', false],
  ['fenced', true],
] as const;

describe.each(modes)('%s', (_, fenced) => {
  const reading = fenced ? 'kv/txn' : 'kv/range';
  const writing = fenced ? 'kv/txn' : 'kv/put';

  test('an addition takes the lock, reads, writes and unlocks; a read needs no lock', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    expect(await one.add(3)).toEqual({ type: 'ok' });
    expect(etcd.requests).toEqual(['lease/grant', 'lock/lock', reading, writing, 'lease/revoke']);
    expect(await one.add(4)).toEqual({ type: 'ok' });
    etcd.requests.length = 0;
    expect(await one.read()).toEqual({ type: 'ok', value: [3, 4] });
    expect(etcd.requests).toEqual(['kv/range']);
  });

  test('holders keep each other out', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    await using other = holder(etcd, fenced);
    const added = await Promise.all([one, other].map(each => each.add(each === one ? 1 : 2)));
    expect(added).toEqual([{ type: 'ok' }, { type: 'ok' }]);
    expect(new Set((await one.read()).value as unknown[])).toEqual(new Set([1, 2]));
  });

  test('who waits for the lock for too long gives up, and has written nothing', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    etcd.set('lock/somebody', '');
    const adding = one.add(3);
    await etcd.seen('lock/lock');
    one.clock.end(lockDeadlineMs);
    expect(await adding).toEqual({ type: 'fail', error: 'lock/lock: no answer within 5000 ms' });
    expect(etcd.requests).toEqual(['lease/grant', 'lock/lock', 'lease/revoke']);
    expect(etcd.get(listKey)).toBe(null);
  });

  test('the lease is kept alive while somebody waits', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    etcd.set('lock/somebody', '');
    const adding = one.add(3);
    await etcd.seen('lock/lock');
    for (let count = 1; count <= 3; count++) {
      one.clock.end(500);
      await etcd.seen('lease/keepalive', count);
      while (!one.clock.waitsFor(500)) await setImmediate();
    }
    one.clock.end(lockDeadlineMs);
    expect((await adding).type).toBe('fail');
    expect(one.clock.waitsFor(500)).toBe(false);
  });

  const before = [
    ['lease/grant', 'reset'],
    ['lease/grant', { status: 503, body: { error: 'etcdserver: request timed out', code: 14 } }],
    ['lease/grant', { status: 200, body: {} }],
    ['lock/lock', 'reset'],
    ['lock/lock', 'reset-after'],
    ['lock/lock', { status: 500, body: { error: 'etcdserver: leader changed', code: 14 } }],
    ['lock/lock', { status: 200, body: {} }],
    [reading, 'reset'],
    [reading, { status: 503, body: { error: 'etcdserver: leader changed', code: 14 } }],
    [reading, { status: 200, body: {} }],
  ] as const;
  test.each(before)('what goes wrong at %s (%o) is fail', async (path, treatment) => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    treat(etcd, path, treatment);
    expect((await one.add(3)).type).toBe('fail');
    expect(etcd.get(listKey)).toBe(null);
  });

  test('a list that is none is left alone', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    etcd.set(listKey, '{}');
    expect(await one.add(3)).toEqual({ type: 'fail', error: 'the list is {}' });
    expect(await one.read()).toEqual({ type: 'fail', error: 'the list is {}' });
  });

  /** Treats the write so. Fenced, it is the second transaction. */
  function treatWrite(etcd: FakeEtcd, treatment: () => Treatment): void {
    let seen = 0;
    treat(etcd, writing, () => (++seen === (fenced ? 2 : 1) ? treatment() : 'carry-out'));
  }

  test.each(['reset', 'reset-after', 'break-off'] as const)('a write that ends by %s is info', async treatment => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    treatWrite(etcd, () => treatment);
    expect((await one.add(3)).type).toBe('info');
    // The write may come late: nobody is let in before the lease ends.
    expect(etcd.requests).not.toContain('lease/revoke');
  });

  test.each(['hang', 'hang-after'] as const)('a write without an answer (%s) is info', async treatment => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    treatWrite(etcd, () => treatment);
    const adding = one.add(3);
    await etcd.seen(writing, fenced ? 2 : 1);
    one.clock.end(1500);
    expect(await adding).toEqual({ type: 'info', error: 'no answer within 1500 ms' });
  });

  test.each([
    [503, 14, 'etcdserver: request timed out', 'info'],
    [429, 8, 'etcdserver: mvcc: database space exceeded', 'fail'],
  ])('a write that is answered with %i is as the table says', async (status, code, error, type) => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    treatWrite(etcd, () => ({ status, body: { error, code } }));
    expect((await one.add(3)).type).toBe(type);
  });

  test('an answer to the write that cannot be read is info', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    treatWrite(etcd, () => ({ status: 200, body: {} }));
    expect(await one.add(3)).toEqual({ type: 'info', error: 'an answer that cannot be read: {}' });
  });
});

describe('a holder that has lost its lock while it held it', () => {
  /** After it has read, its lease ends, and somebody else adds 8. */
  async function overtaken(fenced: boolean): Promise<{ readonly ended: Completion; readonly list: string | null }> {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, fenced);
    let seen = 0;
    treat(etcd, fenced ? 'kv/txn' : 'kv/put', () => {
      if (++seen === (fenced ? 2 : 1)) {
        etcd.expireLeases();
        etcd.set(listKey, '[8]');
      }
      return 'carry-out';
    });
    return { ended: await one.add(3), list: etcd.get(listKey) };
  }

  test('unfenced, undoes what others did', async () => {
    expect(await overtaken(false)).toEqual({ ended: { type: 'ok' }, list: '[3]' });
  });

  test('fenced, is refused', async () => {
    const ended = { type: 'fail', error: 'refused: the lock was lost before the write' };
    expect(await overtaken(true)).toEqual({ ended, list: '[8]' });
  });

  test('fenced, and before it has read, writes nothing', async () => {
    await using etcd = await FakeEtcd.start();
    await using one = holder(etcd, true);
    treat(etcd, 'kv/txn', () => {
      etcd.expireLeases();
      return 'carry-out';
    });
    expect(await one.add(3)).toEqual({ type: 'fail', error: 'the lock was lost before the list was read' });
    expect(etcd.get(listKey)).toBe(null);
  });
});

test('what it does not know it does not do', async () => {
  await using etcd = await FakeEtcd.start();
  await using one = holder(etcd);
  const ended = await one.list.invoke({ f: 'remove', key: null, value: 1 });
  expect(ended).toEqual({ type: 'fail', error: 'there is no operation "remove"' });
  expect(etcd.requests).toEqual([]);
});
