/**
 * What one server is asked by the harness itself, on a connection of its own that is closed after the answer.
 */
import type { NodeName } from '../../base/names.ts';
import { systemClock, withDeadline } from '../../base/time.ts';
import type { Endpoint } from '../../runtime/docker/spec.ts';
import { openConnection, type RedisConnection } from './connection.ts';
import { decoded, elements, keyOfRegister, registerPattern, setKey, texts } from './operations.ts';
import { isErrorReply, type Reply, ReplyShapeError } from './resp.ts';

/** Nobody waits longer than this for one question. */
const askDeadlineMs = 1_000;
const roleDeadlineMs = 300;

export interface ProbeOptions {
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
}

/** Opens, asks, closes. Rejects when there is no answer within the deadline. */
export async function probe<T>(
  options: ProbeOptions,
  questions: (ask: (...words: readonly string[]) => Promise<Reply>) => Promise<T>,
): Promise<T> {
  const { endpoint, signal, deadlineMs = askDeadlineMs } = options;
  const clock = systemClock();
  const what = `asking ${endpoint.host}:${endpoint.port}`;
  let connection: RedisConnection | null = null;
  try {
    return await withDeadline({ clock, deadlineMs, signal, what }, async stop => {
      const opened = await openConnection({ endpoint, clock, deadlineMs, signal: stop });
      connection = opened;
      return await questions((...words) => opened.ask(words));
    });
  } finally {
    (connection as RedisConnection | null)?.[Symbol.dispose]();
  }
}

/** Null when it answers; a sentence when it says that it cannot yet. Rejects when it says nothing. */
export async function serverReady(node: NodeName, options: ProbeOptions): Promise<string | null> {
  return await probe(options, async ask => {
    const reply = await ask('PING');
    if (reply === 'PONG') return null;
    if (!isErrorReply(reply)) return `${node} answered PING with ${JSON.stringify(reply)}`;
    return reply.error.startsWith('LOADING')
      ? `${node} is still reading its data (${reply.error})`
      : `${node}: ${reply.error}`;
  });
}

/** Those that say `master`, which after a failover may be two. Who does not answer soon is left out. */
export async function leadersOf(
  nodes: readonly NodeName[],
  optionsFor: (node: NodeName) => ProbeOptions,
): Promise<readonly NodeName[]> {
  const leads = await Promise.all(
    nodes.map(node =>
      probe({ deadlineMs: roleDeadlineMs, ...optionsFor(node) }, async ask => {
        const reply = await ask('ROLE');
        return Array.isArray(reply) && reply[0] === 'master';
      }).catch(() => false),
    ),
  );
  return nodes.filter((_, index) => leads[index]);
}

/** Everything that this server holds itself; null when it does not answer, or is still loading. */
export async function copyHeldBy(
  workload: string,
  options: ProbeOptions,
): Promise<Readonly<Record<string, unknown>> | null> {
  const held = probe(options, async ask => {
    if (workload === 'g-set') return { [setKey]: elements(plain(await ask('SMEMBERS', setKey))) };
    const names = texts(plain(await ask('KEYS', registerPattern))).toSorted();
    if (names.length === 0) return {};
    const values = plain(await ask('MGET', ...names));
    if (!Array.isArray(values)) throw new ReplyShapeError(values);
    return Object.fromEntries(
      names.flatMap((name, index) => {
        const value = (values as readonly Reply[])[index] ?? null;
        return value === null ? [] : [[keyOfRegister(name), decoded(value)]];
      }),
    );
  });
  return await held.catch(() => null);
}

function plain(reply: Reply): Reply {
  if (isErrorReply(reply)) throw new Error(reply.error);
  return reply;
}
