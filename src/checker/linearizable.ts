/**
 * Linearizability: whether some order, in which each operation happens at one moment between its call and its return,
 * explains every answer with a single copy of the data.
 *
 * Nothing is believed that was not checked twice: every `valid` has an order that is replayed (`witness.ts`), every
 * `invalid` a few operations for which every order is tried (`refute.ts`). A disagreement is a bug of ours, and says so.
 */
import { assert, present } from '../base/assert.ts';
import { type Clock, nanosPerMs, systemClock } from '../base/time.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import type { Anomaly, Budget, Checker, CheckResult, Stats, Witness } from './checker.ts';
import { algorithmWords, type Decided, type DecideOptions, decide, hardness, onKey, witnessOf } from './decide.ts';
import { Decision, type Refuted } from './decision.ts';
import { evidenceOf } from './evidence/build.ts';
import { explain } from './explain.ts';
import { type Core, minimise } from './minimise.ts';
import { type Part, partsOf } from './parts.ts';
import { isRefuted } from './refute.ts';
import { orderFault } from './witness.ts';
import { countOf, showKey } from './words.ts';

/** Minimising may take this much, whatever is left of the budget. */
const minimiseMs = 3_000;
/** A person can follow about this many operations. */
const easyToFollow = 8;
/** How long other parts are asked for a smaller counterexample, when the first is not easy to follow. */
const askOthersMs = 3_000;

export interface LinearizableOptions {
  /** For tests. @default the system's */
  readonly clock?: Clock;
  /** Whether the verdict is given as soon as one part is invalid. @default false: it is told how many are */
  readonly bail?: boolean;
  /** Whether an `invalid` comes with a minimised counterexample in words. @default true */
  readonly explain?: boolean;
  /** Shares the parts out among threads. @default everything is done here */
  readonly crew?: Crew;
}

/** Null when it is not worth it. */
export type Crew = (model: Model, history: History, work: DecideOptions<Decision>) => Decided<Refuted> | null;

export function linearizable(model: Model, options: LinearizableOptions = {}): Checker {
  return {
    name: 'linearizable',
    summary: `the answers are those of one ${model.name}, which each operation changes at one moment`,
    check: (history, budget) => check(model, history, { ...options, budget, clock: options.clock ?? systemClock() }),
  };
}

interface Means extends LinearizableOptions {
  readonly budget: Budget;
  readonly clock: Clock;
}

function check(
  model: Model,
  history: History,
  { budget, clock, bail = false, explain: isExplained = true, crew }: Means,
): CheckResult {
  const parts = partsOf(model, history.operations);
  const work = partsWork(model, { parts, budget, clock, bail });
  const decided = crew?.(model, history, work) ?? decide(work);
  const { judged, states } = decided.tally;
  const algorithm = algorithmWords(decided.tally);
  const stats: Stats = { operations: history.operations.length, judged, parts: parts.length, states, algorithm };
  if (decided.invalid.length > 0) return invalid(model, decided, { clock, stats, isExplained });
  if (decided.undecided.length > 0) return unknown({ decided, budget, stats });
  return valid({ witness: witnessOf(parts, decided), judged, stats });
}

/** What there is to do, here or on another thread. */
export function partsWork(
  model: Model,
  means: Omit<DecideOptions<Decision>, 'begin' | 'order'>,
): DecideOptions<Decision> {
  return {
    ...means,
    begin: part => new Decision(model, part.subhistory()),
    order(part, decision) {
      const { subhistory, algorithm } = decision;
      const order = decision.witness();
      const fault = orderFault(model, subhistory, order);
      assert(fault === null, `a wrong order was found by ${algorithm}${onKey(part.key)}: ${fault}`);
      return order.map(position => subhistory.id[position]!);
    },
  };
}

interface Setting {
  readonly clock: Clock;
  readonly stats: Stats;
  readonly isExplained: boolean;
}

/** A store with a defect has it on many keys: the smallest counterexample that is found soon is shown. */
function invalid(model: Model, decided: Decided<Refuted>, { clock, stats, isExplained }: Setting): CheckResult {
  const deadline = clock.now() + askOthersMs * nanosPerMs;
  const [first, ...others] = decided.invalid.toSorted((one, other) => one.part.size - other.part.size);
  let best = isExplained ? refuted(model, present(first), clock) : unexplained(model, present(first));
  for (const other of isExplained ? others : []) {
    if (best.anomaly.operations.length <= easyToFollow || clock.now() >= deadline) break;
    const candidate = refuted(model, other, clock);
    if (candidate.anomaly.operations.length < best.anomaly.operations.length) best = candidate;
  }
  const { anomaly, shape } = best;
  const shown = `${shape}; shown by ${countOf(anomaly.operations.length, 'operation')}`;
  const rest = others.length === 0 ? '' : `, nor do those on ${countOf(others.length, 'other key')}`;
  return {
    checker: 'linearizable',
    validity: 'invalid',
    anomalies: [anomaly],
    summary: `the answers${onKey(anomaly.key)} fit no order (${shown})${rest}`,
    stats: { ...stats, invalid: decided.invalid.length, ...best.stats },
  };
}

interface Refutation {
  readonly part: Part;
  readonly search: Refuted;
}

interface Shown {
  readonly anomaly: Anomaly;
  readonly shape: string;
  readonly stats: Stats;
}

function unexplained(model: Model, { part, search }: Refutation): Shown {
  const { subhistory, until } = search;
  const last = subhistory.operation(present(subhistory.events[until]) >> 1);
  const shape = 'unexplained';
  const anomaly: Anomaly = {
    kind: 'not-linearizable',
    key: part.key,
    signature: `linearizable:${model.name}:${shape}`,
    explanation: `When ${model.describe.operation(last)} (#${last.id}) returned, no order explained every answer any more.`,
    operations: [last.id],
  };
  return { anomaly, shape, stats: {} };
}

function refuted(model: Model, { part, search }: Refutation, clock: Clock): Shown {
  const deadline = clock.now() + minimiseMs * nanosPerMs;
  const core = minimise(model, {
    subhistory: search.subhistory,
    until: search.until,
    suspects: search.suspects,
    isOver: () => clock.now() >= deadline,
  });
  const confirmed = isRefuted(model, core.operations, core.starts);
  const ids = core.operations.map(operation => `#${operation.id}`).join(' ');
  assert(confirmed !== false, `the search refuses operations that an order explains${onKey(part.key)}: ${ids}`);
  const recorded = part.operations();
  const evidence = evidenceOf(model, core, recorded);
  const { shape, text, operations, alone } = explain(model, core, { part: recorded, evidence });
  const told = alone ? coreOf(model, core, { cited: operations, recorded }) : null;
  const anomaly: Anomaly = {
    kind: 'not-linearizable',
    key: part.key,
    signature: `linearizable:${model.name}:${shape}`,
    explanation: part.key === null ? text : `Key ${showKey(part.key)}: ${text}`,
    operations,
    evidence: told === null ? evidence : evidenceOf(model, told, recorded),
  };
  return {
    anomaly,
    shape,
    stats: {
      core: core.operations.length,
      minimal: core.minimal ? 'yes' : 'no, to go on would take too long',
      confirmed: confirmed ? 'every order of the core was tried' : 'too many orders to try them all',
    },
  };
}

/**
 * The operations that the sentence names, as a core of their own, where the core has not all of them: nobody should have to
 * compare a sentence with a picture of others. Null when it has, or when it takes more than them to show it.
 */
function coreOf(
  model: Model,
  core: Core,
  { cited, recorded }: { readonly cited: readonly number[]; readonly recorded: readonly Operation[] },
): Core | null {
  const known = new Set(core.operations.map(({ id }) => id));
  if (cited.every(id => known.has(id))) return null;
  const wanted = new Set(cited);
  const operations = recorded.filter(({ id }) => wanted.has(id));
  const everyStart = core.anyStart ? model.representatives?.(operations) : null;
  const starts = everyStart ?? [model.initial];
  if (isRefuted(model, operations, starts) !== true) return null;
  return { operations, starts, anyStart: everyStart !== null && everyStart !== undefined, minimal: core.minimal };
}

interface Unknown {
  readonly decided: Decided<Refuted>;
  readonly budget: Budget;
  readonly stats: Stats;
}

function unknown({ decided, budget, stats }: Unknown): CheckResult {
  const sizeOf = (part: Part): string => {
    const infos = part.operations().filter(({ outcome }) => outcome === 'info').length;
    return `${countOf(part.size, 'operation')}, ${infos} of them with an unknown outcome`;
  };
  const { reason, words } = hardness(decided, { budget, sizeOf });
  const detail = `${words}; raise the budget, or run with more keys, fewer clients or fewer faults`;
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
