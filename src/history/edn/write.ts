/**
 * Writes a history in EDN, one operation a line, so that Jepsen's checkers (Knossos, Elle) can judge it too.
 *
 * What others need: keywords, processes as numbers, `:nemesis` for everything that is no operation, and in every completion
 * the value (they take that of the completion, so an `:ok` write repeats what it wrote). Where operations have keys, values
 * are pairs `[k v]`.
 *
 * What only we read stands in members of our own, which others pass over: `:ordeal/header` in the first line,
 * `:ordeal/event` in the lines of the nemesis, and `:ordeal/echo`, which says whether the value of a completion only
 * repeats the argument. With these, reading the file again gives the same history.
 *
 * Times are as recorded; indexes are counted anew, without gaps. An `:info` has the value that was asked for.
 */
import { eventsOf } from '../assemble.ts';
import type { CompletionEvent, FaultEvent, HistoryEvent, InvokeEvent } from '../event.ts';
import type { History } from '../history.ts';
import { canonicalText } from '../intern.ts';

export interface EdnOptions {
  /**
   * `tuples`: the values are pairs of key and value, as Jepsen's independent checkers want them. `members`: the key is a
   * member of its own, `:key`.
   * @default 'tuples' when an operation has a key
   */
  readonly keys?: 'tuples' | 'members';
}

/** The lines, each with its newline. */
export function* ednLines(history: History, options: EdnOptions = {}): Generator<string> {
  const isKeyed = history.operations.length > 0 && [...history.operations.byKey().keys()].some(key => key !== null);
  const independent = isKeyed && options.keys !== 'members';
  const open = new Map<number, InvokeEvent>();
  let first = `, :ordeal/header ${ednText({ ...history.header, independent })}`;
  let index = 0;
  for (const event of eventsOf(history)) {
    yield `{${members(event, open, independent)}, :time ${event.time}, :index ${index}${first}}\n`;
    first = '';
    index++;
  }
}

function members(event: HistoryEvent, open: Map<number, InvokeEvent>, independent: boolean): string {
  switch (event.type) {
    case 'invoke':
      open.set(event.process, event);
      return operation(event, event, event.value, independent);
    case 'fault':
    case 'phase':
    case 'replica':
      return nemesis(event);
    default: {
      const invocation = open.get(event.process) as InvokeEvent;
      open.delete(event.process);
      const { value, echo } = answer(invocation, event);
      const error = event.error === undefined ? '' : `, :error ${ednString(event.error)}`;
      return `${operation(event, invocation, value, independent)}${error}${echo}`;
    }
  }
}

function operation(
  { type }: InvokeEvent | CompletionEvent,
  { process, f, key, node }: InvokeEvent,
  value: unknown,
  independent: boolean,
): string {
  const shown = independent ? `[${ednText(key)} ${ednText(value)}]` : ednText(value);
  const keyMember = independent || key === null ? '' : `, :key ${ednText(key)}`;
  const nodeMember = node === null ? '' : `, :node ${ednString(node)}`;
  return `:process ${process}, :type :${type}, :f ${keywordText(f)}${keyMember}, :value ${shown}${nodeMember}`;
}

/** What a completion shows: its result, else the argument again. */
function answer(invocation: InvokeEvent, { type, value }: CompletionEvent): { value: unknown; echo: string } {
  const argument = invocation.value ?? null;
  if (type === 'info') return { value: argument, echo: '' };
  if (value === undefined) return { value: argument, echo: type === 'fail' ? '' : ', :ordeal/echo true' };
  const isSame = type === 'fail' && canonicalText(value) === canonicalText(argument);
  return { value, echo: isSame ? ', :ordeal/echo false' : '' };
}

/** In Jepsen's words for people, and whole for us. */
function nemesis(event: Exclude<HistoryEvent, InvokeEvent | CompletionEvent>): string {
  const { index: _, time: __, ...own } = event;
  const [f, value] =
    event.type === 'fault'
      ? [`${event.phase === 'begin' ? 'start' : 'stop'}-${event.fault.kind}`, faultWords(event)]
      : event.type === 'phase'
        ? ['phase', event.name]
        : ['replica', { [event.node]: event.state }];
  return `:process :nemesis, :type :info, :f ${keywordText(f)}, :value ${ednText(value)}, :ordeal/event ${ednText(own)}`;
}

function faultWords({ fault }: FaultEvent): string {
  return fault.evidence === undefined ? fault.description : `${fault.description}: ${fault.evidence}`;
}

function keywordText(name: string): string {
  return /^[A-Za-z*!_?$%&=<>][\w*!?$%&=<>.#-]*$/.test(name) ? `:${name}` : ednString(name);
}

/** A value of a history, which is JSON, in EDN. The names of objects are strings. */
export function ednText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value).replace('e+', 'e');
  if (typeof value === 'string') return ednString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return 'nil';
  if (Array.isArray(value)) return `[${value.map(ednText).join(' ')}]`;
  const entries = Object.entries(value).map(([name, member]) => `${ednString(name)} ${ednText(member)}`);
  return `{${entries.join(', ')}}`;
}

/** Half of a surrogate pair cannot be written in UTF-8, and some readers trip over control characters. */
function ednString(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, '\\$&').replaceAll(/\p{Control}/gu, escapeUnit);
  return `"${escaped.replaceAll(/\p{Surrogate}/gu, escapeUnit)}"`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
