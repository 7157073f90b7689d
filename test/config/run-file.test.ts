import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/base/time.ts';
import { makePlan } from '../../src/config/plan.ts';
import { planSchema } from '../../src/config/plan-schema.ts';
import { override, type RunRequest } from '../../src/config/request.ts';
import { loadRunFile, parseRunFile } from '../../src/config/run-file.ts';
import { parseSettings } from '../../src/config/settings.ts';
import type { DescribedTools } from '../../src/system/described.ts';
import { complaint } from './complaint.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-run-file-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const environment = {};
const read = (text: string) => parseRunFile(text, 'mine.yaml', { environment });
const refusal = (text: string) => complaint(() => read(text));

/** A built-in system in Docker with two settings. */
const tools: DescribedTools = {
  clock: systemClock(),
  builtIns: [
    {
      name: 'store',
      summary: '',
      settings: z.object({
        reads: z.enum(['local', 'leader']).default('leader').describe('who answers'),
        image: z.string().min(1).default('store:1').describe('the image'),
      }),
      defaults: (_, workload) => ({
        workload: 'lin-kv',
        nemesis: [workload === 'g-set' ? 'kill-one' : 'partition-one'],
        nodes: 3,
        operationTimeoutMs: 2500,
      }),
      workloads: () => ['lin-kv', 'g-set'],
      pod: () => ({ image: { name: 'store:1' }, ports: [7000] }),
      ready: async () => null,
      connect: () => Promise.reject(new Error('not here')),
    },
  ],
};

describe('a run configuration', () => {
  test('says the same as the flags, and where it says it', () => {
    const { request, cases } = read(`system: store
settings: {reads: local}
workload: lin-kv
nemesis: partition-one
nodes: 3
time-limit: 20s
rate: 50
concurrency: 2n
timeout: 2s
latency: constant:0ms
converge-within: 5s
seed: 7
network: overlay
consistency: sequential
`);
    const { places, ...rest } = request;
    expect(cases).toBeNull();
    expect(rest).toEqual({
      system: 'store',
      settings: { reads: 'local' },
      workload: 'lin-kv',
      nemesis: ['partition-one'],
      nodes: 3,
      timeLimit: '20s',
      rate: 50,
      concurrency: '2n',
      timeout: '2s',
      latency: 'constant:0ms',
      convergeWithin: '5s',
      seed: '7',
      network: 'overlay',
      consistency: 'sequential',
    });
    expect(places?.['settings.reads']).toEqual({ file: 'mine.yaml', line: 2, column: 12, key: 'settings.reads' });
    expect(places?.['timeLimit']).toEqual({ file: 'mine.yaml', line: 6, column: 13, key: 'time-limit' });
  });

  test('a plan of it holds every choice, and every setting', () => {
    const request = read(
      'system: store\nworkload: g-set\nnetwork: overlay\nseed: 1\nsettings: {image: "store:2"}\n',
    ).request;
    const plan = makePlan(request, tools);
    expect({ ...plan, schedule: plan.schedule.length > 0 }).toEqual({
      version: 1,
      seed: '1',
      system: { name: 'store', bugs: [], settings: { reads: 'leader', image: 'store:2' } },
      nodes: ['n1', 'n2', 'n3'],
      workload: 'g-set',
      nemesis: ['kill-one'],
      schedule: true,
      latency: { distribution: 'exponential', meanMs: 2 },
      network: 'overlay',
      concurrency: 6,
      rate: 100,
      timeLimitMs: 15_000,
      operationTimeoutMs: 2500,
      convergenceDeadlineMs: 10_000,
    });
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test('the general defaults are for systems that have none', () => {
    const plan = makePlan({ system: 'toy', seed: '1' }, tools);
    expect([plan.nodes.length, plan.operationTimeoutMs, 'network' in plan]).toEqual([5, 1000, false]);
    expect(makePlan({ system: 'store', nodes: 4, timeout: '3s' }, tools)).toMatchObject({
      nodes: ['n1', 'n2', 'n3', 'n4'],
      operationTimeoutMs: 3000,
    });
  });

  test('a nemesis that is a file is looked for beside the configuration', () => {
    writeFileSync(join(directory, 'my.yaml'), 'hypothesis: It holds.\nsteps: [{fault: kill, target: one, for: 1s}]\n');
    const file = join(directory, 'run.yaml');
    writeFileSync(file, 'nemesis: [my.yaml, kill-one]\n');
    const plan = makePlan(loadRunFile(file, { environment }).request);
    expect(plan.schedule[0]?.kind).toBe('kill');
    expect(plan.nemesis[1]).toBe('kill-one');
  });

  test.each([
    ['systm: toy\n', 'INVALID_CONFIGURATION: unknown key "systm" at mine.yaml:1:1 (key systm); did you mean "system"?'],
    [
      'system: toy\ntime_limit: 3s\n',
      'INVALID_CONFIGURATION: unknown key "time_limit" at mine.yaml:2:1 (key time_limit); did you mean "time-limit"?',
    ],
    [
      'nodes: many\n',
      'INVALID_CONFIGURATION: nodes: "many" is not a whole number from 1 to 99 at mine.yaml:1:8 (key nodes)',
    ],
    [
      'network: overlai\n',
      'INVALID_CONFIGURATION: network: "overlai" is not known at mine.yaml:1:10 (key network); did you mean "overlay"?',
    ],
    ['workload: [lin-kv]\n', 'INVALID_CONFIGURATION: workload: must be text at mine.yaml:1:11 (key workload)'],
    ['- toy\n', 'INVALID_CONFIGURATION: must be a map at mine.yaml:1:1'],
    ['', 'INVALID_CONFIGURATION: the configuration is empty at mine.yaml:1:1; system: NAME'],
    ['a: *b\n', 'INVALID_YAML: not readable as YAML: nothing is anchored as b at mine.yaml:1:4'],
  ])('%j is refused with its place', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  test.each([
    ['time-limit: 15\n', 'BAD_DURATION: time-limit: "15" is not a duration at mine.yaml:1:13 (key time-limit)'],
    ['workload: lin-kw\n', 'UNKNOWN_WORKLOAD: there is no workload "lin-kw" at mine.yaml:1:11 (key workload)'],
    ['nemesis: [none, kill-on]\n', 'UNKNOWN_NEMESIS: there is no nemesis "kill-on" at mine.yaml:1:10 (key nemesis)'],
    [
      'system: store\nsettings: {image: a, raeds: local}\n',
      'UNKNOWN_SETTING: store has no setting "raeds" at mine.yaml:2:22 (key settings.raeds); did you mean "reads"?',
    ],
    [
      'system: store\nsettings: {reads: lokal}\n',
      'BAD_SETTING: reads: "lokal" is not known at mine.yaml:2:12 (key settings.reads); did you mean "local"?',
    ],
    [
      'settings: {reads: local}\n',
      'UNKNOWN_SETTING: toy has no setting "reads" at mine.yaml:1:12 (key settings.reads); settings are of systems',
    ],
    ['system: stor\nsettings: {a: 1}\n', 'UNKNOWN_SYSTEM: there is no system "stor" at mine.yaml:1:9 (key system)'],
    ['network: overlay\n', 'CONFLICTING_FLAGS: only a system in Docker has a network to choose at mine.yaml:1:10'],
    [
      'workload: g-set\nconsistency: sequential\n',
      'CONFLICTING_FLAGS: g-set is not judged by a consistency model that could be chosen at mine.yaml:2:14',
    ],
    [
      'system: store\nbug: stale-read\n',
      'CONFLICTING_FLAGS: store has no bugs to switch on at mine.yaml:2:6 (key bug)',
    ],
  ])('%j has no plan, and the place is told', (text, expected) => {
    expect(complaint(() => makePlan(read(text).request, tools))).toContain(expected);
  });
});

describe('flags beside a configuration', () => {
  const base: RunRequest = {
    system: 'store',
    settings: { reads: 'local', image: 'a' },
    rate: 5,
    places: { rate: { file: 'f', line: 1 }, 'settings.reads': { file: 'f', line: 2 }, 'settings.image': { file: 'f' } },
  };

  test('win, one by one, and have no place in the file', () => {
    const over = override(base, { rate: 9, settings: { reads: 'leader' }, nemesis: [] });
    expect(over).toEqual({
      system: 'store',
      settings: { reads: 'leader', image: 'a' },
      rate: 9,
      places: { 'settings.image': { file: 'f' } },
    });
  });

  test('another system does not inherit settings', () => {
    expect(override(base, { bin: 'node x.js' })).toEqual({
      bin: 'node x.js',
      rate: 5,
      places: { rate: { file: 'f', line: 1 } },
    });
    expect(override(base, { system: 'other', settings: { b: '1' } })).toMatchObject({ settings: { b: '1' } });
  });

  test('--set is key=value', () => {
    expect(parseSettings(['reads=local', 'image=a:b=c', 'empty='])).toEqual({
      reads: 'local',
      image: 'a:b=c',
      empty: '',
    });
    expect(complaint(() => parseSettings(['reads']))).toBe(
      'BAD_SETTING: --set: "reads" is not a setting; write key=value: --set reads=serializable',
    );
  });
});

describe('cases', () => {
  test('change what all have in common, and say how they come out', () => {
    const { cases } = read(`system: store
workload: lin-kv
settings: {reads: local}
x-slow: &slow {rate: 5}
cases:
  - {name: bad, expect: {verdict: fail, anomaly: [stale, not-linearizable]}}
  - {name: good, <<: *slow, settings: {reads: leader}}
  - {name: weak, same-history-as: bad, consistency: sequential, expect: pass}
`);
    const seen = cases?.map(({ request, ...rest }) => {
      const { places: _, ...choices } = request;
      return { ...rest, request: choices };
    });
    const common = { system: 'store', workload: 'lin-kv' };
    expect(seen).toEqual([
      {
        name: 'bad',
        request: { ...common, settings: { reads: 'local' } },
        expect: { verdict: 'fail', anomaly: ['stale', 'not-linearizable'] },
        sameHistoryAs: null,
      },
      {
        name: 'good',
        request: { ...common, rate: 5, settings: { reads: 'leader' } },
        expect: { verdict: 'pass', anomaly: [] },
        sameHistoryAs: null,
      },
      {
        name: 'weak',
        request: { ...common, settings: { reads: 'local' }, consistency: 'sequential' },
        expect: { verdict: 'pass', anomaly: [] },
        sameHistoryAs: 'bad',
      },
    ]);
  });

  test.each([
    ['[]', 'cases: holds no case at mine.yaml:1:8 (key cases); - {name: bad, expect: fail}'],
    ['[{expect: pass}]', 'name is missing at mine.yaml:1:9 (key cases[0])'],
    ['[{name: a}, {name: a}]', 'name: there are two cases "a" at mine.yaml:1:27 (key cases[1].name)'],
    [
      '[{name: a, expect: fails}]',
      'expect: "fails" is not known at mine.yaml:1:27 (key cases[0].expect); did you mean "fail"?',
    ],
    [
      '[{name: a, expect: {verdict: pass, anomaly: lost}}]',
      'a run that comes out as pass has no anomaly at mine.yaml:1:43 (key cases[0].expect.anomaly)',
    ],
    [
      '[{name: a, nemesys: none}]',
      'unknown key "nemesys" at mine.yaml:1:19 (key cases[0].nemesys); did you mean "nemesis"?',
    ],
    [
      '[{name: a}, {name: b, same-history-as: aa}]',
      'same-history-as: no case before this one is called "aa" at mine.yaml:1:47 (key cases[1].same-history-as); did you mean "a"?',
    ],
    [
      '[{name: a}, {name: b, same-history-as: a, rate: 3}]',
      'rate cannot be changed: nothing is run, a history is judged again at mine.yaml:1:50 (key cases[1].rate)',
    ],
    [
      '[{name: a}, {name: b, same-history-as: a}, {name: c, same-history-as: b}]',
      'same-history-as: b runs nothing itself at mine.yaml:1:78 (key cases[2].same-history-as); did you mean "a"?',
    ],
  ])('%s is refused', (cases, expected) => {
    expect(refusal(`cases: ${cases}\n`)).toBe(`INVALID_CONFIGURATION: ${expected}`);
  });
});

describe('the toggles', () => {
  const folder = fileURLToPath(new URL('../toggles', import.meta.url));

  test.each(readdirSync(folder).filter(name => name.endsWith('.yaml')))(
    '%s holds a case that fails and one that passes',
    name => {
      const { cases } = loadRunFile(join(folder, name), { environment });
      expect(cases?.map(({ expect: { verdict } }) => verdict)).toEqual(['fail', 'pass']);
      expect(cases?.[0]?.expect.anomaly.length).toBeGreaterThan(0);
    },
  );
});
