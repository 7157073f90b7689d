import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/time.ts';
import { type Client, DefiniteError } from '../../src/client/client.ts';
import { commandClient } from '../../src/client/command.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import type { ClientPipe } from '../../src/runtime/processes/client-processes.ts';
import { FakeClock, settled } from '../fake-clock.ts';

const hello = { process: 3, node: 'n1', colour: 'red' };
const add: Invocation = { f: 'add', key: null, value: 7 };
const read: Invocation = { f: 'read', key: 'k', value: null };

function invoke(client: Client, invocation: Invocation): Promise<Completion> {
  return client.invoke(invocation, { signal: new AbortController().signal });
}

/** A process that is only a script of what it says to what it is told. */
class ScriptedPipe implements ClientPipe {
  readonly written: unknown[] = [];
  disposed = false;
  private readonly said: (string | null)[] = [];
  private wake: () => void = () => undefined;
  private readonly script: (message: Record<string, unknown>, pipe: ScriptedPipe) => void;

  constructor(script: (message: Record<string, unknown>, pipe: ScriptedPipe) => void) {
    this.script = script;
  }

  write(line: string): void {
    expect(line).not.toContain('\n');
    const message = JSON.parse(line) as Record<string, unknown>;
    this.written.push(message);
    this.script(message, this);
  }

  say(line: unknown): void {
    this.said.push(typeof line === 'string' ? line : JSON.stringify(line));
    this.wake();
  }

  end(): void {
    this.said.push(null);
    this.wake();
  }

  get lines(): AsyncIterable<string> {
    return this.read();
  }

  private async *read(): AsyncGenerator<string> {
    for (;;) {
      const line = this.said.shift();
      if (line === null) return;
      if (line === undefined) await new Promise<void>(resolve => (this.wake = resolve));
      else yield line;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    this.end();
  }
}

/** Ready at once; to an operation it says what the test wants. */
function answering(reply: (message: Record<string, unknown>, pipe: ScriptedPipe) => void): ScriptedPipe {
  return new ScriptedPipe((message, pipe) =>
    message['type'] === 'hello' ? pipe.say({ type: 'ready' }) : reply(message, pipe),
  );
}

async function connected(pipe: ClientPipe): Promise<Client> {
  return await commandClient({ pipe, hello, clock: new FakeClock() });
}

describe('hello', () => {
  test('says who we are and what the system wants it to know, and waits for ready', async () => {
    const pipe = answering(() => undefined);
    await using _client = await connected(pipe);
    expect(pipe.written).toEqual([{ type: 'hello', ordeal: 1, process: 3, node: 'n1', colour: 'red' }]);
  });

  test.each([
    ['says why it cannot', '{"type":"fail","error":"no such node"}', 'no such node'],
    ['says something else', 'starting up...', 'it answered hello with "starting up..."'],
    ['says something else in JSON', '{"type":"ok"}', 'it answered hello with "{\\"type\\":\\"ok\\"}"'],
  ])('a process that %s is rejected, and ended', async (_, line, error) => {
    const pipe = new ScriptedPipe((_message, self) => self.say(line));
    await expect(connected(pipe)).rejects.toThrow(error);
    expect(pipe.disposed).toBe(true);
  });

  test('a process that ends is rejected', async () => {
    const pipe = new ScriptedPipe((_message, self) => self.end());
    await expect(connected(pipe)).rejects.toThrow('its process ended before it was ready');
  });

  test('a process that says nothing is rejected at the deadline, and ended', async () => {
    const pipe = new ScriptedPipe(() => undefined);
    const clock = new FakeClock();
    const client = commandClient({ pipe, hello, clock, readyDeadlineMs: 700 });
    await expect(clock.run(client)).rejects.toThrow("the client's process: no answer within 700 ms");
    expect(pipe.disposed).toBe(true);
  });
});

describe('an operation', () => {
  test('is asked with a number of its own, and ends as the process says', async () => {
    const answers = [
      { type: 'ok', value: [7], more: 'ignored' },
      { type: 'ok' },
      { type: 'ok', value: null },
      { type: 'fail', error: 'refused' },
      { type: 'fail', value: 'refused', error: 'another value' },
      { type: 'info', error: 'timeout' },
    ];
    const pipe = answering(({ id }, self) => self.say({ id, ...answers[Number(id) - 1] }));
    await using client = await connected(pipe);
    const ended: Completion[] = [];
    for (const _ of answers) ended.push(await invoke(client, read));
    expect(ended).toEqual([{ type: 'ok', value: [7] }, ...answers.slice(1)]);
    expect(pipe.written.slice(1, 3)).toEqual([
      { type: 'invoke', id: 1, f: 'read', key: 'k', value: null },
      { type: 'invoke', id: 2, f: 'read', key: 'k', value: null },
    ]);
  });

  test.each([
    ['no JSON', 'oops', 'the client said "oops": not a JSON object'],
    ['a list', '[1]', 'the client said "[1]": not a JSON object'],
    ['an empty line', '', 'the client said "": not a JSON object'],
    ['another type', '{"type":"done","id":1}', 'its "type" is none of ok, fail, info'],
    ['another id', '{"type":"ok","id":2}', 'its "id" is not 1'],
    ['no id', '{"type":"fail"}', 'its "id" is not 1'],
    ['an error that is no text', '{"type":"fail","id":1,"error":5}', 'its "error" is not text'],
    ['a long line', 'x'.repeat(500), `${'x'.repeat(200)}...": not a JSON object`],
  ])('is info when it is answered with %s; then nothing more is asked', async (_, line, error) => {
    const pipe = answering((_message, self) => self.say(line));
    await using client = await connected(pipe);
    const ended = await invoke(client, add);
    expect(ended).toEqual({ type: 'info', error: expect.stringContaining(error) as string });
    await expect(invoke(client, add)).rejects.toThrow(DefiniteError);
    expect(pipe.written.length).toBe(2);
  });

  test('is info when the process ends with it', async () => {
    const pipe = answering((_message, self) => self.end());
    await using client = await connected(pipe);
    expect(await invoke(client, add)).toEqual({ type: 'info', error: "the client's process ended" });
  });

  test('is info when the pipe breaks, whether it is read or written', async () => {
    const broken = answering(() => {
      throw new Error('EPIPE');
    });
    await using client = await connected(broken);
    await expect(invoke(client, add)).rejects.toThrow('EPIPE');

    let lines = 0;
    const unheard: ClientPipe = {
      write: () => undefined,
      lines: {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            if (lines++ === 0) return { value: '{"type":"ready"}', done: false };
            await settled();
            throw new Error('EIO');
          },
        }),
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    await using other = await connected(unheard);
    expect(await invoke(other, add)).toEqual({ type: 'info', error: "the client's process cannot be heard: EIO" });
  });

  test('is fail when the process was gone before, or had said what nobody asked', async () => {
    const gone = answering(() => undefined);
    await using client = await connected(gone);
    gone.end();
    await settled();
    await expect(invoke(client, add)).rejects.toThrow(new DefiniteError("not asked: the client's process ended"));

    const talkative = answering(() => undefined);
    await using other = await connected(talkative);
    talkative.say('hi');
    await settled();
    const reason = 'not asked: the client said "hi": nothing was asked';
    await expect(invoke(other, add)).rejects.toThrow(new DefiniteError(reason));
    expect([gone, talkative].map(({ written }) => written.length)).toEqual([1, 1]);
  });

  test('is given up when the client is closed, and the process with it', async () => {
    const pipe = answering(() => undefined);
    const client = await connected(pipe);
    const open = invoke(client, add);
    await client[Symbol.asyncDispose]();
    expect(await open).toEqual({ type: 'info', error: 'the client was closed' });
    expect(pipe.disposed).toBe(true);
  });
});

/** A real process, which runs this script. */
function processOf(script: string): ClientPipe & { readonly exit: Promise<number | null> } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = new Promise<number | null>(resolve => child.on('exit', resolve));
  child.stdin.on('error', () => undefined);
  return {
    exit,
    write: line => void child.stdin.write(`${line}\n`),
    lines: createInterface({ input: child.stdout }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exit;
    },
  };
}

const smallSet = `
import { createInterface } from 'node:readline';
const set = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { type, id, f, value } = JSON.parse(line);
  if (type === 'hello') console.log('{"type":"ready"}');
  else if (f === 'read') console.log(JSON.stringify({ type: 'ok', id, value: set }));
  else if (value === 'die') process.exit(3);
  else { set.push(value); console.log(JSON.stringify({ type: 'ok', id })); }
}`;

describe('a process', () => {
  test('of a few lines is a client, and ends with its input', async () => {
    const pipe = processOf(smallSet);
    {
      await using client = await commandClient({ pipe, hello, clock: systemClock(), readyDeadlineMs: 30_000 });
      expect(await invoke(client, { ...add, value: 'ä\n' })).toEqual({ type: 'ok' });
      expect(await invoke(client, add)).toEqual({ type: 'ok' });
      expect(await invoke(client, read)).toEqual({ type: 'ok', value: ['ä\n', 7] });
    }
    expect(await pipe.exit).toBe(0);
  });

  test('that dies in an operation leaves it info, and the next one fail', async () => {
    const pipe = processOf(smallSet);
    await using client = await commandClient({ pipe, hello, clock: systemClock(), readyDeadlineMs: 30_000 });
    const ended = await invoke(client, { ...add, value: 'die' });
    expect(ended).toEqual({ type: 'info', error: "the client's process ended" });
    await expect(invoke(client, read)).rejects.toThrow(DefiniteError);
  });
});
