/**
 * A client of ZooKeeper: one session, and the few requests that make up an operation.
 *
 * How an answer becomes an outcome:
 * - an error that is definite (see `errors.ts`): `fail`. Any other error: `info`, and `fail` for what only reads;
 * - a session that is lost while a request waits: the same. A request that was not sent any more: `fail`. Either way this
 *   client has ended, and the next operation gets a new one;
 * - a cas whose value is not there, or that somebody forestalled (`BADVERSION`): `fail` with the value `refused`.
 *
 * How it can mislead: `BADVERSION` says that somebody wrote since we looked, and is taken to say that the value is another
 * one now. That holds because the workload writes each value of a key once.
 */
import { assert, present } from '../../base/assert.ts';
import type { Key } from '../../base/names.ts';
import { type Client, DefiniteError } from '../../client/client.ts';
import type { Completion, Invocation } from '../../history/event.ts';
import { errorCodes, showError, zooKeeperError } from './errors.ts';
import { elementPath, elementsIn, keyPath } from './nodes.ts';
import { type Reply, type Session, SessionLostError } from './session.ts';
import { anyVersion, buffer, flag, int, openToAll, requests, text } from './wire.ts';

/**
 * What comes before a read. `sync`: this member catches up with what it takes for the leader. `quorum`: it takes part in a
 * write, which only a leader with a majority can do, so a deposed leader cannot answer. `local`: nothing.
 */
export type Reads = 'sync' | 'quorum' | 'local';

export interface ZooKeeperClientOptions {
  /** Closed together with the client. */
  readonly session: Session;
  readonly workload: string;
  readonly reads: Reads;
}

/** The default first. */
export const zooKeeperWorkloads: readonly string[] = ['lin-kv', 'g-set'];

export function zooKeeperClient({ session, workload, reads }: ZooKeeperClientOptions): Client {
  const functions = present(operations[workload], `no workload "${workload}" is spoken here`);
  return {
    // The signal is not looked at. Who lets it run out closes the client, and that ends whatever it waits for.
    async invoke(invocation) {
      const operation = functions[invocation.f];
      assert(operation, `the workload ${workload} has no operation "${invocation.f}"`);
      try {
        return await operation({ session, reads }, invocation);
      } catch (error) {
        // Whatever was sent before it, as part of the same operation, had been answered, and had no effect.
        if (error instanceof SessionLostError && !error.sent) throw new DefiniteError(error.message, { cause: error });
        throw error;
      }
    },
    get ended() {
      return session.ended;
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

interface Means {
  readonly session: Session;
  readonly reads: Reads;
}

type Perform = (means: Means, invocation: Invocation) => Promise<Completion>;

const operations: Readonly<Record<string, Readonly<Record<string, Perform>>>> = {
  'lin-kv': {
    read: async (means, { key }) => ({ type: 'ok', value: (await lookUp(means, key)).value }),
    write: (means, { key, value }) => write(means, key, value),
    cas: (means, { key, value }) => compareAndSet(means, key, value),
  },
  'g-set': {
    add: (means, { value }) => add(means, value),
    read: async means => {
      const names = await reading(catchUp(means).then(() => childrenOfRoot(means.session)));
      return { type: 'ok', value: elementsIn(names) };
    },
  },
};

/** What a node holds, and its version; null for one that is not there. */
interface Held {
  readonly value: unknown;
  readonly version: number | null;
}

/** What this member holds, with nothing done before. */
export async function localValue(session: Session, key: Key | null): Promise<Held> {
  const reply = await session.request(requests.getData, text(keyPath(key)), flag(false));
  if (reply.error === errorCodes.noNode) return { value: null, version: null };
  requireReading(reply);
  const data = reply.body.buffer();
  const value = JSON.parse((data ?? Buffer.from('null')).toString('utf8')) as unknown;
  return { value, version: reply.body.versionOfStat() };
}

/** Names of the nodes under the root, as this member knows them. */
export async function childrenOfRoot(session: Session): Promise<readonly string[]> {
  const reply = await session.request(requests.getChildren, text('/'), flag(false));
  requireReading(reply);
  return reply.body.texts();
}

function lookUp(means: Means, key: Key | null): Promise<Held> {
  return reading(catchUp(means).then(() => localValue(means.session, key)));
}

/** What only reads has no effect, also when nobody knows whether it was done. */
async function reading<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SessionLostError) throw new DefiniteError(error.message, { cause: error });
    throw error;
  }
}

/** Whatever becomes of it, nothing that an operation could see has changed: nobody reads what the root itself holds. */
async function catchUp({ session, reads }: Means): Promise<void> {
  if (reads === 'local') return;
  const barrier =
    reads === 'sync'
      ? session.request(requests.sync, text('/'))
      : session.request(requests.setData, text('/'), buffer(Buffer.alloc(0)), int(anyVersion));
  requireReading(await barrier);
}

/**
 * Sets, or creates what is not there. Nodes are never deleted, so who finds that somebody else has created it can set it.
 * None of this tries again: each request before the last one certainly had no effect.
 */
async function write({ session }: Means, key: Key | null, value: unknown): Promise<Completion> {
  const path = keyPath(key);
  const first = await set(session, { path, value, version: anyVersion });
  if (first.error !== errorCodes.noNode) return written(first);
  const created = await create(session, path, value);
  if (created.error !== errorCodes.nodeExists) return written(created);
  return written(await set(session, { path, value, version: anyVersion }));
}

async function compareAndSet(means: Means, key: Key | null, value: unknown): Promise<Completion> {
  assert(Array.isArray(value) && value.length === 2, 'the value of a cas is [from, to]');
  const [from, to] = value as unknown[];
  const held = await lookUp(means, key);
  if (JSON.stringify(held.value) !== JSON.stringify(from)) {
    return { type: 'fail', value: 'refused', error: `the value is ${JSON.stringify(held.value)}` };
  }
  const path = keyPath(key);
  const reply =
    held.version === null
      ? await create(means.session, path, to)
      : await set(means.session, { path, value: to, version: held.version });
  const forestalled = reply.error === errorCodes.badVersion || reply.error === errorCodes.nodeExists;
  if (forestalled) return { type: 'fail', value: 'refused', error: showError(reply.error) };
  return written(reply);
}

/** An element that is there already is in the set, as was asked. */
async function add({ session }: Means, element: unknown): Promise<Completion> {
  const reply = await create(session, elementPath(element), null);
  return reply.error === errorCodes.nodeExists ? { type: 'ok' } : written(reply);
}

function create(session: Session, path: string, value: unknown): Promise<Reply> {
  const persistent = 0;
  return session.request(requests.create, text(path), dataOf(value), openToAll(), int(persistent));
}

function set(
  session: Session,
  { path, value, version }: { readonly path: string; readonly value: unknown; readonly version: number },
): Promise<Reply> {
  return session.request(requests.setData, text(path), dataOf(value), int(version));
}

function dataOf(value: unknown): Buffer {
  return buffer(Buffer.from(JSON.stringify(value), 'utf8'));
}

function written({ error }: Reply): Completion {
  if (error === errorCodes.ok) return { type: 'ok' };
  if (zooKeeperError(error).definite) throw new DefiniteError(showError(error));
  return { type: 'info', error: showError(error) };
}

/** Whatever the error is: what only reads has no effect. */
function requireReading({ error }: Reply): void {
  if (error !== errorCodes.ok) throw new DefiniteError(showError(error));
}
