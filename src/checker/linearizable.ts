/**
 * Linearizability: whether some order, in which each operation happens at one moment between its call and its return,
 * explains every answer with a single copy of the data.
 *
 * Nothing is believed that was not checked twice: every `valid` has an order that is replayed (`witness.ts`), every
 * `invalid` a few operations for which every order is tried (`refute.ts`). A disagreement is a bug of ours, and says so.
 *
 * Independent parts (keys) take turns with growing shares of the budget, so that the key that is easily refuted is found
 * even when another is hard.
 */
import { assert } from '../base/assert.ts';
import type { Key } from '../base/names.ts';
import { type Clock, nanosPerMs, systemClock } from '../base/time.ts';
import type { History } from '../history/history.ts';
import type { Model } from '../model/model.ts';
import type { Anomaly, Budget, Checker, CheckResult, Stats, Witness } from './checker.ts';
import { explain } from './explain.ts';
import { minimise } from './minimise.ts';
import { type Part, partsOf } from './parts.ts';
import { isRefuted } from './refute.ts';
import { Search } from './search/search.ts';
import { witnessFault } from './witness.ts';
import { countOf, enumerate, showKey } from './words.ts';

/** The first share of a part, in steps of its search. It doubles each time. */
const firstShare = 1_024;
/** Minimising may take this much, whatever is left of the budget. */
const minimiseMs = 3_000;

/** `clock`: for tests. @default the system's */
export function linearizable(model: Model, clock: Clock = systemClock()): Checker {
  return {
    name: 'linearizable',
    summary: `the answers are those of one ${model.name}, which each operation changes at one moment`,
    check: (history, budget) => check(model, history, { budget, clock }),
  };
}

interface Means {
  readonly budget: Budget;
  readonly clock: Clock;
}

type Verdict =
  | { readonly kind: 'valid'; readonly witness: Witness }
  | { readonly kind: 'invalid'; readonly part: Part; readonly until: number }
  | { readonly kind: 'unknown'; readonly reason: 'timeout' | 'states'; readonly hard: readonly Part[] };

function check(model: Model, history: History, means: Means): CheckResult {
  const parts = partsOf(model, history);
  const judged = parts.reduce((sum, part) => sum + part.judged.length, 0);
  const { verdict, states } = decide(model, parts, means);
  const stats: Stats = { operations: history.operations.length, judged, parts: parts.length, states };
  if (verdict.kind === 'valid') return valid({ witness: verdict.witness, judged, stats });
  if (verdict.kind === 'unknown') return unknown({ verdict, budget: means.budget, stats });
  return smallest(model, parts, { verdict, clock: means.clock, stats });
}

/** A person can follow about this many operations. */
const easyToFollow = 8;
/** How long other parts are asked for a smaller counterexample, when the first is not easy to follow. */
const askOthersMs = 3_000;

interface FirstRefuted {
  readonly verdict: Verdict & { readonly kind: 'invalid' };
  readonly clock: Clock;
  readonly stats: Stats;
}

/** A store with a defect has it on many keys: the smallest counterexample that is found soon is shown. */
function smallest(model: Model, parts: readonly Part[], { verdict, clock, stats }: FirstRefuted): CheckResult {
  const deadline = clock.now() + askOthersMs * nanosPerMs;
  let best = invalid(model, { ...verdict, clock, stats });
  let others = parts.filter(part => part !== verdict.part);
  while (shownBy(best) > easyToFollow && others.length > 0 && clock.now() < deadline) {
    const budget: Budget = { timeMs: (deadline - clock.now()) / nanosPerMs, states: 1_000_000 };
    const { verdict: next } = decide(model, others, { budget, clock });
    if (next.kind !== 'invalid') break;
    const candidate = invalid(model, { ...next, clock, stats });
    if (shownBy(candidate) < shownBy(best)) best = candidate;
    others = others.filter(part => part !== next.part);
  }
  return best;
}

function shownBy(result: CheckResult): number {
  return result.validity === 'invalid' ? result.anomalies[0].operations.length : 0;
}

/** Gives each part its share, round after round. The first part that is refuted decides. */
function decide(
  model: Model,
  parts: readonly Part[],
  { budget, clock }: Means,
): { readonly verdict: Verdict; readonly states: number } {
  const deadline = clock.now() + budget.timeMs * nanosPerMs;
  const isOver = () => clock.now() >= deadline;
  const searches = new Map<Part, Search>();
  const undecided = new Set(parts);
  const witness: { key: Key | null; order: readonly number[] }[] = [];
  let kept = 0;
  let states = 0;
  for (let share = firstShare; undecided.size > 0; share *= 2) {
    for (const part of undecided) {
      const search = searches.get(part) ?? new Search(model, part.judged);
      const before = searches.has(part) ? search.states : 0;
      const outcome = search.run(Math.min(share, Math.max(1, budget.states - kept)), isOver);
      kept += search.states - before;
      states += search.states - before;
      searches.set(part, search);
      if (outcome === 'invalid') return { verdict: { kind: 'invalid', part, until: search.deepest }, states };
      if (outcome === 'valid') {
        witness.push({ key: part.key, order: verified(model, part, search.witness()) });
        undecided.delete(part);
        searches.delete(part);
        kept -= search.states;
      } else if (isOver() || kept >= budget.states) {
        const reason = isOver() ? 'timeout' : 'states';
        return { verdict: { kind: 'unknown', reason, hard: hardestFirst(undecided, searches) }, states };
      }
    }
  }
  return { verdict: { kind: 'valid', witness }, states };
}

/** Those that have cost most come first. */
function hardestFirst(parts: Iterable<Part>, searches: ReadonlyMap<Part, Search>): readonly Part[] {
  const cost = (part: Part) => searches.get(part)?.states ?? 0;
  return [...parts].toSorted((one, other) => cost(other) - cost(one));
}

function verified(model: Model, part: Part, order: readonly number[]): readonly number[] {
  const fault = witnessFault(model, part.operations, order);
  assert(fault === null, `the search found a wrong order${onKey(part.key)}: ${fault}`);
  return order;
}

interface Invalid {
  readonly part: Part;
  readonly until: number;
  readonly clock: Clock;
  readonly stats: Stats;
}

function invalid(model: Model, { part, until, clock, stats }: Invalid): CheckResult {
  const deadline = clock.now() + minimiseMs * nanosPerMs;
  const core = minimise(model, { operations: part.judged, until, isOver: () => clock.now() >= deadline });
  const refuted = isRefuted(model, core.operations, core.starts);
  const ids = core.operations.map(operation => `#${operation.id}`).join(' ');
  assert(refuted !== false, `the search refuses operations that an order explains${onKey(part.key)}: ${ids}`);
  const { shape, text, operations } = explain(model, core, part.operations);
  const anomaly: Anomaly = {
    kind: 'not-linearizable',
    key: part.key,
    signature: `linearizable:${model.name}:${shape}`,
    explanation: part.key === null ? text : `Key ${showKey(part.key)}: ${text}`,
    operations,
  };
  return {
    checker: 'linearizable',
    validity: 'invalid',
    anomalies: [anomaly],
    summary: `the answers${onKey(part.key)} fit no order (${shape}; shown by ${countOf(operations.length, 'operation')})`,
    stats: {
      ...stats,
      core: core.operations.length,
      minimal: core.minimal ? 'yes' : 'no, to go on would take too long',
      confirmed: refuted ? 'every order of the core was tried' : 'too many orders to try them all',
    },
  };
}

interface Unknown {
  readonly verdict: Verdict & { readonly kind: 'unknown' };
  readonly budget: Budget;
  readonly stats: Stats;
}

function unknown({ verdict: { reason, hard }, budget, stats }: Unknown): CheckResult {
  const spent = reason === 'timeout' ? `${budget.timeMs} ms` : `${budget.states} configurations`;
  const which = hard.map(({ key, judged }) => {
    const infos = judged.filter(({ outcome }) => outcome === 'info').length;
    const size = `${countOf(judged.length, 'operation')}, ${infos} of them with an unknown outcome`;
    return `${key === null ? 'the whole history' : `key ${showKey(key)}`} (${size})`;
  });
  const detail = `undecided within ${spent}: ${enumerate(which, 3)}; raise the budget, or run with more keys, fewer clients or fewer faults`;
  return { checker: 'linearizable', validity: 'unknown', reason, detail, summary: detail, stats };
}

interface Valid {
  readonly witness: Witness;
  readonly judged: number;
  readonly stats: Stats;
}

function valid({ witness, judged, stats }: Valid): CheckResult {
  const keys = witness.length === 1 && witness[0]?.key === null ? '' : ` on ${countOf(witness.length, 'key')}`;
  const summary = `an order explains every answer of ${countOf(judged, 'operation')}${keys}`;
  return { checker: 'linearizable', validity: 'valid', witness, summary, stats };
}

function onKey(key: Key | null): string {
  return key === null ? '' : ` on key ${showKey(key)}`;
}
