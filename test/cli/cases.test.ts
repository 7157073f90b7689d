/**
 * Cases are run one after the other and compared with how they should come out: with the toy store, and with runs that
 * are made up.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exitCode, OrdealError } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/time.ts';
import { type PlannedCase, runCases } from '../../src/cli/cases.ts';
import { checkersFor, type FinishedRun, runOnce } from '../../src/cli/one-run.ts';
import { makePlan } from '../../src/config/plan.ts';
import { parseRunFile } from '../../src/config/run-file.ts';
import type { RunVerdict } from '../../src/gate/verdict.ts';
import type { Plan } from '../../src/run/plan.ts';
import { runDirectory } from '../../src/run/run-directory.ts';
import { systemFor } from '../../src/system/catalogue.ts';
import { FakeClock } from '../fake-clock.ts';

const out = mkdtempSync(join(tmpdir(), 'ordeal-cases-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const silent = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
const never = new AbortController().signal;

function planned(text: string): readonly PlannedCase[] {
  const { cases } = parseRunFile(text, 'mine.yaml', { environment: {} });
  return (cases ?? []).map(({ request, ...rest }) => ({ ...rest, plan: makePlan({ ...request, seed: '1' }) }));
}

interface Told {
  readonly lines: string[];
  readonly explained: string[];
}

/** With the time and the folder left out. */
function plain(line: string): string {
  return line.replace(/\d+\.\d s$/, 'T s').replace(/\d+\.\d {2,}\S+$/, 'T directory');
}

describe('cases of the toy store', () => {
  test('come out as they should, or not; a history is judged again without a run', async () => {
    const round = planned(`system: toy
time-limit: 2s
nemesis: none
cases:
  - {name: good, expect: pass}
  - {name: again, same-history-as: good, consistency: linearizable}
  - {name: bad, bug: clock-wins, workload: lww-map, expect: {verdict: fail, anomaly: [overwritten, stale]}}
  - {name: wrong, workload: g-set, expect: {verdict: fail, anomaly: lost}}
`);
    const told: Told = { lines: [], explained: [] };
    const runs: Plan[] = [];
    const exit = await runCases({
      rounds: [round],
      clock: systemClock(),
      signal: never,
      runPlan(plan) {
        runs.push(plan);
        const system = systemFor(plan.system);
        return runOnce({ plan, system, out, clock: systemClock(), signal: never, stream: silent });
      },
      explain: ({ plan, verdict }) => void told.explained.push(`${plan.workload}: ${verdict.verdict}`),
      say: line => void told.lines.push(...line.split('\n')),
    });
    expect(told.lines.map(plain)).toEqual([
      '✓ good: pass, as expected, T s',
      '✓ again: pass, as expected, T s',
      expect.stringMatching(/^✓ bad: fail \(\S+\), as expected, T s$/),
      '✗ wrong: pass, expected fail (lost), T s',
      '',
      expect.stringMatching(/^ {2}case {3,}expected +got +anomaly +seconds +run directory$/),
      expect.stringMatching(/^✓ good +pass +pass +- +T directory$/),
      expect.stringMatching(/^✓ again +pass +pass +- +T directory$/),
      expect.stringMatching(/^✓ bad +fail \(overwritten or stale\) +fail +\S+ +T directory$/),
      expect.stringMatching(/^✗ wrong +fail \(lost\) +pass +- +T directory$/),
    ]);
    expect(told.explained).toEqual(['g-set: pass']);
    expect(runs.map(({ workload }) => workload)).toEqual(['lin-kv', 'lww-map', 'g-set']);
    expect(exit).toBe(exitCode.fail);
  });

  test('the second judgement is kept beside the first', async () => {
    const round = planned('time-limit: 1s\nnemesis: none\ncases: [{name: a}, {name: b c, same-history-as: a}]\n');
    let first: FinishedRun | null = null;
    await runCases({
      rounds: [round],
      clock: systemClock(),
      signal: never,
      async runPlan(plan) {
        const system = systemFor(plan.system);
        first = await runOnce({ plan, system, out, clock: systemClock(), signal: never, stream: silent });
        return first;
      },
      explain: () => undefined,
      say: () => undefined,
    });
    const { directory } = first as unknown as FinishedRun;
    expect(existsSync(join(directory.path, 'verdict-b_c.json'))).toBe(true);
  });
});

/** A run that came to this verdict, with one anomaly when it failed. */
function finished(plan: Plan, verdict: RunVerdict, interrupted = false): FinishedRun {
  const anomaly = { kind: 'lost-element', key: null, signature: 'lost 7', explanation: '', operations: [] };
  const result = { checker: 'set', stats: {}, summary: '' };
  const exits = { pass: exitCode.pass, fail: exitCode.fail, error: exitCode.software, unknown: 2, vacuous: 3 } as const;
  return {
    plan,
    directory: runDirectory(join(out, 'made-up')),
    facts: { errors: [], crashed: null, interrupted, skipped: [] },
    judgement: {
      results: [
        verdict === 'fail'
          ? { ...result, validity: 'invalid', anomalies: [anomaly] }
          : { ...result, validity: 'valid' },
      ],
      operations: [],
    } as unknown as FinishedRun['judgement'],
    verdict: { verdict, exit: interrupted ? exitCode.interrupted : exits[verdict], reasons: [] },
    seconds: 1.5,
    report: 'report:      somewhere',
  };
}

async function madeUp(cases: string, outcomes: readonly (RunVerdict | OrdealError | 'interrupted')[], rounds = 1) {
  const lines: string[] = [];
  const controller = new AbortController();
  let count = 0;
  const exit = await runCases({
    rounds: Array.from({ length: rounds }, () => planned(`nemesis: none\ncases: ${cases}\n`)),
    clock: new FakeClock(),
    signal: controller.signal,
    async runPlan(plan) {
      const outcome = outcomes[count++] ?? 'pass';
      if (outcome instanceof OrdealError) throw outcome;
      if (outcome !== 'interrupted') return finished(plan, outcome);
      controller.abort();
      return finished(plan, 'pass', true);
    },
    explain: () => undefined,
    say: line => void lines.push(...line.split('\n')),
  });
  return { exit, lines, count };
}

describe('what became of them', () => {
  const unavailable = new OrdealError('no Docker', { code: 'NO_DOCKER', exit: exitCode.unavailable });

  test.each([
    ['all as expected', '[{name: a}, {name: b, expect: fail}]', ['pass', 'fail'], 0],
    ['an anomaly of the words, in any case', '[{name: a, expect: {verdict: fail, anomaly: LOST}}]', ['fail'], 0],
    ['another anomaly', '[{name: a, expect: {verdict: fail, anomaly: [stale, torn]}}]', ['fail'], 1],
    ['another verdict', '[{name: a}, {name: b}]', ['vacuous', 'pass'], 1],
    ['an expected vacuous one', '[{name: a, expect: vacuous}]', ['vacuous'], 0],
    ['a harness that broke', '[{name: a}]', ['error'], 70],
    ['a host that cannot', '[{name: a}, {name: b}]', [unavailable, 'pass'], 69],
    ['a host that cannot, and a wrong verdict', '[{name: a}, {name: b}]', [unavailable, 'fail'], 1],
  ] as const)('%s', async (_, cases, outcomes, exit) => {
    expect((await madeUp(cases, outcomes)).exit).toBe(exit);
  });

  test('a case that cannot be run does not keep the others from theirs', async () => {
    const { lines, count } = await madeUp('[{name: a}, {name: b, same-history-as: a}, {name: c}]', [unavailable]);
    expect(count).toBe(2);
    expect(lines.map(plain)).toEqual([
      expect.stringContaining('NO_DOCKER: no Docker'),
      '✗ a: not run, expected pass, T s',
      expect.stringContaining('NO_HISTORY: b: there is no history, since a was not run to its end'),
      '✗ b: not run, expected pass, T s',
      '✓ c: pass, as expected, T s',
      '',
      '  case  expected  got      anomaly  seconds  run directory',
      '✗ a     pass      not run  -        T directory',
      '✗ b     pass      not run  -        T directory',
      expect.stringMatching(/^✓ c {5}pass {6}pass {5}- {8}T directory$/),
    ]);
  });

  test('repeated, they are counted', async () => {
    const { lines, exit } = await madeUp('[{name: a}, {name: b, expect: fail}]', ['pass', 'fail', 'fail', 'fail'], 2);
    expect(lines.slice(-2)).toEqual(['a: 1 of 2 as expected', 'b: 2 of 2 as expected']);
    expect(exit).toBe(1);
  });

  test('Ctrl-C ends the run that is under way and begins no other', async () => {
    const { lines, exit, count } = await madeUp('[{name: a}, {name: b}, {name: c}]', ['pass', 'interrupted']);
    expect(count).toBe(2);
    expect(exit).toBe(exitCode.interrupted);
    expect(lines.at(-1)).toBe('interrupted: 2 of 3 cases were begun');
    expect(lines).toContain('✗ b: interrupted, 1.5 s');
  });
});

describe('what a run is judged by', () => {
  test.each([
    [{}, ['linearizable', 'convergence']],
    [{ consistency: 'linearizable' }, ['linearizable', 'convergence']],
    [{ consistency: 'sequential' }, ['sequential', 'convergence']],
  ] as const)('%j', (chosen, checkers) => {
    const plan = { ...makePlan({ seed: '1', nemesis: ['none'] }), ...chosen };
    expect(checkersFor(plan, { interrupted: false })).toEqual(checkers);
    expect(checkersFor(plan, { interrupted: true })).toEqual(checkers.slice(0, 1));
  });
});
