import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OrdealError } from '../../../src/base/errors.ts';
import type { NodeName } from '../../../src/base/names.ts';
import { processStatus } from '../../../src/runtime/processes/process-group.ts';
import type { StdioCluster } from '../../../src/runtime/stdio/cluster.ts';
import { NotDeliveredError } from '../../../src/runtime/stdio/endpoint.ts';
import type { Body } from '../../../src/runtime/stdio/message.ts';
import { processesWith } from '../processes.ts';
import { nodeCommand, nodePath, startCluster, type Workplace, workplace } from './fixture.ts';

const patience = { timeout: 20_000 };

let place: Workplace;

beforeEach(() => {
  place = workplace();
});

afterEach(() => {
  expect(place.leftovers()).toEqual([]);
  place[Symbol.dispose]();
});

function logOf(node: NodeName): string {
  return readFileSync(join(place.directory, 'nodes', `${node}.log`), 'utf8');
}

/** The log with its times taken out. */
function marksOf(node: NodeName): string[] {
  const lines = logOf(node).split('\n');
  return lines.filter(line => line.startsWith('--- ordeal')).map(line => line.replace(/ \d{4}-\S+/, ''));
}

async function refusal(starting: Promise<StdioCluster>): Promise<OrdealError> {
  const error = await starting.then(
    cluster => cluster[Symbol.asyncDispose](),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OrdealError);
  return error as OrdealError;
}

describe('a node that does not come up is refused with what a person needs:', () => {
  const start = (...command: readonly string[]): Promise<OrdealError> =>
    refusal(startCluster(place, { command: () => [...command, place.mark], readyDeadlineMs: 20_000 }));
  const startBroken = (fault: string, readyDeadlineMs = 20_000): Promise<OrdealError> =>
    refusal(startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', fault), readyDeadlineMs }));

  test('a command that is not there', async () => {
    const error = await start('./no-such-node');
    expect([error.code, error.exit, error.message]).toEqual([
      'BIN_NOT_FOUND',
      64,
      'n1 cannot run ./no-such-node: there is no such command',
    ]);
    expect(error.hint).toContain(process.cwd());
  });

  test('a file that is there, but was named as if it were on the PATH', async () => {
    const error = await start('package.json');
    expect([error.code, error.hint]).toEqual([
      'BIN_NOT_FOUND',
      'a command without a path is looked for on the PATH; did you mean ./package.json?',
    ]);
  });

  test('a script whose interpreter is not there', async () => {
    const script = join(place.directory, 'node.sh');
    writeFileSync(script, '#!/no/such/interpreter\n');
    chmodSync(script, 0o755);
    const error = await start(script);
    expect([error.code, error.message]).toEqual(['BIN_NOT_FOUND', `n1 cannot run ${script}`]);
    expect(error.hint).toBe('the file is there: is the interpreter in its first line (#!) installed?');
  });

  test('a file that may not be executed', async () => {
    const script = join(place.directory, 'node.sh');
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o644);
    const error = await start(script);
    expect([error.code, error.hint]).toEqual(['BIN_NOT_STARTED', `make it executable: chmod +x ${script}`]);
  });

  test('one that exits at once, with its code and its last words', async () => {
    const error = await startBroken('exits');
    expect([error.code, error.message]).toEqual([
      'NODE_EXITED',
      'n1 exited with code 3 before it was up; the last lines of its log:\nreading the configuration\nno such file: store.conf',
    ]);
    expect(error.place).toEqual({ file: join(place.directory, 'nodes', 'n1.log') });
  });

  test('one that answers and exits in the same breath, be it while it starts or as one that died', async () => {
    const starting = startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'answers-and-exits') });
    const told = await starting.then(
      async cluster => {
        const sentence = await cluster.crashed;
        await cluster[Symbol.asyncDispose]();
        return sentence;
      },
      (error: unknown) => String(error),
    );
    expect(told).toContain('n1 exited with code 4');
  });

  test('one that never answers', async () => {
    const error = await startBroken('silent', 500);
    expect([error.code, error.message]).toEqual([
      'NODE_NOT_READY',
      'n1 is not ready: it did not answer init within 500 ms: thinking',
    ]);
  });

  test('one that prints its log on stdout', async () => {
    const error = await startBroken('prints-log');
    expect([error.code, error.message, error.hint]).toEqual([
      'NODE_PROTOCOL',
      `n1 printed a line on stdout that is not JSON: "Listening on port 8080 ${'.'.repeat(177)}..."`,
      'nodes must print logs on stderr; stdout is for messages, one JSON object a line',
    ]);
  });

  test('one that answers init with an error', async () => {
    const error = await startBroken('refuses-init');
    expect(error.code).toBe('NODE_NOT_READY');
    expect(error.message).toContain(
      'n1 is not ready: it answered init with {"type":"error","code":11,"text":"not today"',
    );
  });

  test('one of three: the other two are ended', async () => {
    const error = await refusal(
      startCluster(place, {
        nodes: ['n1', 'n2', 'n3'],
        command: node => (node === 'n2' ? nodeCommand(place, 'broken.mjs', 'exits') : nodeCommand(place, 'echo.mjs')),
      }),
    );
    expect([error.code, error.message.slice(0, 21)]).toEqual(['NODE_EXITED', 'n2 exited with code 3']);
  });
});

describe('starting', () => {
  test('is given up when the signal is aborted, and leaves nothing', async () => {
    const stop = new AbortController();
    const starting = startCluster(place, {
      nodes: ['n1', 'n2'],
      command: () => nodeCommand(place, 'broken.mjs', 'silent'),
      signal: stop.signal,
    });
    await expect.poll(() => place.leftovers().length, patience).toBe(3);
    stop.abort(new Error('Ctrl-C'));
    await expect(starting).rejects.toThrow('Ctrl-C');
  });

  test('does not begin when the signal was aborted before', async () => {
    const signal = AbortSignal.abort(new Error('Ctrl-C'));
    await expect(startCluster(place, { command: () => ['node'], signal })).rejects.toThrow('Ctrl-C');
    expect(existsSync(join(place.directory, 'nodes'))).toBe(false);
  });

  test('a start that is under way when the cluster is closed fails, and leaves nothing', async () => {
    let calls = 0;
    const cluster = await startCluster(place, {
      command: () => nodeCommand(place, 'echo.mjs'),
      // The second start never gets to its end.
      afterInit: () => (++calls === 1 ? Promise.resolve() : new Promise(() => undefined)),
    });
    await cluster.processes.kill('n1');
    const starting = cluster.processes.start('n1');
    const later = cluster.processes.start('n1');
    await expect.poll(() => calls, patience).toBe(2);
    const closed = cluster[Symbol.asyncDispose]();
    await expect(starting).rejects.toThrow('the cluster was closed');
    await expect(later).rejects.toThrow('the cluster was closed');
    await closed;
  });

  test('a node that does not come back is refused, and can be started later', async () => {
    let refuse = false;
    await using cluster = await startCluster(place, {
      command: () => nodeCommand(place, 'echo.mjs'),
      afterInit: () => (refuse ? Promise.reject(new Error('no neighbours')) : Promise.resolve()),
    });
    await cluster.processes.kill('n1');
    refuse = true;
    await expect(cluster.processes.start('n1')).rejects.toThrow('n1 is not ready: no neighbours');
    expect(await cluster.processes.inspect('n1')).toEqual({ status: 'dead', pid: null });
    refuse = false;
    await cluster.processes.start('n1');
    expect(await cluster.endpoint().rpc('n1', { type: 'echo', echo: 'back' })).toMatchObject({ echo: 'back' });
  });
});

describe('requests of clients', () => {
  test('to a dead node are refused at once and for certain; to one that is starting as well', async () => {
    let whileStarting: unknown = null;
    const cluster: StdioCluster = await startCluster(place, {
      command: () => nodeCommand(place, 'echo.mjs'),
      async afterInit() {
        if (whileStarting === null) whileStarting = 'first start';
        else
          whileStarting = await cluster
            .endpoint()
            .rpc('n1', { type: 'echo' })
            .catch((error: unknown) => error);
      },
    });
    const client = cluster.endpoint();
    await cluster.processes.kill('n1');
    await expect(client.rpc('n1', { type: 'echo' })).rejects.toEqual(
      new NotDeliveredError('n1 is down: the request was never delivered'),
    );
    await cluster.processes.start('n1');
    expect(whileStarting).toEqual(new NotDeliveredError('n1 is starting: the request was never delivered'));
    expect(await client.rpc('n1', { type: 'echo', echo: 1 })).toMatchObject({ type: 'echo_ok', echo: 1 });
    await cluster[Symbol.asyncDispose]();
    await expect(client.rpc('n1', { type: 'echo' })).rejects.toBeInstanceOf(NotDeliveredError);
  });

  test('that a node was given before it was killed end with an error that says nothing for certain', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    const client = cluster.endpoint();
    const given = client.rpc('n1', { type: 'forget' });
    await cluster.processes.kill('n1');
    await expect(given).rejects.toThrow('n1 died before it answered');
    await expect(given).rejects.not.toBeInstanceOf(NotDeliveredError);
  });

  test('to a paused node are answered when it wakes', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'echo.mjs') });
    await cluster.processes.pause('n1');
    const reply = cluster.endpoint().rpc('n1', { type: 'echo', echo: 'meanwhile' });
    await cluster.processes.resume('n1');
    expect(await reply).toMatchObject({ echo: 'meanwhile' });
  });

  test('of five megabytes come back whole', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'echo.mjs') });
    const echo = 'é\n"'.repeat(1_250_000);
    expect((await cluster.endpoint().rpc('n1', { type: 'echo', echo }))['echo']).toBe(echo);
  });

  test('to a node that does not read block nobody, and are refused when too much waits', async () => {
    await using cluster = await startCluster(place, {
      nodes: ['n1', 'n2'],
      command: () => nodeCommand(place, 'broken.mjs', 'on-request'),
    });
    const client = cluster.endpoint();
    await cluster.processes.pause('n1');
    const filler = 'x'.repeat(16 << 20);
    for (let count = 0; count < 4; count++) client.rpc('n1', { type: 'forget', filler }).catch(() => undefined);
    await expect(client.rpc('n1', { type: 'echo' })).rejects.toEqual(
      new NotDeliveredError('n1 does not read its input: the request was never delivered'),
    );
    expect(await client.rpc('n2', { type: 'echo', echo: 'other' })).toMatchObject({ echo: 'other' });
    await cluster.processes.resume('n1');
    const again = (): Promise<unknown> => client.rpc('n1', { type: 'echo', echo: 'again' }).catch(() => null);
    await expect.poll(again, patience).toMatchObject({ echo: 'again' });
  });

  test('answers that nobody waits for are counted', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    const client = cluster.endpoint();
    await client.rpc('n1', { type: 'reply-twice' });
    await client.rpc('n1', { type: 'echo' });
    expect(cluster.traffic()).toMatchObject({ late: 1, betweenMembers: 0, toTheDead: 0, overflowed: 0 });
  });
});

describe('a node in trouble', () => {
  const ask = async (body: Body): Promise<string> => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    cluster
      .endpoint()
      .rpc('n1', body)
      .catch(() => undefined);
    return await cluster.crashed;
  };

  test('that dies is told of with its code and its last words', async () => {
    expect(await ask({ type: 'exit', code: 7 })).toBe('n1 exited with code 7: panic: it was asked to');
  });

  test('that leaves politely is told of as well', async () => {
    expect(await ask({ type: 'exit', code: 0 })).toBe('n1 exited with code 0: panic: it was asked to');
  });

  test('that prints what is no message is told of, and why that is wrong', async () => {
    const hint = '(nodes must print logs on stderr; stdout is for messages, one JSON object a line)';
    const lines = {
      'hello\n': `is not JSON: "hello" ${hint}`,
      '[1]\n': `is not an object: "[1]" ${hint}`,
      '{"dest":"n1","body":{}}\n': `has no "src": "{\\"dest\\":\\"n1\\",\\"body\\":{}}" ${hint}`,
      '{"src":"n1","body":{}}\n': `has no "dest": "{\\"src\\":\\"n1\\",\\"body\\":{}}" ${hint}`,
      '{"src":"n1","dest":"n1"}\n': `has no "body" that is an object: "{\\"src\\":\\"n1\\",\\"dest\\":\\"n1\\"}" ${hint}`,
    };
    for (const [text, problem] of Object.entries(lines)) {
      expect(await ask({ type: 'print', text })).toBe(`n1 printed a line on stdout that ${problem}`);
    }
  });

  test('that writes to nobody is told of', async () => {
    expect(await ask({ type: 'write-to', dest: 'n9' })).toContain('is for "n9", whom nobody knows');
    expect(await ask({ type: 'write-to', dest: 'c99' })).toContain('is for "c99", whom nobody knows');
  });

  test('goes on working after a line that was no message; blank lines are none of its faults', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    const client = cluster.endpoint();
    client.rpc('n1', { type: 'print', text: '\n  \nnonsense\n' }).catch(() => undefined);
    expect(await cluster.crashed).toContain('"nonsense"');
    expect(await client.rpc('n1', { type: 'echo', echo: 'still here' })).toMatchObject({ echo: 'still here' });
  });

  test('that dies in the middle of a line is said to have died', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    const client = cluster.endpoint();
    client.rpc('n1', { type: 'print', text: '{"src":"n1","de' }).catch(() => undefined);
    client.rpc('n1', { type: 'exit', code: 1 }).catch(() => undefined);
    expect(await cluster.crashed).toBe('n1 exited with code 1: panic: it was asked to');
  });
});

describe('the processes of a node', () => {
  test('have our environment and directory, and beside it their name and the pid of their harness', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    expect(await cluster.endpoint().rpc('n1', { type: 'environment' })).toMatchObject({
      node: 'n1',
      harness: String(process.pid),
      inherited: process.env['PATH'],
      directory: process.cwd(),
    });
  });

  test('are killed, stopped and woken together with the wrapper that started them', async () => {
    await using cluster = await startCluster(place, {
      command: () => [process.execPath, nodePath('wrapper.mjs'), nodePath('stubborn.mjs'), place.mark],
    });
    const members = (): number[] => processesWith(place.mark).map(({ pid }) => pid);
    const states = (): Promise<string[]> => Promise.all(members().map(processStatus));
    expect(members().length).toBe(2);
    await cluster.processes.pause('n1');
    await expect.poll(states, patience).toEqual(['paused', 'paused']);
    await cluster.processes.resume('n1');
    await expect.poll(states, patience).toEqual(['running', 'running']);
    expect(await cluster.endpoint().rpc('n1', { type: 'echo', echo: 1 })).toMatchObject({ echo: 1 });
    await cluster.processes.kill('n1');
    expect(members()).toEqual([]);
  });

  test('do not outlive a leader that dies by itself', async () => {
    await using cluster = await startCluster(place, {
      command: () => [process.execPath, nodePath('wrapper.mjs'), nodePath('stubborn.mjs'), place.mark],
    });
    const { pid } = await cluster.processes.inspect('n1');
    process.kill(pid as number, 'SIGKILL');
    expect(await cluster.crashed).toContain('n1 was ended by SIGKILL');
    await expect.poll(() => processesWith(place.mark), patience).toEqual([]);
  });

  test('write on stderr as much as they like into one log over all lives, with a line for each start and end', async () => {
    await using cluster = await startCluster(place, { command: () => nodeCommand(place, 'broken.mjs', 'on-request') });
    const client = cluster.endpoint();
    await client.rpc('n1', { type: 'complain', bytes: 3_000_000 });
    await cluster.processes.kill('n1');
    await cluster.processes.start('n1');
    client.rpc('n1', { type: 'exit', code: 5 }).catch(() => undefined);
    await cluster.crashed;
    await cluster.processes.start('n1');
    await cluster[Symbol.asyncDispose]();
    const starts = `--- ordeal n1 starts: ${nodeCommand(place, 'broken.mjs', 'on-request').join(' ')} ---`;
    expect(marksOf('n1')).toEqual([
      starts,
      '--- ordeal n1 was killed ---',
      starts,
      '--- ordeal n1 exited with code 5 ---',
      starts,
      '--- ordeal n1 was killed ---',
    ]);
    expect(logOf('n1').length).toBeGreaterThan(3_000_000);
  });
});

describe('the services of Maelstrom', () => {
  test('answer nodes, and partitions between nodes do not cut them off', async () => {
    await using cluster = await startCluster(place, {
      nodes: ['n1', 'n2'],
      command: () => ['python3', nodePath('lin_kv.py'), place.mark],
    });
    const [first, second] = [cluster.endpoint(), cluster.endpoint()];
    await cluster.network.apply([
      { from: 'n1', to: 'n2', cut: true },
      { from: 'n2', to: 'n1', cut: true },
    ]);
    const replies = [
      await first.rpc('n1', { type: 'read', key: 1 }),
      await first.rpc('n1', { type: 'write', key: 1, value: 'a' }),
      await second.rpc('n2', { type: 'cas', key: 1, from: 'a', to: 'b' }),
      await first.rpc('n1', { type: 'read', key: 1 }),
    ];
    expect(replies).toEqual([
      { type: 'error', code: 20, text: 'key does not exist', in_reply_to: 1 },
      { type: 'write_ok', in_reply_to: 2 },
      { type: 'cas_ok', in_reply_to: 1 },
      { type: 'read_ok', value: 'b', in_reply_to: 3 },
    ]);
    expect(cluster.traffic()).toMatchObject({ betweenMembers: 8, late: 0 });
  });

  test('are cut off by a rule that names them', async () => {
    await using cluster = await startCluster(place, { command: () => ['python3', nodePath('lin_kv.py'), place.mark] });
    await cluster.network.apply([{ from: 'lin-kv', to: 'n1', cut: true }]);
    const client = cluster.endpoint();
    const unanswered = client.rpc('n1', { type: 'write', key: 1, value: 'a' });
    unanswered.catch(() => undefined);
    await expect
      .poll(async () => (await cluster.network.counters({ from: 'lin-kv', to: 'n1' })).dropped, patience)
      .toBe(1);
    await cluster.network.apply([]);
    expect(await client.rpc('n1', { type: 'read', key: 1 })).toMatchObject({ type: 'read_ok', value: 'a' });
  });
});
