/**
 * A client in a process of its own, in any language, which is told on standard input what to do and answers on standard
 * output: one JSON object a line, UTF-8, and nothing else there (what it logs goes to standard error).
 *
 *     we   {"type":"hello","ordeal":1,"process":3,"node":"n1", ...options of the system}
 *     it   {"type":"ready"}
 *     we   {"type":"invoke","id":1,"f":"add","key":null,"value":7}
 *     it   {"type":"ok","id":1}
 *     we   {"type":"invoke","id":2,"f":"read","key":null,"value":null}
 *     it   {"type":"ok","id":2,"value":[7]}
 *
 * What such a client must know:
 *
 * - To `hello` it answers once, within 5 s: `ready`, or `{"type":"fail","error":"why not"}`. `ordeal` is the version of
 *   this protocol. Fields that it does not know it leaves alone.
 * - It is asked one operation at a time and answers each once, with its `id`: `ok` it happened (`value`: what was read),
 *   `fail` it certainly did not and never will, `info` nobody knows. `error` is text for people, and may always be there.
 * - In doubt `info`. A wrong `fail` invents bugs in the store. Never try a request again: the first may yet take effect.
 * - Deadlines are ours. Who answers too late is not heard any more: its input is closed, and another process takes over.
 * - When its input ends it ends, whatever it is doing. It may be stopped (SIGSTOP) and resumed at any point.
 *
 * How it can mislead: a line that cannot be understood, or that answers nothing that was asked, makes everything after it
 * doubtful. So the open operation is then `info`, and the process is asked nothing more. The same when it ends.
 */
import type { NodeName, ProcessId } from '../base/names.ts';
import { type Clock, withDeadline } from '../base/time.ts';
import type { Completion, Invocation } from '../history/event.ts';
import type { ClientPipe } from '../runtime/processes/client-processes.ts';
import { type Client, DefiniteError } from './client.ts';

export interface CommandClientOptions {
  /** Closed together with the client, or when it does not get ready. */
  readonly pipe: ClientPipe;
  /** Sent in `hello`, as JSON, beside `type` and `ordeal`. */
  readonly hello: { readonly process: ProcessId; readonly node: NodeName; readonly [option: string]: unknown };
  readonly clock: Clock;
  /** How long it may take until it is ready. @default 5000 */
  readonly readyDeadlineMs?: number;
}

const version = 1;
const defaultReadyDeadlineMs = 5000;

/** Resolves when the process is ready. Rejects with the reason when it is not; then nothing was asked of it. */
export async function commandClient(options: CommandClientOptions): Promise<Client> {
  const { pipe, hello, clock, readyDeadlineMs = defaultReadyDeadlineMs } = options;
  const lines = pipe.lines[Symbol.asyncIterator]();
  try {
    pipe.write(JSON.stringify({ ...hello, type: 'hello', ordeal: version }));
    const limit = { clock, deadlineMs: readyDeadlineMs, what: "the client's process" };
    const first = await withDeadline(limit, () => lines.next());
    const refusal = first.done === true ? 'its process ended before it was ready' : notReady(first.value);
    if (refusal !== null) throw new Error(refusal);
  } catch (error) {
    await pipe[Symbol.asyncDispose]();
    throw error;
  }
  return new CommandClient(pipe, lines);
}

/** Why this is not the answer to `hello`, or null. */
function notReady(line: string): string | null {
  const said = jsonObject(line);
  if (said?.['type'] === 'ready') return null;
  if (said?.['type'] === 'fail' && typeof said['error'] === 'string') return said['error'];
  return `it answered hello with ${show(line)}`;
}

interface OpenOperation {
  readonly id: number;
  readonly end: (completion: Completion) => void;
}

class CommandClient implements Client {
  private readonly pipe: ClientPipe;
  private open: OpenOperation | null = null;
  private serial = 0;
  /** Why nothing more is asked; null as long as all is well. */
  private over: string | null = null;

  constructor(pipe: ClientPipe, lines: AsyncIterator<string>) {
    this.pipe = pipe;
    void this.listen(lines);
  }

  get ended(): boolean {
    return this.over !== null;
  }

  // The signal is not looked at. Who lets it run out closes the client, and that ends whatever it waits for.
  async invoke({ f, key, value }: Invocation): Promise<Completion> {
    if (this.over !== null) throw new DefiniteError(`not asked: ${this.over}`);
    const id = ++this.serial;
    return await new Promise<Completion>(end => {
      this.open = { id, end };
      this.pipe.write(JSON.stringify({ type: 'invoke', id, f, key, value }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.finish('the client was closed');
    await this.pipe[Symbol.asyncDispose]();
  }

  private async listen(lines: AsyncIterator<string>): Promise<void> {
    try {
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) this.hear(next.value);
      this.finish("the client's process ended");
    } catch (error) {
      this.finish(`the client's process cannot be heard: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private hear(line: string): void {
    if (this.over !== null) return;
    const answer = this.open === null ? 'nothing was asked' : answerTo(this.open.id, line);
    if (typeof answer === 'string') {
      this.finish(`the client said ${show(line)}: ${answer}`);
      return;
    }
    const { open } = this;
    this.open = null;
    open?.end(answer);
  }

  private finish(reason: string): void {
    this.over ??= reason;
    this.open?.end({ type: 'info', error: this.over });
    this.open = null;
  }
}

const outcomes: ReadonlySet<unknown> = new Set(['ok', 'fail', 'info']);

/** How the operation ended, or what is wrong with this line. */
function answerTo(id: number, line: string): Completion | string {
  const said = jsonObject(line);
  if (said === null) return 'not a JSON object';
  const { type, error } = said;
  if (!outcomes.has(type)) return 'its "type" is none of ok, fail, info';
  if (said['id'] !== id) return `its "id" is not ${id}`;
  if (error !== undefined && typeof error !== 'string') return 'its "error" is not text';
  return {
    type: type as Completion['type'],
    ...('value' in said ? { value: said['value'] } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

function jsonObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function show(line: string): string {
  const shown = line.trim();
  return JSON.stringify(shown.length > 200 ? `${shown.slice(0, 200)}...` : shown);
}
