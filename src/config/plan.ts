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
import type { Workload } from '../generator/workload.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import type { Plan } from '../run/plan.ts';
import { systemDefaults, systemFor } from '../system/catalogue.ts';
import type { SystemDefaults } from '../system/defaults.ts';
import { type DescribedTools, describedNodes } from '../system/described.ts';
import { builtInTools, descriptionOf } from '../system/descriptions.ts';
import type { Latency } from '../system/system.ts';
import { splitCommand } from './command.ts';
import { withPlace } from './field.ts';
import { planSchema } from './plan-schema.ts';
import { programmeByName } from './programme.ts';
import type { RunRequest } from './request.ts';
import { completeSettings } from './settings.ts';

export type { RunRequest } from './request.ts';

/** Throws `OrdealError` for every choice that cannot be. Flag, configuration, the system's default, the general default. */
export function makePlan(request: RunRequest, tools: DescribedTools = builtInTools): Plan {
  if (request.plan !== undefined) return loadPlan(request);
  const { system, defaults, inDocker } = chooseSystem(request, tools);
  const nodes = chooseNodes(request, defaults);
  const workload = at(request, 'workload', () => workloadByName(request.workload ?? defaults.workload));
  const nemesis = request.nemesis?.length ? request.nemesis : defaults.nemesis;
  const timeLimitMs = duration(request, 'timeLimit', '15s');
  const seed = request.seed ?? freshSeed();
  return {
    version: 1,
    seed,
    system,
    nodes,
    workload: workload.name,
    nemesis,
    schedule: at(request, 'nemesis', () => schedule({ nemesis, seed, nodes, timeLimitMs })),
    latency: at(request, 'latency', () => latency(request.latency ?? 'exponential:2ms')),
    ...network(request, inDocker),
    ...consistency(request, workload),
    concurrency: at(request, 'concurrency', () => concurrency(request.concurrency ?? '2n', nodes.length)),
    rate: request.rate ?? 100,
    timeLimitMs,
    operationTimeoutMs:
      request.timeout === undefined && defaults.operationTimeoutMs !== undefined
        ? defaults.operationTimeoutMs
        : duration(request, 'timeout', '1s'),
    convergenceDeadlineMs:
      request.convergeWithin === undefined && defaults.convergenceDeadlineMs !== undefined
        ? defaults.convergenceDeadlineMs
        : duration(request, 'convergeWithin', '10s'),
  };
}

/** For a run whose seed nobody chose. */
export function freshSeed(): string {
  return randomBytes(4).toString('hex');
}

/** Gives the place where this choice was written to what is wrong with it. */
function at<T>({ places }: RunRequest, choice: keyof RunRequest, task: () => T): T {
  return withPlace(places?.[choice], task);
}

const generalNodes = 5;

function chooseNodes(request: RunRequest, defaults: SystemDefaults): readonly NodeName[] {
  const { described, nodes } = request;
  const named = described ? describedNodes(described.choice.described) : null;
  if (described && named !== null && nodes !== undefined) {
    throw new OrdealError('the nodes are the services that the configuration names: no number can be chosen', {
      code: 'CONFLICTING_FLAGS',
      hint: 'leave out --nodes, or change nodes: in the description of the system',
      ...(request.places?.['nodes'] ? { place: request.places['nodes'] } : {}),
    });
  }
  if (described && nodes === undefined) return described.nodes;
  return Array.from({ length: nodes ?? defaults.nodes ?? generalNodes }, (_, index) => `n${index + 1}`);
}

function network(request: RunRequest, inDocker: boolean): Pick<Plan, 'network'> {
  if (request.network === undefined) return {};
  if (inDocker) return { network: request.network };
  throw new OrdealError('only a system in Docker has a network to choose', {
    code: 'CONFLICTING_FLAGS',
    hint: 'leave out --network: between processes on this machine the harness is the network',
    ...(request.places?.['network'] ? { place: request.places['network'] } : {}),
  });
}

function consistency(request: RunRequest, workload: Workload): Pick<Plan, 'consistency'> {
  if (request.consistency === undefined) return {};
  if (workload.checkers.includes('linearizable')) return { consistency: request.consistency };
  throw new OrdealError(`${workload.name} is not judged by a consistency model that could be chosen`, {
    code: 'CONFLICTING_FLAGS',
    hint: 'leave out --consistency, or run lin-kv',
    ...(request.places?.['consistency'] ? { place: request.places['consistency'] } : {}),
  });
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

interface ChosenSystem {
  readonly system: Plan['system'];
  readonly defaults: SystemDefaults;
  readonly inDocker: boolean;
}

function chooseSystem(request: RunRequest, tools: DescribedTools): ChosenSystem {
  const bare = namedSystem(request);
  const description = at(request, 'described', () => descriptionOf(bare, tools));
  const given = request.settings ?? {};
  const placeOf = (key: string) => request.places?.[`settings.${key}`];
  if (description) {
    if ((request.bug ?? []).length > 0) throw bugsElsewhere(description.name, request);
    const { texts, parsed } = completeSettings(description, { settings: given, placeOf });
    const settings = Object.keys(texts).length > 0 ? { settings: texts } : {};
    return {
      system: { ...bare, ...settings },
      defaults: description.defaults(parsed, request.workload),
      inDocker: true,
    };
  }
  const [key] = Object.keys(given);
  if (key !== undefined) {
    // A system that nobody knows is the graver mistake.
    at(request, 'system', () => systemFor(bare));
    const place = placeOf(key);
    throw new OrdealError(`${bare.name} has no setting "${key}"`, {
      code: 'UNKNOWN_SETTING',
      hint: 'settings are of systems in Docker',
      ...(place ? { place } : {}),
    });
  }
  return { system: bare, defaults: systemDefaults(bare), inDocker: false };
}

function namedSystem(request: RunRequest): Plan['system'] {
  const bugs = request.bug ?? [];
  if (request.described) return request.described.choice;
  if (request.bin === undefined) return { name: request.system ?? 'toy', bugs };
  if (request.system !== undefined || bugs.length > 0) {
    throw new OrdealError('--bin brings its own system: a built-in system or a --bug cannot be chosen as well', {
      code: 'CONFLICTING_FLAGS',
      hint: 'leave out either --bin or the other',
    });
  }
  const { bin } = request;
  return { name: 'bin', command: at(request, 'bin', () => splitCommand(bin)) };
}

function bugsElsewhere(system: string, { places }: RunRequest): OrdealError {
  return new OrdealError(`${system} has no bugs to switch on`, {
    code: 'CONFLICTING_FLAGS',
    hint: 'a --bug is of the toy store',
    ...(places?.['bug'] ? { place: places['bug'] } : {}),
  });
}

const durationFlags = { timeLimit: 'time-limit', timeout: 'timeout', convergeWithin: 'converge-within' } as const;

function duration(request: RunRequest, choice: keyof typeof durationFlags, usual: string): number {
  const text = request[choice] ?? usual;
  const value = parseDurationMs(text);
  if (value !== null && value > 0) return value;
  const place = request.places?.[choice];
  throw new OrdealError(`${place ? '' : '--'}${durationFlags[choice]}: "${text}" is not a duration`, {
    code: 'BAD_DURATION',
    hint: 'write a number and a unit: 500ms, 15s, 2m',
    ...(place ? { place } : {}),
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
  const { plan: file = '', places: _, ...others } = request;
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
