/**
 * The client of `locked-set` as a process of its own, so that it can be stopped while it holds the lock. It speaks the
 * protocol of `client/command.ts` on standard input and output.
 *
 * Nothing is connected before the first operation: a member that is down costs one operation, and not a process.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Random } from '../../base/random.ts';
import { systemClock } from '../../base/time.ts';
import type { Invocation } from '../../history/event.ts';
import { Gateway } from './gateway.ts';
import { type LockedList, lockedList } from './locked-list.ts';

const hello = z.object({
  type: z.literal('hello'),
  ordeal: z.literal(1),
  endpoint: z.object({ host: z.string(), port: z.int(), proxied: z.boolean() }),
  fenced: z.boolean(),
  lockDeadlineMs: z.number(),
  seed: z.number(),
});

interface Invoke extends Invocation {
  readonly type: 'invoke';
  readonly id: number;
}

main();

function main(): void {
  let list: LockedList | null = null;
  const lines = createInterface({ input: process.stdin });
  // Whoever asked is gone. What is under way may or may not happen, and the lease ends by itself.
  lines.on('close', () => process.exit(0));
  lines.on('line', line => {
    if (list === null) list = begin(line);
    else void answer(list, JSON.parse(line) as Invoke);
  });
}

function begin(line: string): LockedList | null {
  const read = hello.safeParse(JSON.parse(line));
  if (!read.success) {
    say({ type: 'fail', error: z.prettifyError(read.error) });
    return null;
  }
  const { endpoint, fenced, lockDeadlineMs, seed } = read.data;
  const clock = systemClock();
  const gateway = (): Gateway => new Gateway({ endpoint, clock });
  say({ type: 'ready' });
  const random = Random.fromSeed(seed);
  return lockedList({ work: gateway(), keeper: gateway(), clock, random, fenced, lockDeadlineMs });
}

/** What is thrown here is a bug: the process ends with it, and the operation is `info`. */
async function answer(list: LockedList, { id, f, key, value }: Invoke): Promise<void> {
  say({ id, ...(await list.invoke({ f, key, value })) });
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
