import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { currentContext } from '../../../src/runtime/docker/engine/context.ts';
import { ownerOf, ownerState } from '../../../src/runtime/docker/labels.ts';
import { addressIn, chooseSubnet } from '../../../src/runtime/docker/network/subnet.ts';
import type { DependencyCondition } from '../../../src/runtime/docker/spec.ts';
import { type Startable, startInOrder } from '../../../src/runtime/docker/start-order.ts';

describe('the owner of a run', () => {
  test('is alive as long as its process is', () => {
    expect(ownerState(ownerOf(process.pid))).toBe('alive');
  });

  test('is dead when its process has ended, also when another has its number', () => {
    const { pid } = spawnSync('true');
    expect(ownerState(ownerOf(pid))).toBe('dead');
    const [machine, own] = ownerOf(process.pid).split(/:(.*)/);
    expect(ownerState(`${machine}:${own?.replace(/:.*/, '')}:1`)).toBe('dead');
  });

  test('on another machine is nobody whom we can judge', () => {
    expect(ownerState('elsewhere@1234:1:1')).toBe('elsewhere');
    expect(ownerState('')).toBe('elsewhere');
  });

  test('of this machine before it was booted is dead', () => {
    const [machine = ''] = ownerOf(process.pid).split(':');
    expect(ownerState(`${machine.split('@')[0]}@another-boot:1:1`)).toBe('dead');
  });
});

describe('the subnet of a run', () => {
  test('is in nobody else’s, be it wider or narrower', () => {
    const random = Random.fromSeed('subnets');
    const inside = Array.from({ length: 120 }, (_, second) => `10.${second + 128}.0.0/16`);
    expect(chooseSubnet(random, inside).cidr).toMatch(/^10\.2(4[89]|5[0-4])\.\d+\.0\/24$/);
  });

  test('gives every container an address of its own', () => {
    const subnet = chooseSubnet(Random.fromSeed('x'), []);
    const addresses = Array.from({ length: 99 }, (_, index) => addressIn(subnet, index));
    expect(new Set([...addresses, subnet.gateway]).size).toBe(100);
    expect(addresses.every(address => address.startsWith(subnet.cidr.replace('0/24', '')))).toBe(true);
  });
});

describe('the context of the Docker command line', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ordeal-context-'));
    vi.stubEnv('DOCKER_CONFIG', folder);
    vi.stubEnv('DOCKER_CONTEXT', '');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, host: string): void => {
    const id = createHash('sha256').update(name).digest('hex');
    mkdirSync(join(folder, 'contexts', 'meta', id), { recursive: true });
    const meta = { Name: name, Endpoints: { docker: { Host: host } } };
    writeFileSync(join(folder, 'contexts', 'meta', id, 'meta.json'), JSON.stringify(meta));
  };

  test('is none when none was chosen, or the default one', () => {
    expect(currentContext()).toBeNull();
    writeFileSync(join(folder, 'config.json'), '{"currentContext":"default"}');
    expect(currentContext()).toBeNull();
  });

  test('is the one that was written down, and the environment wins', () => {
    write('far', 'ssh://me@far');
    write('near', 'tcp://near:2376');
    writeFileSync(join(folder, 'config.json'), '{"currentContext":"far"}');
    expect(currentContext()).toEqual({ name: 'far', endpoint: 'ssh://me@far', tls: null });
    vi.stubEnv('DOCKER_CONTEXT', 'near');
    expect(currentContext()).toEqual({ name: 'near', endpoint: 'tcp://near:2376', tls: null });
  });

  test('that is not there is refused by its name', () => {
    vi.stubEnv('DOCKER_CONTEXT', 'gone');
    expect(() => currentContext()).toThrow('there is no Docker context "gone"');
  });
});

describe('things that wait for each other', () => {
  test('are started as soon as what they depend on is as it must be', async () => {
    const log: string[] = [];
    const one = (name: string, dependsOn: Record<string, DependencyCondition> = {}): Startable => ({
      name,
      dependsOn,
      start: async () => void log.push(`start ${name}`),
      reached: async condition => void log.push(`${name} ${condition}`),
    });
    await startInOrder([one('store', { seed: 'completed', db: 'healthy' }), one('seed', { db: 'started' }), one('db')]);
    expect(log).toEqual(['start db', 'db healthy', 'db started', 'start seed', 'seed completed', 'start store']);
  });

  test('are not started when what they depend on fails', async () => {
    const log: string[] = [];
    const db: Startable = {
      name: 'db',
      dependsOn: {},
      start: () => Promise.reject(new Error('no db')),
      reached: () => Promise.resolve(),
    };
    const store: Startable = {
      ...db,
      name: 'store',
      dependsOn: { db: 'started' },
      start: async () => void log.push('store'),
    };
    await expect(startInOrder([store, db])).rejects.toThrow('no db');
    expect(log).toEqual([]);
  });
});
