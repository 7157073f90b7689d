import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '../../../src/base/assert.ts';
import { isGroupGone, processStatus, signalGroup, startTime } from '../../../src/runtime/processes/process-group.ts';

const patience = { timeout: 20_000 };
const spawned: ChildProcess[] = [];

afterEach(() => {
  for (const child of spawned.splice(0)) signalGroup(present(child.pid), 'SIGKILL');
});

/** A leader with a child; its name would confuse who reads fields from the left. */
async function startGroup(): Promise<{ readonly leader: number; readonly exited: Promise<unknown> }> {
  const script = `process.title = 'a) T 1 (b'; require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); console.log('up'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  spawned.push(child);
  const exited = new Promise(resolve => child.once('exit', resolve));
  await new Promise(resolve => child.stdout.once('data', resolve));
  return { leader: present(child.pid), exited };
}

describe('a process group', () => {
  test('is running, paused and running again, as the system says', async () => {
    const { leader } = await startGroup();
    expect(await processStatus(leader)).toBe('running');
    expect(signalGroup(leader, 'SIGSTOP')).toBe(true);
    await expect.poll(() => processStatus(leader), patience).toBe('paused');
    expect(signalGroup(leader, 'SIGCONT')).toBe(true);
    await expect.poll(() => processStatus(leader), patience).toBe('running');
  });

  test('is gone only when its last member is', async () => {
    const { leader, exited } = await startGroup();
    process.kill(leader, 'SIGKILL');
    await exited;
    expect(await processStatus(leader)).toBe('dead');
    expect(await isGroupGone(leader)).toBe(false);
    expect(signalGroup(leader, 'SIGKILL')).toBe(true);
    await expect.poll(() => isGroupGone(leader), patience).toBe(true);
  });

  test('that was killed is dead and gone, and has no start time', async () => {
    const { leader, exited } = await startGroup();
    signalGroup(leader, 'SIGKILL');
    await exited;
    await expect.poll(() => isGroupGone(leader), patience).toBe(true);
    expect(await processStatus(leader)).toBe('dead');
    expect(startTime(leader)).toBe('');
  });

  test('has a leader whose start time stays, and differs from that of others', async () => {
    const { leader } = await startGroup();
    expect(startTime(leader)).toMatch(/^\d+$/);
    expect(startTime(leader)).toBe(startTime(leader));
    expect(startTime(leader)).not.toBe(startTime(process.pid));
  });
});
