/**
 * The vertical lines of the message diagram: nodes in the order of the run, then services, then the clients that talk. Many
 * clients share one line, for there may be a new one for each operation.
 */
import type { ReportMessages } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import type { Kind, MessageIndex } from './select-messages.ts';

export interface Lifelines {
  readonly lines: readonly Lifeline[];
  /** Number of the line by name index; undefined for who does not talk here. */
  readonly lineOf: ReadonlyMap<number, number>;
}

export interface Lifeline {
  readonly name: string;
  readonly kind: Kind;
  /** Place in the list of nodes, for its colour; -1 for others. */
  readonly node: number;
}

/** More share one line. */
const mostClients = 6;

export function lifelinesOf(
  { messages, index, nodes }: { messages: ReportMessages; index: MessageIndex; nodes: readonly string[] },
  shown: readonly number[],
): Lifelines {
  const talking = new Set(shown.flatMap(at => [messages.from[at] as number, messages.to[at] as number]));
  const lines: Lifeline[] = nodes.map((name, node) => ({ name: showForeign(name, 40), kind: 'node', node }));
  const lineOf = new Map<number, number>();
  const add = (name: number, line: Lifeline): void => {
    lineOf.set(name, lines.length);
    lines.push(line);
  };
  messages.names.forEach((name, at) => {
    if (index.kinds[at] === 'node') lineOf.set(at, nodes.indexOf(name));
  });
  const others = (kind: Kind): readonly number[] =>
    [...talking].filter(name => index.kinds[name] === kind).toSorted((one, other) => one - other);
  const nameOf = (name: number): string => {
    const text = showForeign(messages.names[name] ?? '', 40);
    // The network's own client, which starts the nodes.
    return text === 'c0' ? 'harness' : text;
  };
  for (const name of others('service')) add(name, { name: nameOf(name), kind: 'service', node: -1 });
  const clients = others('client');
  if (clients.length <= mostClients)
    for (const name of clients) add(name, { name: nameOf(name), kind: 'client', node: -1 });
  else {
    for (const name of clients) lineOf.set(name, lines.length);
    lines.push({ name: `${clients.length} clients`, kind: 'client', node: -1 });
  }
  return { lines, lineOf };
}
