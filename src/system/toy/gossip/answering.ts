/**
 * The two workloads that need no replication: `echo` and `unique-ids`. Their nodes never speak to each other.
 */
import type { Journal } from '../journal.ts';
import type { NodeProgram, Surroundings } from '../program.ts';
import { type Body, errorBody, errorCode, type Message } from '../wire.ts';

/** One answer per message. `reply` gives null for what it does not know. */
export function answering(surroundings: Surroundings, reply: (body: Body) => Body | null): NodeProgram {
  return {
    receive({ src, body }: Message) {
      if (body.msg_id === undefined) return;
      const answer = reply(body) ?? errorBody(errorCode.notSupported, `${body.type} is not supported`);
      surroundings.send(src, { ...answer, in_reply_to: body.msg_id });
    },
    tick: () => undefined,
    settle: () => undefined,
  };
}

export function echo(body: Body): Body | null {
  return body.type === 'echo' ? { type: 'echo_ok', echo: body['echo'] } : null;
}

/** `n1-2-17`: the node, which of its lives, and a count. The life is on disk before the first id of it leaves. */
export function uniqueIds(id: string, journal: Journal<{ readonly life: number }>): (body: Body) => Body | null {
  const life = (journal.found.at(-1)?.life ?? 0) + 1;
  journal.append({ life });
  journal.flush();
  let count = 0;
  return body => {
    if (body.type !== 'generate') return null;
    count++;
    return { type: 'generate_ok', id: `${id}-${life}-${count}` };
  };
}
