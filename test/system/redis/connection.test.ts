import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/base/time.ts';
import { LostError, NotSentError, openConnection } from '../../../src/system/redis/connection.ts';
import { type Script, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const clock = systemClock();
const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await scriptedServer(script);
  servers.push(server);
  return server;
}

/** A clock on which time passes when it is told to. */
function handClock(): Clock & { pass(): void } {
  const waiting = new Set<() => void>();
  return {
    now: () => 0,
    schedule(_delayMs, callback) {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    pass() {
      for (const callback of waiting) callback();
    },
  };
}

/** Of what is certain to come. */
const patience = { timeout: 30_000 };

describe('opening a connection', () => {
  test('asks nothing of a server that is reached directly', async () => {
    const server = await serve({ answer: () => '+PONG' });
    using connection = await openConnection({ endpoint: server.endpoint, clock });
    expect(await connection.ask(['ECHO', 'x'])).toBe('PONG');
    expect(server.heard).toEqual(['1 ECHO x']);
  });

  test('says who did not let us in', async () => {
    const server = await serve({ answer: () => '+PONG' });
    await server.stop();
    const refused = openConnection({ endpoint: server.endpoint, clock });
    await expect(refused).rejects.toThrow(new NotSentError(`127.0.0.1:${server.endpoint.port}: ECONNREFUSED`));
  });

  test('behind a proxy, waits for an answer, even if it is that the server is still loading', async () => {
    const pings = ['+PONG', '-LOADING wait'];
    const server = await serve({
      answer: ([name]) => (name === 'PING' ? pings.shift() : '+OK') ?? 'hang',
      proxied: true,
    });
    for (const _ of [1, 2]) {
      using connection = await openConnection({ endpoint: server.endpoint, clock });
      expect(await connection.ask(['SET', 'a', 'b'])).toBe('OK');
    }
    expect(server.heard).toEqual(['1 PING', '1 SET a b', '2 PING', '2 SET a b']);
  });

  test.each([
    ['close', 'closed by the server (EOF)'],
    ['reset', 'connection lost (ECONNRESET)'],
  ] as const)('behind a proxy, %s before the first answer means that nothing was sent', async (deed, reason) => {
    const server = await serve({ answer: () => deed, proxied: true });
    await expect(openConnection({ endpoint: server.endpoint, clock })).rejects.toThrow(new NotSentError(reason));
  });

  test('behind a proxy with nobody answering, it ends at its deadline and hangs up', async () => {
    const server = await serve({ answer: () => 'hang', proxied: true });
    const hands = handClock();
    const late = openConnection({ endpoint: server.endpoint, clock: hands, deadlineMs: 400 });
    const verdict = expect(late).rejects.toThrow(
      new NotSentError(`connecting to 127.0.0.1:${server.endpoint.port}: no answer within 400 ms`),
    );
    await expect.poll(() => server.heard.length, patience).toBe(1);
    hands.pass();
    await verdict;
    await server.hungUp();
  });

  test('is given up when nobody wants it any more', async () => {
    const server = await serve({ answer: () => '+PONG' });
    const signal = AbortSignal.abort(new Error('the run was ended'));
    const given = openConnection({ endpoint: server.endpoint, clock, signal });
    await expect(given).rejects.toThrow(new NotSentError('the run was ended'));
  });
});

describe('a connection', () => {
  test('that the server greeted with an error was never of use', async () => {
    const server = await serve({ answer: () => 'hang', greeting: '-ERR max number of clients reached' });
    using connection = await openConnection({ endpoint: server.endpoint, clock });
    await expect.poll(() => connection.ended, patience).toBe(true);
    await expect(connection.ask(['PING'])).rejects.toThrow(new NotSentError('ERR max number of clients reached'));
  });

  test('that is told more than it asked has ended', async () => {
    const server = await serve({ answer: () => '+OK\r\n+AGAIN\r\n' });
    using connection = await openConnection({ endpoint: server.endpoint, clock });
    expect(await connection.ask(['PING'])).toBe('OK');
    await expect(connection.ask(['PING'])).rejects.toThrow(new NotSentError('an answer to no question: "AGAIN"'));
  });

  test('closed by us while it waits says that the answer is lost', async () => {
    const server = await serve({ answer: () => 'hang' });
    const connection = await openConnection({ endpoint: server.endpoint, clock });
    const asked = connection.ask(['PING']);
    const verdict = expect(asked).rejects.toThrow(new LostError('closed by the client'));
    connection[Symbol.dispose]();
    await verdict;
    await expect(connection.ask(['PING'])).rejects.toThrow(new NotSentError('closed by the client'));
  });
});
