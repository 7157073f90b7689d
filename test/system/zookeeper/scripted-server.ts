/**
 * A server that speaks ZooKeeper's wire format and does what the test says: it answers each request with the next reply of
 * a script, or breaks the connection in one of the ways in which servers do.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import { buffer, Frames, flag, frame, int, long, type Reader, requests } from '../../../src/system/zookeeper/wire.ts';

/** What becomes of a request: its answer, or how the connection ends. */
export type Turn = { readonly error: number; readonly body?: Buffer } | 'hang' | 'eof' | 'reset' | 'garbage';

export interface Script {
  /** What becomes of the first message. @default a session */
  readonly session?: 'given' | 'expired' | 'eof' | 'reset' | 'hang' | 'garbage';
  readonly turns?: readonly Turn[];
}

/** `getData 'key-1'`: a request as the server understood it. */
export type Heard = string;

export class ScriptedServer implements AsyncDisposable {
  /** Everything that was asked, pings and goodbyes as well. */
  readonly heard: Heard[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly turns: Turn[];

  private constructor(script: Script) {
    this.turns = [...(script.turns ?? [])];
    this.server = createServer(socket => this.serve(socket, script));
  }

  static async start(script: Script = {}): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script);
    await new Promise<void>(resolve => scripted.server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get endpoint(): Endpoint {
    const address = this.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { host: '127.0.0.1', port, proxied: false };
  }

  /** How many connections are open. */
  get connections(): number {
    return this.sockets.size;
  }

  /** As when the process is killed. */
  breakConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.breakConnections();
    await new Promise<void>(resolve => this.server.close(() => resolve()));
  }

  private serve(socket: Socket, { session = 'given' }: Script): void {
    const frames = new Frames();
    let begun = false;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', piece => {
      for (const reader of frames.push(piece)) {
        if (begun) this.answer(socket, reader);
        else if (session === 'given' || session === 'expired')
          socket.write(sessionAnswer(session === 'given' ? 9_000 : 0));
        else end(socket, session);
        begun = true;
      }
    });
  }

  private answer(socket: Socket, reader: Reader): void {
    const xid = reader.int();
    const type = reader.int();
    const name = Object.entries(requests).find(([, number]) => number === type)?.[0] ?? String(type);
    if (type === requests.ping) {
      this.heard.push('ping');
      socket.write(reply(-2, { error: 0 }));
    } else if (type === requests.closeSession) {
      this.heard.push('closeSession');
      socket.end(reply(xid, { error: 0 }));
    } else {
      this.heard.push(`${name} ${reader.text()}`);
      const turn = this.turns.shift() ?? 'hang';
      if (typeof turn === 'string') end(socket, turn);
      else socket.write(reply(xid, turn));
    }
  }
}

/** The answer to `getData`. */
export function data(value: unknown, version = 0): Turn {
  const stat = Buffer.concat([Buffer.alloc(32), int(version), Buffer.alloc(32)]);
  return { error: 0, body: Buffer.concat([buffer(Buffer.from(JSON.stringify(value))), stat]) };
}

/** The answer to `getChildren`. */
export function children(...names: readonly string[]): Turn {
  return { error: 0, body: Buffer.concat([int(names.length), ...names.map(name => buffer(Buffer.from(name)))]) };
}

export const done: Turn = { error: 0 };

function reply(xid: number, { error, body = Buffer.alloc(0) }: { error: number; body?: Buffer }): Buffer {
  return frame(int(xid), long(7n), int(error), body);
}

function sessionAnswer(timeoutMs: number): Buffer {
  return frame(int(0), int(timeoutMs), long(1n), buffer(Buffer.alloc(16)), flag(false));
}

function end(socket: Socket, how: 'hang' | 'eof' | 'reset' | 'garbage'): void {
  if (how === 'eof') socket.end();
  else if (how === 'reset') socket.resetAndDestroy();
  else if (how === 'garbage') socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
}
