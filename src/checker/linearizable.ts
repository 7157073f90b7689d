/**
 * Linearizability: whether some order, in which each operation happens at one moment between its call and its return,
 * explains every answer with a single copy of the data.
 *
 * Nothing is believed that was not checked twice: every `valid` has an order that is replayed (`witness.ts`), every
 * `invalid` a few operations for which every order is tried (`refute.ts`). A disagreement is a bug of ours, and says so.
 */
import { assert } from '../base/assert.ts';
import { type Clock, nanosPerMs, systemClock } from '../base/time.ts';
import type { History } from '../history/history.ts';
import type { Model } from '../model/model.ts';
import type { Anomaly, Budget, Checker, CheckResult, Stats, Witness } from './checker.ts';
import { decide, onKey, undecidedWords, type Verdict } from './decide.ts';
import { explain } from './explain.ts';
import { Decision } from './decision.ts';
import { minimise } from './minimise.ts';
import { type Part, partsOf } from './parts.ts';
import { isRefuted } from './refute.ts';
import { never } from './subhistory/subhistory.ts';
import { orderFault } from './witness.ts';
import { countOf, showKey } from './words.ts';

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

function check(model: Model, history: History, means: Means): CheckResult {
  const parts = partsOf(model, history);
  const judged = parts.reduce((sum, part) => sum + part.subhistory.length, 0);
  const { verdict, states } = decideAll(model, parts, means);
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
  readonly verdict: Verdict<Decision> & { readonly kind: 'invalid' };
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
    const { verdict: next } = decideAll(model, others, { budget, clock });
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

function decideAll(
  model: Model,
  parts: readonly Part[],
  means: Means,
): { readonly verdict: Verdict<Decision>; readonly states: number } {
  return decide({
    ...means,
    parts,
    begin: part => new Decision(model, part.subhistory),
    order(part, decision) {
      const order = decision.witness();
      const fault = orderFault(model, part.subhistory, order);
      assert(fault === null, `a wrong order was found by ${decision.algorithm}${onKey(part.key)}: ${fault}`);
      return order.map(position => part.subhistory.id[position]!);
    },
  });
}

interface Invalid {
  readonly part: Part;
  readonly search: Decision;
  readonly clock: Clock;
  readonly stats: Stats;
}

function invalid(model: Model, { part, search, clock, stats }: Invalid): CheckResult {
  const deadline = clock.now() + minimiseMs * nanosPerMs;
  const core = minimise(model, {
    subhistory: part.subhistory,
    until: search.until,
    suspects: search.suspects,
    isOver: () => clock.now() >= deadline,
  });
  const refuted = isRefuted(model, core.operations, core.starts);
  const ids = core.operations.map(operation => `#${operation.id}`).join(' ');
  assert(refuted !== false, `the search refuses operations that an order explains${onKey(part.key)}: ${ids}`);
  const { shape, text, operations } = explain(model, core, part.operations());
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
  readonly verdict: Verdict<Decision> & { readonly kind: 'unknown' };
  readonly budget: Budget;
  readonly stats: Stats;
}

function unknown({ verdict, budget, stats }: Unknown): CheckResult {
  const sizeOf = ({ subhistory }: Part): string => {
    const infos = subhistory.return.reduce((count, end) => (end === never ? count + 1 : count), 0);
    return `${countOf(subhistory.length, 'operation')}, ${infos} of them with an unknown outcome`;
  };
  const advice = 'raise the budget, or run with more keys, fewer clients or fewer faults';
  const detail = `${undecidedWords(verdict, { budget, sizeOf })}; ${advice}`;
  return { checker: 'linearizable', validity: 'unknown', reason: verdict.reason, detail, summary: detail, stats };
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
