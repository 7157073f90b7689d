/** A server on loopback that speaks RESP and does what a script says: replies in pieces, silence, hanging up, a reset. */
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import { ReplyParser } from '../../../src/system/redis/resp.ts';

/** What becomes of a command: bytes to answer with (in these pieces), or something worse: `hang`, `close`, `reset`. */
export type Deed = string | readonly string[];

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Every command, as words joined by blanks, a number of the connection before it: `1 PING`. */
  readonly heard: readonly string[];
  /** Hangs up on everybody who is connected. */
  hangUp(): Promise<void>;
  /** Resolves when nobody is connected any more. */
  hungUp(): Promise<void>;
  stop(): Promise<void>;
}

export interface Script {
  /** By the words of a command. Bytes end with CR LF; that is put there when it is missing. */
  readonly answer: (command: readonly string[]) => Deed;
  /** Sent to whoever connects, and then hung up. */
  readonly greeting?: string;
  readonly proxied?: boolean;
}

export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(socket => {
    const number = ++connections;
    const parser = new ReplyParser();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (script.greeting !== undefined) socket.end(terminated(script.greeting));
    socket.on('data', piece => {
      for (const command of parser.push(piece)) {
        const words = command as readonly string[];
        heard.push(`${number} ${words.join(' ')}`);
        void carryOut(socket, script.answer(words));
      }
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return {
    endpoint: { host: '127.0.0.1', port: address.port, proxied: script.proxied ?? false },
    heard,
    async hangUp() {
      const closed = allClosed(sockets);
      for (const socket of sockets) socket.end();
      await closed;
    },
    hungUp: () => allClosed(sockets),
    stop: () => stop(server, sockets),
    [Symbol.asyncDispose]: () => stop(server, sockets),
  };
}

async function carryOut(socket: Socket, deed: Deed): Promise<void> {
  if (deed === 'hang') return;
  if (deed === 'close') {
    socket.end();
    return;
  }
  if (deed === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  const pieces = typeof deed === 'string' ? [terminated(deed)] : deed;
  for (const piece of pieces) {
    socket.write(piece);
    await turn();
  }
}

async function allClosed(sockets: ReadonlySet<Socket>): Promise<void> {
  await Promise.all([...sockets].map(socket => new Promise(resolve => socket.once('close', resolve))));
}

function terminated(text: string): string {
  return text.endsWith('\r\n') ? text : `${text}\r\n`;
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (server.listening) await new Promise(resolve => server.close(resolve));
}
