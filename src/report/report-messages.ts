/**
 * The messages between the nodes of a run, from the file in which its network kept them; that says what a line means
 * (`runtime/stdio/message-log.ts`).
 *
 * There may be a million of them, and a page can show some thousands. Those are wanted that were under way when something
 * went wrong, so the nearest to given moments are taken, and the others counted. The very nearest keep most of what they
 * said, when all together said too much.
 *
 * How it can mislead: between two moments there may be a gap that looks like silence. `leftOut` is more than 0 then.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Nanos } from '../base/names.ts';
import type { ReportMessages } from './data.ts';
import { fairLimit } from './fair-limit.ts';

export interface MessageSelection {
  readonly messages: ReportMessages;
  readonly leftOut: number;
}

export const noMessages: ReportMessages = {
  length: 0,
  from: new Int32Array(0),
  to: new Int32Array(0),
  sent: new Float64Array(0),
  arrived: new Float64Array(0),
  fate: new Uint8Array(0),
  body: new Int32Array(0),
  names: [],
  bodies: [],
};

const mostMessages = 20_000;
const mostBodyCharacters = 600_000;
const longestBody = 200;
/** So many, the nearest to what went wrong, are not cut any further. */
const mostWhole = 1_000;

/** As it is read; the text of its body is made only when it is chosen. */
interface LoggedMessage {
  readonly sent: Nanos;
  readonly from: string;
  readonly to: string;
  readonly arrived?: Nanos;
  readonly lost?: Nanos;
  readonly body?: unknown;
  /** The beginning of the text of a body that was too long. */
  readonly cut?: string;
}

/**
 * `around`: moments for which messages are wanted first, when there are too many; without any, the first messages are. A
 * file that is not there has none; one that was cut off is read as far as it goes.
 */
export function readMessages(path: string, around: readonly number[]): MessageSelection {
  if (!existsSync(path)) return { messages: noMessages, leftOut: 0 };
  const { logged, leftOut } = readLog(path);
  const chosen = nearestFirst(logged, around).slice(0, mostMessages);
  const near = new Set(around.length === 0 ? [] : chosen.slice(0, mostWhole));
  const messages = chosen.toSorted((left, right) => left.sent - right.sent);
  return { messages: columnsOf(messages, near), leftOut: leftOut + logged.length - chosen.length };
}

function readLog(path: string): { readonly logged: readonly LoggedMessage[]; readonly leftOut: number } {
  const logged: LoggedMessage[] = [];
  let leftOut = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const value = parse(line);
    if (value === null) continue;
    if (isMessage(value)) logged.push(value);
    else if (typeof value['leftOut'] === 'number') leftOut += value['leftOut'];
  }
  return { logged, leftOut };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>> | null;
  } catch {
    // The last line of a run that was killed, or whose disk was full.
    return null;
  }
}

function isMessage(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & LoggedMessage {
  return typeof value['sent'] === 'number' && typeof value['from'] === 'string' && typeof value['to'] === 'string';
}

function nearestFirst(logged: readonly LoggedMessage[], around: readonly number[]): readonly LoggedMessage[] {
  const moments = around.length === 0 ? [0] : around.toSorted((left, right) => left - right);
  const distances = Float64Array.from(logged, message => distanceOf(message, moments));
  const nearest = Array.from(logged.keys()).toSorted((a, b) => (distances[a] as number) - (distances[b] as number));
  return nearest.map(index => logged[index] as LoggedMessage);
}

/** From the time that it was under way to the nearest moment. */
function distanceOf({ sent, arrived, lost }: LoggedMessage, moments: readonly number[]): number {
  const end = arrived ?? lost ?? sent;
  const next = firstFrom(moments, sent);
  const after = Math.max(0, (moments[next] ?? Infinity) - end);
  const before = sent - (moments[next - 1] ?? -Infinity);
  return Math.min(after, before);
}

/** Index of the first moment that is not before this time. */
function firstFrom(moments: readonly number[], time: Nanos): number {
  let low = 0;
  for (let high = moments.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function columnsOf(messages: readonly LoggedMessage[], near: ReadonlySet<LoggedMessage>): ReportMessages {
  const names = new Table();
  const whole = new Table();
  const wholeIds = Int32Array.from(messages, message => whole.id(bodyText(message)));
  const kept = new Set(wholeIds.filter((_, at) => near.has(messages[at] as LoggedMessage)));
  const texts = cutAllBut(kept, whole.texts);
  const bodies = new Table();
  // Some are the same once they are cut.
  const ids = texts.map(text => bodies.id(text));
  return {
    length: messages.length,
    from: Int32Array.from(messages, ({ from }) => names.id(from)),
    to: Int32Array.from(messages, ({ to }) => names.id(to)),
    sent: Float64Array.from(messages, ({ sent }) => sent),
    arrived: Float64Array.from(messages, ({ arrived }) => arrived ?? Infinity),
    fate: Uint8Array.from(messages, fateOf),
    body: wholeIds.map(id => ids[id] as number),
    names: names.texts,
    bodies: bodies.texts,
  };
}

/** To what they may take together. */
function cutAllBut(kept: ReadonlySet<number>, texts: readonly string[]): readonly string[] {
  let room = mostBodyCharacters;
  for (const id of kept) room -= (texts[id] as string).length;
  const others = texts.filter((_, id) => !kept.has(id)).map(text => text.length);
  const limit = fairLimit(others, room);
  return texts.map((text, id) => (kept.has(id) ? text : cutTo(text, limit)));
}

/** As `ReportMessages` has it. */
function fateOf({ arrived, lost }: LoggedMessage): number {
  if (arrived !== undefined) return 0;
  return lost === undefined ? 2 : 1;
}

function bodyText({ body, cut }: LoggedMessage): string {
  return cutTo(cut === undefined ? JSON.stringify(body ?? null) : `${cut}…`, longestBody);
}

function cutTo(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`;
}

/** Texts, each once. */
class Table {
  readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();

  id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.ids.set(text, id);
    }
    return id;
  }
}
