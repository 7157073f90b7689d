import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { present } from '../../../src/base/assert.ts';
import { entryPoint } from '../../../src/base/entry.ts';
import { startTime } from '../../../src/runtime/processes/process-group.ts';
import { processesWith } from '../processes.ts';
import { nodePath, type Workplace, workplace } from '../stdio/fixture.ts';

const reaper = entryPoint(new URL('../../../src/runtime/processes/reaper-link.ts', import.meta.url).href, './reaper');
const dist = dirname(dirname(dirname(reaper)));
const patience = { timeout: 20_000 };

let place: Workplace;
const spawned: ChildProcess[] = [];

beforeEach(() => {
  place = workplace();
});

afterEach(() => {
  for (const child of spawned.splice(0)) child.kill('SIGKILL');
  place[Symbol.dispose]();
});

function startVictim(): ChildProcess {
  return start([nodePath('stubborn.mjs'), place.mark], { detached: true });
}

function pidOf(child: ChildProcess): number {
  return present(child.pid);
}

function start(command: readonly string[], options: { readonly detached?: boolean } = {}): ChildProcess {
  const child = spawn(process.execPath, [...command], { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  spawned.push(child);
  return child;
}

describe('the reaper', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves no node when the harness is ended by %s, also none that is stopped or does not care',
    async signal => {
      const harness = start([nodePath('harness.mjs'), dist, place.directory, place.mark]);
      await new Promise((resolve, reject) => {
        harness.stdout?.once('data', resolve);
        harness.once('exit', () => reject(new Error('the harness did not come up')));
      });
      // n1, n2, the wrapper of n3 and its child; the harness has the mark on its command line as well.
      expect(processesWith(place.mark).filter(({ command }) => command.includes('stubborn')).length).toBe(4);
      harness.kill(signal);
      await expect.poll(() => processesWith(place.mark), patience).toEqual([]);
    },
  );

  test('spares a process that has got the pid of one that is gone, and one that was taken off the list', async () => {
    const [bystander, forgotten, victim] = [startVictim(), startVictim(), startVictim()];
    expect(startTime(pidOf(victim))).not.toBe('');
    const child = start([reaper]);
    child.stdin?.write(`+${pidOf(bystander)} 12345\n+${pidOf(forgotten)} ${startTime(pidOf(forgotten))}\n`);
    child.stdin?.write(`-${pidOf(forgotten)}\n+${pidOf(victim)} ${startTime(pidOf(victim))}\n`);
    child.stdin?.end();
    await expect.poll(() => child.exitCode, patience).toBe(0);
    await expect.poll(() => victim.signalCode, patience).toBe('SIGKILL');
    expect([bystander.signalCode, forgotten.signalCode]).toEqual([null, null]);
  });

  test('is not moved by Ctrl-C or by a polite request to end', async () => {
    const victim = startVictim();
    // Says when it has its handlers.
    const tell = `process.on('newListener', name => name === 'SIGHUP' && queueMicrotask(() => process.stdout.write('ready')))`;
    const child = start(['--import', `data:text/javascript,${encodeURIComponent(tell)}`, reaper]);
    await new Promise(resolve => child.stdout?.once('data', resolve));
    child.stdin?.write(`+${pidOf(victim)} ${startTime(pidOf(victim))}\n`);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
    child.stdin?.end();
    await expect.poll(() => child.exitCode, patience).toBe(0);
    await expect.poll(() => victim.signalCode, patience).toBe('SIGKILL');
  });
});
