import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { Body } from '../../../src/runtime/stdio/message.ts';
import { MessageLog } from '../../../src/runtime/stdio/message-log.ts';
import { MessageNetwork } from '../../../src/runtime/stdio/network.ts';
import { FakeClock } from '../../fake-clock.ts';
import { nodeCommand, startCluster, workplace } from './fixture.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordeal-messages-'));
  path = join(folder, 'messages.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** n1, n2 and n3, ten milliseconds apart; n3 takes nothing while it is `dead` or `full`. */
function logged() {
  const clock = new FakeClock();
  const state: { n3: 'dead' | 'full' | null } = { n3: null };
  const network = new MessageNetwork({
    clock,
    random: Random.fromSeed('seed'),
    latency: { distribution: 'constant', meanMs: 10 },
    members: new Set(['n1', 'n2', 'n3']),
    deliver: to => (to === 'n3' ? state.n3 : null),
    log: new MessageLog({ path }),
  });
  const send = (from: string, to: string, body: Body): void =>
    network.send({ from, to }, { message: { src: from, dest: to, body }, line: null });
  const lines = (): string[] => {
    network.close();
    return linesOf(path);
  };
  return { clock, network, state, send, lines };
}

describe('the log of messages says of each what became of it:', () => {
  test('it arrived, at once where a client is at one end', async () => {
    const { clock, send, lines } = logged();
    await clock.advance(5);
    send('n1', 'n2', { type: 'vote', term: 3 });
    send('c1', 'n1', { type: 'read', msg_id: 1 });
    await clock.advance(20);
    expect(lines()).toEqual([
      '{"sent":5000000,"from":"c1","to":"n1","arrived":5000000,"body":{"type":"read","msg_id":1}}',
      '{"sent":5000000,"from":"n1","to":"n2","arrived":15000000,"body":{"type":"vote","term":3}}',
    ]);
  });

  test('it was sent into a cut, or was under way when the cut came', async () => {
    const { clock, network, send, lines } = logged();
    send('n1', 'n2', { text: 'under way' });
    await clock.advance(4);
    await network.apply([{ from: 'n1', to: 'n2', cut: true }]);
    await clock.advance(1);
    send('n1', 'n2', { text: 'into the cut' });
    expect(lines()).toEqual([
      '{"sent":0,"from":"n1","to":"n2","lost":4000000,"why":"cut","body":{"text":"under way"}}',
      '{"sent":5000000,"from":"n1","to":"n2","lost":5000000,"why":"cut","body":{"text":"into the cut"}}',
    ]);
  });

  test('it was lost by chance', async () => {
    const { network, send, lines } = logged();
    await network.apply([{ from: 'n1', to: 'n2', loss: 1 }]);
    send('n1', 'n2', { text: 'x' });
    expect(lines()).toEqual(['{"sent":0,"from":"n1","to":"n2","lost":0,"why":"loss","body":{"text":"x"}}']);
  });

  test('it was doubled, and both arrived', async () => {
    const { clock, network, send, lines } = logged();
    await network.apply([{ from: 'n1', to: 'n2', duplicate: 1 }]);
    send('n1', 'n2', { text: 'x' });
    await clock.advance(10);
    const line = '{"sent":0,"from":"n1","to":"n2","arrived":10000000,"body":{"text":"x"}}';
    expect(lines()).toEqual([line, line]);
  });

  test('nobody was there to take it, or nobody read', async () => {
    const { clock, state, send, lines } = logged();
    state.n3 = 'dead';
    send('n1', 'n3', { text: 'x' });
    await clock.advance(10);
    state.n3 = 'full';
    send('c1', 'n3', { text: 'y' });
    expect(lines()).toEqual([
      '{"sent":0,"from":"n1","to":"n3","lost":10000000,"why":"dead","body":{"text":"x"}}',
      '{"sent":10000000,"from":"c1","to":"n3","lost":10000000,"why":"full","body":{"text":"y"}}',
    ]);
  });

  test('it was still under way when the network was closed; what comes later is in no log', async () => {
    const { clock, network, send, lines } = logged();
    send('n1', 'n2', { text: 'under way' });
    await clock.advance(4);
    network.close();
    send('n1', 'n2', { text: 'too late' });
    network.close();
    expect(lines()).toEqual(['{"sent":0,"from":"n1","to":"n2","body":{"text":"under way"}}']);
  });
});

describe('the log of messages', () => {
  const letter = (body: Body, line: Buffer | null = null, sentMs = 0) => ({
    from: 'n1',
    to: 'n2',
    sent: sentMs * 1e6,
    parcel: { message: { src: 'n1', dest: 'n2', body }, line },
  });

  test('makes no file when nothing was said', () => {
    new MessageLog({ path })[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
  });

  test('cuts long bodies, and of very long lines reads no more than the beginning', () => {
    const body = { type: 'push', entries: 'é'.repeat(5_000) };
    const printed = (object: unknown): Buffer => Buffer.from(`${JSON.stringify(object)}\n`);
    const log = new MessageLog({ path });
    log.arrived(letter({ text: 'x'.repeat(489) }), 2);
    log.arrived(letter({ text: 'x'.repeat(490) }), 2);
    log.arrived(letter(body, printed({ id: 7, src: 'n1', dest: 'n2', body })), 2);
    log.arrived(letter(body, printed({ other: 1, body, src: 'n1', dest: 'n2' })), 2);
    log[Symbol.dispose]();
    const cuts = linesOf(path).map(line => JSON.parse(line) as { readonly cut?: string; readonly body?: Body });
    expect(cuts[0]?.body).toEqual({ text: 'x'.repeat(489) });
    expect(cuts[1]?.cut).toBe(`{"text":"${'x'.repeat(490)}"}`.slice(0, 500));
    expect(cuts[2]?.cut).toBe(`{"type":"push","entries":"${'é'.repeat(474)}`);
    expect(cuts[3]?.cut).toBe(cuts[2]?.cut);
  });

  test('survives a body that cannot be written down', () => {
    let deep: unknown = 0;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const log = new MessageLog({ path });
    log.arrived(letter({ deep }), 2);
    log[Symbol.dispose]();
    expect(linesOf(path)).toEqual([
      '{"sent":0,"from":"n1","to":"n2","arrived":2,"body":"a body that is too deep to be written down"}',
    ]);
  });

  test('keeps the beginning and the end of a long run, and counts what is missing between them', () => {
    const log = new MessageLog({ path, mostBytes: 8_000 });
    for (let count = 0; count < 1_000; count++) log.arrived(letter({ count }), 2);
    log[Symbol.dispose]();
    const lines = linesOf(path);
    const gap = lines.findIndex(line => line.startsWith('{"leftOut"'));
    const counts = lines.toSpliced(gap, 1).map(line => (JSON.parse(line) as { body: { count: number } }).body.count);
    const leftOut = 1_000 - counts.length;
    expect(lines[gap]).toBe(`{"leftOut":${leftOut}}`);
    expect(counts).toEqual(Array.from({ length: 1_000 }, (_, index) => index).toSpliced(gap, leftOut));
    expect(gap).toBeGreaterThan(40);
    expect(counts.length - gap).toBeGreaterThan(40);
    expect(readFileSync(path).length).toBeLessThanOrEqual(8_000 + '{"leftOut":1000}\n'.length);
  });

  test('keeps in a rush the first thousand messages of each tenth of a second, and counts the others', () => {
    const log = new MessageLog({ path });
    for (let count = 0; count < 25_000; count++) {
      // Some are told of later than others that were sent after them.
      const sentMs = count % 50 === 0 && count > 0 ? Math.floor(count / 100) - 5 : Math.floor(count / 100);
      log.arrived(letter({ count }, null, sentMs), 2);
    }
    log[Symbol.dispose]();
    const lines = linesOf(path).map(line => JSON.parse(line) as { leftOut?: number; body?: { count: number } });
    const shown = lines.flatMap(({ leftOut, body }, at) => {
      const isEdge = leftOut !== undefined || lines[at - 1]?.body === undefined || lines[at + 1]?.body === undefined;
      return isEdge ? [leftOut === undefined ? `message ${body?.count}` : `${leftOut} left out`] : [];
    });
    expect(shown).toEqual([
      'message 0',
      'message 999',
      '9001 left out',
      'message 10001',
      'message 11000',
      '9000 left out',
      'message 20001',
      'message 21000',
      '3999 left out',
    ]);
  });

  test.each(['/dev/full', '/no/such/directory/messages.jsonl'])('lets a run be when it cannot write to %s', target => {
    const log = new MessageLog({ path: target, mostBytes: 8_000 });
    for (let count = 0; count < 1_000; count++) log.arrived(letter({ count }), 2);
    log[Symbol.dispose]();
    log[Symbol.dispose]();
  });
});

test('a cluster keeps all messages of its nodes and of its clients, and knows which came to a dead node', async () => {
  using place = workplace();
  const nodes = ['n1', 'n2'];
  await using cluster = await startCluster(place, { nodes, command: () => nodeCommand(place, 'relay.mjs') });
  const endpoint = cluster.endpoint();
  await endpoint.rpc('n1', { type: 'tell', to: 'n2', text: 'hello' });
  await cluster.processes.kill('n2');
  await endpoint.rpc('n1', { type: 'tell', to: 'n2', text: 'still there?' });
  await cluster[Symbol.asyncDispose]();
  const said = linesOf(join(place.directory, 'messages.jsonl')).map(line => {
    const {
      from,
      to,
      why = 'arrived',
      body,
    } = JSON.parse(line) as { from: string; to: string; why?: string; body: Body };
    return `${from} > ${to} ${String(body.type)} ${why}`;
  });
  expect(said.filter(line => !line.includes('c0'))).toEqual([
    'c1 > n1 tell arrived',
    'n1 > n2 note arrived',
    'n1 > c1 tell_ok arrived',
    'c1 > n1 tell arrived',
    'n1 > n2 note dead',
    'n1 > c1 tell_ok arrived',
  ]);
  expect(said.filter(line => line.includes('c0')).toSorted()).toEqual([
    'c0 > n1 init arrived',
    'c0 > n2 init arrived',
    'n1 > c0 init_ok arrived',
    'n2 > c0 init_ok arrived',
  ]);
});
