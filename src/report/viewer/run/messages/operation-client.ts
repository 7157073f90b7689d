/**
 * Which client of the network asked for an operation. The history does not say, so it is read from the messages: the one
 * client that sent a message of that name to that node when the operation was called.
 *
 * How it can mislead: it cannot choose between two clients, and then says nothing.
 */
import type { ReportMessages, ReportOperations } from '../../../data.ts';
import { firstAfter, firstAt } from '../distribution/latency-groups.ts';
import type { MessageIndex } from './select-messages.ts';

interface Source {
  readonly operations: ReportOperations;
  readonly messages: ReportMessages;
  readonly index: MessageIndex;
}

/** The call is recorded before the message leaves, by less than this. */
const soon = 5e6;

/** Into `messages.names`. */
export function operationClient({ operations, messages, index }: Source, id: number): number | null {
  const call = operations.callTime[id] as number;
  const end = Math.min(operations.returnTime[id] as number, call + soon);
  const node = operations.nodes[operations.node[id] as number];
  const f = operations.functions[operations.f[id] as number];
  const asked = new Set<number>();
  const named = new Set<number>();
  const last = firstAfter(messages.sent, end);
  for (let at = firstAt(messages.sent, call); at < last; at++) {
    const from = messages.from[at] as number;
    if (index.kinds[from] !== 'client' || messages.names[messages.to[at] as number] !== node) continue;
    asked.add(from);
    if (index.typeOf(at) === f) named.add(from);
  }
  return only(named) ?? only(asked);
}

function only(found: ReadonlySet<number>): number | null {
  const [first] = found;
  return found.size === 1 && first !== undefined ? first : null;
}
