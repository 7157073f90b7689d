/**
 * A fault programme, expanded by a seed into a schedule: what a plan holds and a run executes.
 *
 * A programme says what may be done to the system, in ranges. The seed draws from the ranges, so the same seed gives the
 * same schedule, and another seed another one. Nothing is asked of the cluster here: which node leads, which node is
 * dead already, is found out when the fault begins.
 *
 * Every fault ends within the time limit, so that the second act begins with nothing broken but what failed to heal. The
 * first begins within the first half, whatever its wait: a run without a fault tests nothing.
 */
import { assert, present } from '../base/assert.ts';
import { OrdealError, type Place } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import { faultKind } from './catalogue.ts';
import type { Parameters } from './fault.ts';
import { checkTarget } from './target.ts';

/** One fault of a plan. Times are milliseconds from the begin of the main phase. */
export interface ScheduledFault {
  readonly id: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly kind: string;
  /** `one`, `minority`, ..., or names: `n1,n3`. See `target.ts`. Resolved when it begins. */
  readonly target: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** Both bounds included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Nothing is done for this long. */
export interface WaitStep {
  readonly waitMs: Range;
}

/** A fault, which lasts for this long. */
export interface FaultStep {
  readonly kind: string;
  readonly target: string;
  readonly forMs: Range;
  /** By the names of the plan (`delayMs`); numbers as ranges to draw from. */
  readonly parameters: Readonly<Record<string, string | boolean | Range>>;
  readonly place?: Place;
}

export interface Programme {
  readonly name: string;
  /** What the system claims, and this programme attacks. */
  readonly hypothesis: string;
  readonly body:
    | { readonly type: 'steps'; readonly steps: readonly (WaitStep | FaultStep)[] }
    | ({ readonly type: 'swarm' } & Swarm);
}

/** Each run takes some of the faults, by the seed, and does them again and again, several at once. */
export interface Swarm {
  /** How many of the faults take part in one run. */
  readonly choose: Range;
  readonly atOnce: number;
  /** From the end of a fault to the begin of the next in its place. */
  readonly gapMs: Range;
  readonly faults: readonly FaultStep[];
}

export interface ExpandOptions {
  readonly random: Random;
  readonly timeLimitMs: number;
  readonly nodes: readonly NodeName[];
}

/**
 * The schedule of this programme, in order of time, with ids from 1. Throws an `OrdealError` for a fault that a cluster
 * of these nodes cannot have; a swarm leaves such faults out as long as it has others.
 */
export function expand(programme: Programme, options: ExpandOptions): ScheduledFault[] {
  const { body, name } = programme;
  const drafts = body.type === 'steps' ? expandSteps(body.steps, options) : expandSwarm(body, name, options);
  return drafts.map((draft, index) => ({ id: index + 1, ...draft }));
}

type Draft = Omit<ScheduledFault, 'id'>;

function expandSteps(steps: readonly (WaitStep | FaultStep)[], options: ExpandOptions): Draft[] {
  const faults = steps.filter(step => 'kind' in step);
  for (const step of faults) requirePossible(step, options.nodes);
  if (faults.length === 0) return [];
  const drafts: Draft[] = [];
  let timeMs = 0;
  for (let count = 0; timeMs < options.timeLimitMs || drafts.length === 0; count++) {
    const step = present(steps[count % steps.length]);
    const random = options.random.fork('step', count);
    if ('waitMs' in step) {
      timeMs += drawWhole(random, step.waitMs);
      continue;
    }
    const draft = draftFault(step, { ...options, random, beginMs: timeMs, first: drafts.length === 0 });
    if (!draft) break;
    drafts.push(draft);
    timeMs = draft.endMs;
  }
  return drafts;
}

/** `atOnce` lanes, each with one fault after the other; the faults are dealt to them like cards, shuffled at each round. */
function expandSwarm(swarm: Swarm, name: string, options: ExpandOptions): Draft[] {
  const { random } = options;
  const deck = chooseFaults(swarm, name, options);
  const lanes = Array.from({ length: swarm.atOnce }, (_, lane) => drawWhole(random.fork('first', lane), swarm.gapMs));
  const drafts: Draft[] = [];
  let round: readonly FaultStep[] = [];
  for (let count = 0; ; count++) {
    const beginMs = Math.min(...lanes);
    if (count > 0 && beginMs >= options.timeLimitMs) return drafts;
    if (count % deck.length === 0) round = random.fork('round', count).shuffle(deck);
    const step = present(round[count % deck.length]);
    const draft = draftFault(step, { ...options, random: random.fork('fault', count), beginMs, first: count === 0 });
    const lane = lanes.indexOf(beginMs);
    lanes[lane] = draft ? draft.endMs + drawWhole(random.fork('gap', count), swarm.gapMs) : options.timeLimitMs;
    if (draft) drafts.push(draft);
  }
}

function chooseFaults(swarm: Swarm, name: string, { random, nodes }: ExpandOptions): readonly FaultStep[] {
  for (const { target, place } of swarm.faults) checkTarget(target, nodes, place);
  const possible = swarm.faults.filter(step => whyImpossible(step, nodes.length) === null);
  if (possible.length === 0) {
    throw new OrdealError(`no fault of ${name} can be done to a cluster of this size (${nodes.length})`, {
      code: 'FAULT_IMPOSSIBLE',
      hint: 'run it with more nodes, or choose another nemesis',
    });
  }
  const size = Math.min(possible.length, drawWhole(random.fork('size'), swarm.choose));
  return random.fork('choice').shuffle(possible).slice(0, size);
}

interface Slot extends ExpandOptions {
  readonly beginMs: number;
  /** The first of its programme: it is done in any case. */
  readonly first: boolean;
}

/** The fault at this time; null when the time limit leaves it less than half of what it was to have. */
function draftFault(step: FaultStep, { random, timeLimitMs, first, beginMs }: Slot): Draft | null {
  assert(timeLimitMs >= 2, 'a time limit has room for a fault');
  const begin = first ? Math.min(beginMs, Math.floor(timeLimitMs / 2)) : beginMs;
  const lengthMs = Math.max(1, drawWhole(random.fork('for'), step.forMs));
  const end = Math.min(begin + lengthMs, timeLimitMs);
  if (!first && (end - begin) * 2 < lengthMs) return null;
  const drawn = Object.entries(step.parameters).map(([name, value]) => [name, draw(random.fork(name), name, value)]);
  const parameters = faultKind(step.kind).schema.parse(Object.fromEntries(drawn)) as Parameters;
  return { beginMs: begin, endMs: end, kind: step.kind, target: step.target, parameters };
}

function requirePossible(step: FaultStep, nodes: readonly NodeName[]): void {
  checkTarget(step.target, nodes, step.place);
  const why = whyImpossible(step, nodes.length);
  if (why === null) return;
  throw new OrdealError(`${why}; this cluster has ${nodes.length}`, {
    code: 'FAULT_IMPOSSIBLE',
    hint: 'run it with more nodes, or choose another nemesis',
    ...(step.place ? { place: step.place } : {}),
  });
}

/** Whether a fault is possible depends on its words, not on its numbers; so any draw will do to ask. */
function whyImpossible(step: FaultStep, nodeCount: number): string | null {
  const values = Object.entries(step.parameters).map(([name, value]) => [
    name,
    typeof value === 'object' ? value.low : value,
  ]);
  const kind = faultKind(step.kind);
  const parameters = kind.schema.parse(Object.fromEntries(values)) as Parameters;
  return kind.impossible({ target: step.target, parameters }, nodeCount);
}

/** Nobody wants a fraction of these. */
const wholeUnits = /(?:Ms|Kbit|Bytes)$/;

function draw(random: Random, name: string, value: string | boolean | Range): string | number | boolean {
  if (typeof value !== 'object') return value;
  return wholeUnits.test(name) ? drawWhole(random, value) : drawFraction(random, value);
}

function drawWhole(random: Random, { low, high }: Range): number {
  return random.integer(Math.round(low), Math.round(high));
}

/** Rounded to three digits inside the range: a plan is read by people. */
function drawFraction(random: Random, { low, high }: Range): number {
  const value = Math.round((low + random.fraction() * (high - low)) * 1000) / 1000;
  return Math.min(high, Math.max(low, value));
}
