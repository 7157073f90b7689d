/**
 * Logs, as Kafka has them: a few keys, each a list of messages by offset.
 *
 * Every thread is a consumer. It polls from where it has got to, which it learns from the answers, and commits offsets
 * that it has polled. Messages are different numbers, so that a message at two offsets is seen.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import type { Invocation } from '../../history/event.ts';
import { type Ended, folded } from '../folded.ts';
import type { Generator } from '../generator.ts';
import { eachThread } from '../threads.ts';
import type { Workload } from '../workload.ts';

const keys = ['k1', 'k2', 'k3'];
const sendShare = 0.45;
const pollShare = 0.4;
const commitShare = 0.1;

export const kafka: Workload = {
  name: 'kafka',
  summary: 'append-only logs with offsets; no acknowledged message may be lost, moved, or seen twice',
  functions: ['send', 'poll', 'commit_offsets', 'list_committed_offsets'],
  model: null,
  checkers: ['kafka'],
  main: ({ random, concurrency }) =>
    eachThread(thread => {
      assert(thread < concurrency, 'messages are told apart by thread, of which there are more than planned');
      return consumer({ random: random.fork('thread', thread), thread, concurrency });
    }),
  finalReads: () => [{ f: 'poll', key: null, value: from(() => 0) }],
};

/** By key: the offset of the next message to poll. */
type Positions = Readonly<Record<string, number>>;

interface ConsumerOptions {
  readonly random: Random;
  readonly thread: number;
  readonly concurrency: number;
}

function consumer({ random, thread, concurrency }: ConsumerOptions): Generator<Invocation> {
  return folded<Positions, Invocation>({
    initial: {},
    next(positions, index) {
      const draw = random.fork(index);
      const roll = draw.fraction();
      if (roll < sendShare) {
        return { value: { f: 'send', key: draw.pick(keys), value: index * concurrency + thread }, state: positions };
      }
      return { value: consume(positions, roll - sendShare), state: positions };
    },
    after: advanced,
  });
}

function consume(positions: Positions, roll: number): Invocation {
  const polled = keys.filter(key => positions[key] !== undefined);
  if (roll >= pollShare + commitShare) return { f: 'list_committed_offsets', key: null, value: keys };
  if (roll < pollShare || polled.length === 0) {
    return { f: 'poll', key: null, value: from(key => positions[key] ?? 0) };
  }
  const last = polled.map(key => [key, (positions[key] ?? 0) - 1] as const);
  return { f: 'commit_offsets', key: null, value: Object.fromEntries(last) };
}

function from(offset: (key: string) => number): Positions {
  return Object.fromEntries(keys.map(key => [key, offset(key)]));
}

/** The positions after a poll. What the system says is not to be trusted: anything that is no list of messages is nothing. */
function advanced(positions: Positions, { value, completion }: Ended<Invocation>): Positions {
  if (value.f !== 'poll' || completion.type !== 'ok') return positions;
  const polled = completion.value;
  if (typeof polled !== 'object' || polled === null) return positions;
  let result = positions;
  for (const key of keys) {
    const messages: unknown = Object.hasOwn(polled, key) ? (polled as Record<string, unknown>)[key] : [];
    if (!Array.isArray(messages)) continue;
    let next = result[key] ?? 0;
    for (const message of messages) {
      const offset: unknown = Array.isArray(message) ? message[0] : null;
      if (typeof offset === 'number' && Number.isSafeInteger(offset)) next = Math.max(next, offset + 1);
    }
    if (next > (result[key] ?? 0)) result = { ...result, [key]: next };
  }
  return result;
}
