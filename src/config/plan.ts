/**
 * From what a user asks for to a plan: defaults filled in, names checked, faults expanded by the seed.
 *
 * After this nothing is decided any more. The plan is written before the run begins, and `--plan` runs it again.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseDurationMs } from '../base/duration.ts';
import { OrdealError } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import { Random } from '../base/random.ts';
import type { ScheduledFault } from '../fault/programme.ts';
import { expand } from '../fault/programme.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import type { Plan } from '../run/plan.ts';
import { systemDefaults } from '../system/catalogue.ts';
import type { Latency, SystemChoice } from '../system/system.ts';
import { splitCommand } from './command.ts';
import { planSchema } from './plan-schema.ts';
import { programmeByName } from './programme.ts';

/** As the flags say it. Durations are text: `15s`, `500ms`. */
export interface RunRequest {
  readonly system?: string;
  readonly bin?: string;
  readonly bug?: readonly string[];
  readonly workload?: string;
  readonly nemesis?: readonly string[];
  readonly nodes?: number;
  readonly timeLimit?: string;
  readonly rate?: number;
  readonly concurrency?: string;
  readonly timeout?: string;
  readonly latency?: string;
  readonly convergeWithin?: string;
  readonly seed?: string;
  readonly plan?: string;
}

/** Throws `OrdealError` for every choice that cannot be. */
export function makePlan(request: RunRequest): Plan {
  if (request.plan !== undefined) return loadPlan(request);
  const system = chooseSystem(request);
  const defaults = systemDefaults(system);
  const nodes = Array.from({ length: request.nodes ?? 5 }, (_, index) => `n${index + 1}`);
  const workload = workloadByName(request.workload ?? defaults.workload).name;
  const nemesis = request.nemesis?.length ? request.nemesis : defaults.nemesis;
  const timeLimitMs = duration('--time-limit', request.timeLimit ?? '15s');
  const seed = request.seed ?? randomBytes(4).toString('hex');
  return {
    version: 1,
    seed,
    system,
    nodes,
    workload,
    nemesis,
    schedule: schedule({ nemesis, seed, nodes, timeLimitMs }),
    latency: latency(request.latency ?? 'exponential:2ms'),
    concurrency: concurrency(request.concurrency ?? '2n', nodes.length),
    rate: request.rate ?? 100,
    timeLimitMs,
    operationTimeoutMs: duration('--timeout', request.timeout ?? '1s'),
    convergenceDeadlineMs: duration('--converge-within', request.convergeWithin ?? '10s'),
  };
}

/** The programmes of a plan run side by side; each has a random stream of its own. Ids are unique over all. */
function schedule(options: {
  readonly nemesis: readonly string[];
  readonly seed: string;
  readonly nodes: readonly NodeName[];
  readonly timeLimitMs: number;
}): readonly ScheduledFault[] {
  const random = Random.fromSeed(options.seed).fork('schedule');
  return options.nemesis
    .flatMap(name => expand(programmeByName(name), { ...options, random: random.fork(name) }))
    .toSorted((left, right) => left.beginMs - right.beginMs)
    .map((fault, index) => ({ ...fault, id: index + 1 }));
}

function chooseSystem(request: RunRequest): SystemChoice {
  const bugs = request.bug ?? [];
  if (request.bin === undefined) return { name: request.system ?? 'toy', bugs };
  if (request.system !== undefined || bugs.length > 0) {
    throw new OrdealError('--bin brings its own system: a built-in system or a --bug cannot be chosen as well', {
      code: 'CONFLICTING_FLAGS',
      hint: 'leave out either --bin or the other',
    });
  }
  return { name: 'bin', command: splitCommand(request.bin) };
}

function duration(flag: string, text: string): number {
  const value = parseDurationMs(text);
  if (value !== null && value > 0) return value;
  throw new OrdealError(`${flag}: "${text}" is not a duration`, {
    code: 'BAD_DURATION',
    hint: 'write a number and a unit: 500ms, 15s, 2m',
  });
}

function latency(text: string): Latency {
  const [distribution, mean] = text.split(':');
  const meanMs = parseDurationMs(mean ?? '');
  if (
    (distribution === 'constant' || distribution === 'uniform' || distribution === 'exponential') &&
    meanMs !== null
  ) {
    return { distribution, meanMs };
  }
  throw new OrdealError(`--latency: "${text}" is not a latency`, {
    code: 'BAD_LATENCY',
    hint: 'write exponential:2ms, uniform:5ms or constant:0ms',
  });
}

function concurrency(text: string, nodes: number): number {
  const match = /^(\d+)(n?)$/.exec(text);
  const value = match ? Number(match[1]) * (match[2] ? nodes : 1) : 0;
  if (value >= 1 && value <= 10_000) return value;
  throw new OrdealError(`--concurrency: "${text}" is not a number of clients`, {
    code: 'BAD_CONCURRENCY',
    hint: 'write a number (10) or a multiple of the nodes (2n)',
  });
}

function loadPlan(request: RunRequest): Plan {
  const { plan: file = '', ...others } = request;
  const also = Object.entries(others).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  if (also.length > 0) {
    throw new OrdealError(
      `--plan holds every choice: ${also.map(([name]) => name).join(', ')} cannot be chosen as well`,
      {
        code: 'CONFLICTING_FLAGS',
        hint: 'edit a copy of the plan instead',
      },
    );
  }
  const place = { file };
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OrdealError(`cannot read the plan: ${(error as Error).message}`, {
      code: 'UNREADABLE_PLAN',
      place,
      hint: 'plans are in the run directories: .ordeal/latest/plan.json',
    });
  }
  const parsed = planSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new OrdealError(`this is not a plan: ${issue?.message ?? 'unknown form'}`, {
    code: 'MALFORMED_PLAN',
    place: { file, key: issue?.path.join('.') || '(top)' },
    hint: 'plans are written by ordeal run; see plan.json in a run directory',
  });
}
