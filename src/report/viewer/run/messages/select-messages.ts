/**
 * Which messages are drawn: those of the visible time that no filter hides; when they are too many for a drawing, those
 * around a moment. The columns are searched, not walked: a run may have a hundred thousand messages.
 */
import type { ReportMessages } from '../../../data.ts';
import { firstAfter, firstAt } from '../distribution/latency-groups.ts';

export type Kind = 'node' | 'service' | 'client';

export interface MessageIndex {
  /** What each of `names` is. */
  readonly kinds: readonly Kind[];
  /** Message type by body; filled when it is asked for. */
  typeOf(message: number): string;
  /** The longest time that one was under way. */
  readonly longest: number;
}

export interface Drawn {
  /** Ascending; at most `most`. */
  readonly shown: readonly number[];
  /** How many there are in the visible time that no filter hides. */
  readonly total: number;
  /** The time that the drawing covers: all that is visible, or less. */
  readonly from: number;
  readonly to: number;
}

export interface Choice {
  readonly from: number;
  readonly to: number;
  readonly withClients: boolean;
  readonly hidden: ReadonlySet<string>;
  /** Around which to look when there are too many. */
  readonly centre: number;
  readonly most: number;
}

export function indexMessages(messages: ReportMessages, nodes: readonly string[]): MessageIndex {
  const known = new Set(nodes);
  const types: (string | undefined)[] = [];
  let longest = 0;
  for (let at = 0; at < messages.length; at++) {
    const delay = (messages.arrived[at] as number) - (messages.sent[at] as number);
    if (delay > longest && delay < Number.POSITIVE_INFINITY) longest = delay;
  }
  return {
    kinds: messages.names.map(name => (known.has(name) ? 'node' : /^c\d+$/.test(name) ? 'client' : 'service')),
    longest,
    typeOf: message => {
      const body = messages.body[message] as number;
      return (types[body] ??= messageType(messages.bodies[body] ?? ''));
    },
  };
}

/** The `type` of a body, also of one that was cut; "" when there is none. */
export function messageType(body: string): string {
  const quick = /^\{\s*"type"\s*:\s*"([^"\\]*)"/.exec(body);
  if (quick) return quick[1] ?? '';
  try {
    const value: unknown = JSON.parse(body);
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    return typeof type === 'string' ? type : '';
  } catch {
    return /"type"\s*:\s*"([^"\\]*)"/.exec(body)?.[1] ?? '';
  }
}

/** Every message of this time, whatever its type: ids, ascending. */
export function messagesBetween(
  { messages, index }: { readonly messages: ReportMessages; readonly index: MessageIndex },
  { from, to, withClients }: Pick<Choice, 'from' | 'to' | 'withClients'>,
): readonly number[] {
  const { sent, arrived } = messages;
  const isClient = (name: number): boolean => index.kinds[name] === 'client';
  const end = firstAfter(sent, to);
  const result: number[] = [];
  for (let at = firstAt(sent, from - index.longest); at < end; at++) {
    const last = Number.isFinite(arrived[at]) ? (arrived[at] as number) : (sent[at] as number);
    if (last < from) continue;
    if (!withClients && (isClient(messages.from[at] as number) || isClient(messages.to[at] as number))) continue;
    result.push(at);
  }
  return result;
}

/** How often each type is among these, the most frequent first. */
export function typeCounts(found: readonly number[], index: MessageIndex): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const message of found) {
    const type = index.typeOf(message);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].toSorted((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

/** Of these, those that are drawn. */
export function chooseMessages(
  { sent }: Pick<ReportMessages, 'sent'>,
  wanted: readonly number[],
  { from, to, centre, most }: Pick<Choice, 'from' | 'to' | 'centre' | 'most'>,
): Drawn {
  const total = wanted.length;
  if (total <= most) return { shown: wanted, total, from, to };
  const next = wanted.findIndex(message => (sent[message] as number) >= centre);
  const middle = next < 0 ? total : next;
  const first = Math.min(Math.max(0, middle - Math.floor(most / 2)), total - most);
  const shown = wanted.slice(first, first + most);
  const edge = (message: number | undefined, otherwise: number): number =>
    message === undefined ? otherwise : Math.min(Math.max(sent[message] ?? otherwise, from), to);
  const [begin, end] = [edge(shown[0], from), edge(shown.at(-1), to)];
  // All at one moment: an axis needs a length.
  return { shown, total, from: begin, to: Math.max(end, begin + 10) };
}
