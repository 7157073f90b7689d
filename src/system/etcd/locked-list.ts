/**
 * The workload `locked-set` as a client of etcd does it: everything about the lock, nothing about processes.
 *
 *     grant a lease -> take the lock -> read the list -> hold (0..100 ms) -> write the list with the element -> unlock
 *                      |<---------------- keepalive of the lease, on a connection of its own --------------->|
 *
 * Only one of these requests can add the element, so an addition is `fail` whenever it ends before the write was sent.
 *
 * How it can mislead: *unfenced* it writes without asking whether it still has the lock, as programs do which believe in
 * their lock. Who is stopped between the lock and the write for longer than the lease lasts, overwrites what others did
 * meanwhile. *Fenced* the write holds only if the key of the lock is still the one that was taken.
 */
import type { Random } from '../../base/random.ts';
import { type Clock, nanosPerMs, sleep } from '../../base/time.ts';
import type { Completion, Invocation } from '../../history/event.ts';
import { txnSucceeded, unreadable } from './client.ts';
import { completion, jsonObject, noAnswer, refusal } from './errors.ts';
import type { Gateway, Reply, RequestOptions } from './gateway.ts';
import { base64, guardedList, type KeyValue, keyValues, lockName, parsed, rangeIn } from './keys.ts';

export interface LockedListOptions {
  /** For the lock and the list. */
  readonly work: Gateway;
  /** For keeping the lease alive. */
  readonly keeper: Gateway;
  readonly clock: Clock;
  /** How long the lock is held. */
  readonly random: Random;
  readonly fenced: boolean;
  /** Who does not have the lock this long after the begin of the operation gives it up. */
  readonly lockDeadlineMs: number;
}

/** The shortest that etcd grants with an election timeout of less than 1.3 s. */
const leaseSeconds = 2;
const keepaliveMs = 500;
const longestHoldMs = 100;
/** Each request but that for the lock. */
const stepDeadlineMs = 1500;
/** For what no outcome depends on. */
const courtesyDeadlineMs = 500;

export interface LockedList {
  invoke(invocation: Invocation): Promise<Completion>;
}

export function lockedList(options: LockedListOptions): LockedList {
  return {
    async invoke({ f, value }) {
      try {
        if (f === 'add') return await add(value, options);
        if (f === 'read') return { type: 'ok', value: (await readList(options)).elements };
      } catch (error) {
        if (error instanceof NothingWritten) return { type: 'fail', error: error.message };
        throw error;
      }
      return { type: 'fail', error: `there is no operation "${f}"` };
    },
  };
}

/** The operation ends, and the list was not touched. */
class NothingWritten extends Error {
  override readonly name = 'NothingWritten';
}

async function add(element: unknown, options: LockedListOptions): Promise<Completion> {
  const { clock, random } = options;
  const begun = clock.now();
  const lease = await grant(options);
  const stopKeepalive = keepAlive(lease, options);
  let unknown = false;
  try {
    const remainingMs = Math.max(0, options.lockDeadlineMs - (clock.now() - begun) / nanosPerMs);
    const lock = await takeLock(lease, { options, remainingMs });
    const seen = await readList(options, lock);
    await sleep(clock, random.integer(0, longestHoldMs));
    const written = await write([...seen.elements, element], { options, seen });
    unknown = written.type === 'info';
    return written;
  } finally {
    stopKeepalive();
    // A write of which nobody knows may come late. Until the lease ends nobody else is let in by us.
    if (!unknown) await release(lease, options);
  }
}

async function grant(options: LockedListOptions): Promise<string> {
  const reply = await untouched(options.work, 'lease/grant', { TTL: String(leaseSeconds) });
  const id = jsonObject(reply.text)?.['ID'];
  if (typeof id !== 'string') throw new NothingWritten(unreadable(reply));
  return id;
}

/** Renews the lease until the result is called. That a lease has ended is not looked at: see above. */
function keepAlive(lease: string, { keeper, clock }: LockedListOptions): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  const renew = (): void => {
    cancel = clock.schedule(keepaliveMs, () => {
      keeper
        .post('lease/keepalive', { ID: lease }, { deadlineMs: stepDeadlineMs })
        .catch(() => undefined)
        .finally(() => !stopped && renew());
    });
  };
  renew();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Waits its turn. The name of the key that stands for the lock, in base64. */
async function takeLock(
  lease: string,
  { options, remainingMs }: { readonly options: LockedListOptions; readonly remainingMs: number },
): Promise<string> {
  const body = { name: base64(lockName), lease };
  const reply = await untouched(options.work, 'lock/lock', body, { deadlineMs: remainingMs });
  const key = jsonObject(reply.text)?.['key'];
  if (typeof key !== 'string') throw new NothingWritten(unreadable(reply));
  return key;
}

interface SeenList {
  readonly elements: readonly unknown[];
  /** As it was in the same moment as the list; null when nobody asked. */
  readonly lock: KeyValue | null;
}

/** `lock`: also the key of this lock, which must still be there. */
async function readList(options: LockedListOptions, lock?: string): Promise<SeenList> {
  const listRange = { key: base64(guardedList) };
  if (!options.fenced || lock === undefined) {
    const reply = await untouched(options.work, 'kv/range', listRange);
    return { elements: elementsOf(keyValues(reply), reply), lock: null };
  }
  const success = [{ request_range: { key: lock } }, { request_range: listRange }];
  const reply = await untouched(options.work, 'kv/txn', { success });
  const responses = jsonObject(reply.text)?.['responses'] as readonly Readonly<Record<string, unknown>>[] | undefined;
  const [locks, list] = [0, 1].map(index => rangeIn(responses?.[index]?.['response_range']));
  const elements = elementsOf(list ?? null, reply);
  const held = locks?.[0];
  if (held === undefined) throw new NothingWritten('the lock was lost before the list was read');
  return { elements, lock: held };
}

function elementsOf(pairs: readonly KeyValue[] | null, reply: Reply): readonly unknown[] {
  if (pairs === null) throw new NothingWritten(unreadable(reply));
  const list = pairs[0] === undefined ? [] : parsed(pairs[0].value);
  if (!Array.isArray(list)) throw new NothingWritten(`the list is ${pairs[0]?.value}`);
  return list;
}

async function write(
  elements: readonly unknown[],
  { options, seen: { lock } }: { readonly options: LockedListOptions; readonly seen: SeenList },
): Promise<Completion> {
  const put = { key: base64(guardedList), value: base64(JSON.stringify(elements)) };
  let reply: Reply;
  try {
    reply = await (lock === null
      ? options.work.post('kv/put', put, { deadlineMs: stepDeadlineMs })
      : options.work.post('kv/txn', guarded(put, lock), { deadlineMs: stepDeadlineMs }));
  } catch (error) {
    return completion(noAnswer(error), 'mutation');
  }
  if (reply.status !== 200) return completion(refusal(reply), 'mutation');
  const succeeded = lock === null ? jsonObject(reply.text)?.['header'] !== undefined || null : txnSucceeded(reply);
  if (succeeded === null) return { type: 'info', error: unreadable(reply) };
  return succeeded ? { type: 'ok' } : { type: 'fail', error: 'refused: the lock was lost before the write' };
}

/** The put holds only if the key of the lock is still the one that was made when it was taken. */
function guarded(put: unknown, lock: KeyValue): unknown {
  const compare = { key: base64(lock.key), target: 'CREATE', result: 'EQUAL', create_revision: lock.createRevision };
  return { compare: [compare], success: [{ request_put: put }] };
}

/** Unlocks: the key of the lock goes with its lease. When that does not work the lease ends by itself. */
async function release(lease: string, { work }: LockedListOptions): Promise<void> {
  await work.post('lease/revoke', { ID: lease }, { deadlineMs: courtesyDeadlineMs }).catch(() => undefined);
}

/** A request that leaves the list as it is: when it fails, whatever the reason, nothing was written. */
async function untouched(
  gateway: Gateway,
  path: string,
  body: unknown,
  options: RequestOptions = { deadlineMs: stepDeadlineMs },
): Promise<Reply> {
  try {
    const reply = await gateway.post(path, body, options);
    if (reply.status === 200) return reply;
    throw new NothingWritten(`${path}: ${refusal(reply).error}`);
  } catch (error) {
    throw error instanceof NothingWritten ? error : new NothingWritten(`${path}: ${noAnswer(error).error}`);
  }
}
