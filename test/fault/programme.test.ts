import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { checkSchedule } from '../../src/fault/catalogue.ts';
import { expand, type FaultStep, type Programme, type ScheduledFault, type Swarm } from '../../src/fault/programme.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const range = (low: number, high = low) => ({ low, high });
const halves: FaultStep = {
  kind: 'partition',
  target: 'all',
  forMs: range(1000, 2000),
  parameters: { shape: 'halves' },
};
const killOne: FaultStep = { kind: 'kill', target: 'one', forMs: range(500), parameters: {} };
const slow: FaultStep = {
  kind: 'delay',
  target: 'all',
  forMs: range(300),
  parameters: { delayMs: range(50, 300) },
};

function steps(...each: (FaultStep | { waitMs: { low: number; high: number } })[]): Programme {
  return { name: 'mine', hypothesis: 'It holds.', body: { type: 'steps', steps: each } };
}

function swarm(change: Partial<Swarm> = {}): Programme {
  const body = {
    type: 'swarm' as const,
    choose: range(2),
    atOnce: 2,
    gapMs: range(100, 400),
    faults: [halves, killOne, slow],
  };
  return { name: 'mine', hypothesis: 'It holds.', body: { ...body, ...change } };
}

function plan(
  programme: Programme,
  options: { seed?: number; timeLimitMs?: number; nodes?: readonly string[] } = {},
): ScheduledFault[] {
  const { seed = 1, timeLimitMs = 15_000 } = options;
  return expand(programme, { random: Random.fromSeed(seed), timeLimitMs, nodes: options.nodes ?? nodes });
}

const anyRange = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 0, max: most }))
    .map(([low, more]) => range(low, low + more));
const anyFault = fc
  .record({ step: fc.constantFrom(halves, killOne, slow), forMs: anyRange(50, 4000) })
  .map(({ step, forMs }) => ({ ...step, forMs }));
const anySteps = fc
  .array(
    fc.oneof(
      anyFault,
      anyRange(0, 3000).map(waitMs => ({ waitMs })),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .filter(each => each.some(step => 'kind' in step))
  .map(each => steps(...each));
const anySwarm = fc
  .record({
    faults: fc.array(anyFault, { minLength: 1, maxLength: 6 }),
    atOnce: fc.integer({ min: 1, max: 3 }),
    gapMs: anyRange(0, 2000),
    choose: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ choose, ...rest }) => swarm({ ...rest, choose: range(1, choose) }));
const anyProgramme = fc.oneof(anySteps, anySwarm);
const numRuns = fuzzRuns(300);

describe('a programme becomes a schedule', () => {
  test('step by step, again and again, drawn from the ranges', () => {
    const programme = steps({ waitMs: range(400, 1000) }, halves, { waitMs: range(200) }, slow);
    expect(plan(programme, { timeLimitMs: 5000 })).toMatchInlineSnapshot(`
      [
        {
          "beginMs": 450,
          "endMs": 1777,
          "id": 1,
          "kind": "partition",
          "parameters": {
            "shape": "halves",
          },
          "target": "all",
        },
        {
          "beginMs": 1977,
          "endMs": 2277,
          "id": 2,
          "kind": "delay",
          "parameters": {
            "delayMs": 138,
            "jitterMs": 50,
          },
          "target": "all",
        },
        {
          "beginMs": 2936,
          "endMs": 4084,
          "id": 3,
          "kind": "partition",
          "parameters": {
            "shape": "halves",
          },
          "target": "all",
        },
        {
          "beginMs": 4284,
          "endMs": 4584,
          "id": 4,
          "kind": "delay",
          "parameters": {
            "delayMs": 125,
            "jitterMs": 50,
          },
          "target": "all",
        },
      ]
    `);
  });

  test('the same seed gives the same schedule, another one another', () => {
    fc.assert(
      fc.property(anyProgramme, fc.nat(), (programme, seed) => {
        expect(plan(programme, { seed })).toEqual(plan(programme, { seed }));
      }),
      { numRuns },
    );
    const schedules = Array.from({ length: 20 }, (_, seed) => JSON.stringify(plan(swarm(), { seed })));
    expect(new Set(schedules).size).toBe(20);
  });

  test('draws made by others before do not change it', () => {
    const random = Random.fromSeed(3);
    const before = expand(swarm(), { random, timeLimitMs: 9000, nodes });
    random.integer(0, 99);
    expect(expand(swarm(), { random, timeLimitMs: 9000, nodes })).toEqual(before);
  });

  test('every fault begins before it ends and ends within the limit; they are numbered in the order of their begins', () => {
    fc.assert(
      fc.property(anyProgramme, fc.nat(), fc.integer({ min: 2, max: 60_000 }), (programme, seed, timeLimitMs) => {
        const schedule = plan(programme, { seed, timeLimitMs });
        for (const { beginMs, endMs } of schedule) {
          expect(beginMs).toBeGreaterThanOrEqual(0);
          expect(endMs).toBeGreaterThan(beginMs);
          expect(endMs).toBeLessThanOrEqual(timeLimitMs);
        }
        expect(schedule.map(({ id }) => id)).toEqual(schedule.map((_, index) => index + 1));
        expect(schedule.map(({ beginMs }) => beginMs)).toEqual(
          schedule.map(({ beginMs }) => beginMs).toSorted((a, b) => a - b),
        );
      }),
      { numRuns },
    );
  });

  test('there is a fault in every schedule, and the first begins in the first half', () => {
    fc.assert(
      fc.property(anyProgramme, fc.nat(), fc.integer({ min: 2, max: 20_000 }), (programme, seed, timeLimitMs) => {
        expect(plan(programme, { seed, timeLimitMs })[0]?.beginMs).toBeLessThanOrEqual(timeLimitMs / 2);
      }),
      { numRuns },
    );
  });

  test('it is plain JSON, and a schedule that a run accepts', () => {
    fc.assert(
      fc.property(anyProgramme, fc.nat(), (programme, seed) => {
        const schedule = plan(programme, { seed });
        expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
        checkSchedule(schedule, nodes);
      }),
      { numRuns },
    );
  });

  test('a long wait before the first fault is cut short, so that something is tested', () => {
    const schedule = plan(steps({ waitMs: range(60_000) }, killOne), { timeLimitMs: 2000 });
    expect(schedule).toEqual([{ id: 1, beginMs: 1000, endMs: 1500, kind: 'kill', target: 'one', parameters: {} }]);
  });

  test('a last fault that has less than half of its time left is not begun', () => {
    const programme = steps({ waitMs: range(500) }, { ...killOne, forMs: range(1000) });
    expect(plan(programme, { timeLimitMs: 2600 }).map(({ beginMs, endMs }) => [beginMs, endMs])).toEqual([
      [500, 1500],
      [2000, 2600],
    ]);
    expect(plan(programme, { timeLimitMs: 2499 })).toHaveLength(1);
  });

  test('defaults are written out: a plan shows every choice', () => {
    expect(plan(steps(slow), { timeLimitMs: 300 })[0]?.parameters).toEqual({ delayMs: 113, jitterMs: 50 });
  });

  test('what is counted in milliseconds, bytes or kilobits is drawn whole, the rest to three digits', () => {
    const drawn = (kind: string, name: string, low: number, high: number) =>
      Array.from({ length: 20 }, (_, seed) => {
        const step: FaultStep = { kind, target: 'one', forMs: range(300), parameters: { [name]: range(low, high) } };
        return plan(steps(step), { seed, timeLimitMs: 300 })[0]?.parameters[name];
      });
    const whole = [
      ...drawn('bandwidth', 'rateKbit', 32, 256),
      ...drawn('disk-full', 'freeBytes', 0, 100_000),
      ...drawn('terminate', 'graceMs', 0, 3000),
    ];
    expect(whole.filter(value => !Number.isInteger(value))).toEqual([]);
    expect(drawn('cpu', 'cpus', 0.02, 0.1).filter(value => !/^0\.\d{2,3}$/.test(String(value)))).toEqual([]);
  });

  test('no steps are no faults', () => {
    expect(plan(steps())).toEqual([]);
  });
});

describe('a swarm', () => {
  test('takes some of its faults by the seed, and over many seeds all of them', () => {
    const kinds = Array.from({ length: 40 }, (_, seed) =>
      [...new Set(plan(swarm(), { seed }).map(({ kind }) => kind))].toSorted().join('+'),
    );
    expect([...new Set(kinds)].toSorted()).toEqual(['delay+kill', 'delay+partition', 'kill+partition']);
  });

  test('does as many at once as it says, and never more', () => {
    fc.assert(
      fc.property(anySwarm, fc.nat(), (programme, seed) => {
        const schedule = plan(programme, { seed });
        const atOnce = programme.body.type === 'swarm' ? programme.body.atOnce : 0;
        for (const { beginMs } of schedule) {
          const active = schedule.filter(other => other.beginMs <= beginMs && other.endMs > beginMs);
          expect(active.length).toBeLessThanOrEqual(atOnce);
        }
      }),
      { numRuns },
    );
    const schedule = plan(swarm());
    expect(schedule.some((one, index) => schedule.slice(index + 1).some(other => other.beginMs < one.endMs))).toBe(
      true,
    );
  });

  test('leaves out what a cluster of this size cannot have', () => {
    expect(new Set(plan(swarm({ choose: range(3) }), { nodes: ['n1'] }).map(({ kind }) => kind))).toEqual(
      new Set(['kill']),
    );
  });

  test('of which nothing can be done is refused', () => {
    expect(() => plan(swarm({ faults: [halves, slow] }), { nodes: ['n1'] })).toThrow(
      expect.objectContaining({
        code: 'FAULT_IMPOSSIBLE',
        message: 'no fault of mine can be done to a cluster of this size (1)',
      }),
    );
  });
});

describe('a fault that this cluster cannot have', () => {
  const place = { file: 'mine.yaml', line: 4, column: 5 };

  test('is refused with its place', () => {
    expect(() => plan(steps({ ...halves, place }), { nodes: ['n1'] })).toThrow(
      expect.objectContaining({
        code: 'FAULT_IMPOSSIBLE',
        place,
        message: 'the partition halves needs 2 nodes; this cluster has 1',
      }),
    );
    expect(() => plan(steps({ ...killOne, target: 'minority', place }), { nodes: ['n1', 'n2'] })).toThrow(
      expect.objectContaining({
        code: 'FAULT_IMPOSSIBLE',
        message: 'minority of 2 nodes is nobody; this cluster has 2',
      }),
    );
  });

  test('aimed at a node that is not there is refused with its place', () => {
    expect(() => plan(steps({ ...killOne, target: 'n7', place }))).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_TARGET', place }),
    );
    expect(() => plan(swarm({ faults: [{ ...killOne, target: 'n7', place }] }))).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_TARGET', place }),
    );
  });
});
