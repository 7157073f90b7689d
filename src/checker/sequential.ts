/**
 * Sequential consistency: whether some order explains every answer with a single copy of the data, and keeps the order in
 * which each process did its own operations. When they happened does not count: a read may be stale, as long as no process
 * ever goes back.
 *
 * How it can mislead: each key is judged by itself, and sequential consistency is not local. An order for every key is
 * necessary, but there may be none for all of them together, so `valid` says less than it does of linearizability.
 * (Deciding about all keys together is NP-complete, also with distinct values.)
 *
 * Where each value that was seen has one origin, the versions decide (`sequential/version-graph.ts`), in linear time but
 * for refused cas; else a search does. As for linearizability, every `valid` has an order that is replayed, and every
 * `invalid` a few operations for which every order is tried.
 */
import { assert } from '../base/assert.ts';
import { type Clock, nanosPerMs, systemClock } from '../base/time.ts';
import type { History } from '../history/history.ts';
import type { Model } from '../model/model.ts';
import type { Anomaly, Budget, Checker, CheckResult, Stats, Witness } from './checker.ts';
import { type Decided, decide, hardness, onKey, witnessOf } from './decide.ts';
import { judgedOperations, type Part, partsOf } from './parts.ts';
import { tryAllOrders } from './sequential/all-orders.ts';
import { type SequentialCore, sequentialCore } from './sequential/core.ts';
import { Decision } from './sequential/decision.ts';
import { explainSequential } from './sequential/explain.ts';
import { sequentialFault } from './sequential/witness.ts';
import { countOf, showKey } from './words.ts';

/** Minimising may take this much, whatever is left of the budget. */
const minimiseMs = 3_000;
/** Steps after which no conflict is told of a core that is that hard. */
const stepsForConflict = 1_024;

/** `clock`: for tests. @default the system's */
export function sequential(model: Model, clock: Clock = systemClock()): Checker {
  return {
    name: 'sequential',
    summary: `on each key, the answers are those of one ${model.name}, in an order that keeps that of each process`,
    check: (history, budget) => check(model, history, { budget, clock }),
  };
}

interface Means {
  readonly budget: Budget;
  readonly clock: Clock;
}

function check(model: Model, history: History, means: Means): CheckResult {
  const parts = partsOf(model, history.operations);
  const decided = decide({
    ...means,
    parts,
    bail: true,
    begin: part => new Decision(model, judgedOperations(part.subhistory())),
    order(part, search) {
      const order = search.witness();
      const fault = sequentialFault(model, part.operations(), order);
      assert(fault === null, `a wrong order was found${onKey(part.key)}: ${fault}`);
      return Int32Array.from(order);
    },
  });
  const { judged, states } = decided.tally;
  const stats: Stats = { operations: history.operations.length, judged, parts: parts.length, states };
  const refuted = decided.invalid[0];
  if (refuted) return invalid(model, { part: refuted.part, clock: means.clock, stats });
  if (decided.undecided.length > 0) return unknown({ decided, budget: means.budget, stats });
  return valid({ witness: witnessOf(parts, decided), judged, stats });
}

interface Invalid {
  readonly part: Part;
  readonly clock: Clock;
  readonly stats: Stats;
}

function invalid(model: Model, { part, clock, stats }: Invalid): CheckResult {
  const deadline = clock.now() + minimiseMs * nanosPerMs;
  const core = sequentialCore(model, judgedOperations(part.subhistory()), () => clock.now() >= deadline);
  const ends = tryAllOrders(model, core.operations);
  const ids = core.operations.map(operation => `#${operation.id}`).join(' ');
  assert(ends !== 'explained', `operations were refused that an order explains${onKey(part.key)}: ${ids}`);
  const conflict = conflictOf(model, core, () => clock.now() >= deadline);
  const { shape, text, operations } = explainSequential(model, { core, conflict, ends, part: part.operations() });
  const anomaly: Anomaly = {
    kind: 'not-sequential',
    key: part.key,
    signature: `sequential:${model.name}:${shape}`,
    explanation: part.key === null ? text : `Key ${showKey(part.key)}: ${text}`,
    operations,
  };
  return {
    checker: 'sequential',
    validity: 'invalid',
    anomalies: [anomaly],
    summary: `the answers${onKey(part.key)} fit no order that keeps that of each process (${shape}; shown by ${countOf(operations.length, 'operation')})`,
    stats: {
      ...stats,
      core: core.operations.length,
      minimal: core.minimal ? 'yes' : 'no, to go on would take too long',
      confirmed: ends === null ? 'too many orders to try them all' : 'every order of the core was tried',
    },
  };
}

/** What of the core shows it by itself. */
function conflictOf(model: Model, { operations }: SequentialCore, isOver: () => boolean): Decision['conflict'] {
  const decision = new Decision(model, operations);
  decision.run(stepsForConflict, isOver);
  return decision.conflict;
}

interface Unknown {
  readonly decided: Decided<Decision>;
  readonly budget: Budget;
  readonly stats: Stats;
}

function unknown({ decided, budget, stats }: Unknown): CheckResult {
  const sizeOf = (part: Part): string =>
    `${countOf(part.size, 'operation')}, processes: ${new Set(part.operations().map(({ process }) => process)).size}`;
  const { reason, words } = hardness(decided, { budget, sizeOf });
  const detail = `${words}; raise the budget, write each value once, or run with more keys or fewer clients`;
  return { checker: 'sequential', validity: 'unknown', reason, detail, summary: detail, stats };
}

interface Valid {
  readonly witness: Witness;
  readonly judged: number;
  readonly stats: Stats;
}

function valid({ witness, judged, stats }: Valid): CheckResult {
  const order = 'an order that keeps that of each process explains every answer of';
  const whole = witness.length === 1 && witness[0]?.key === null;
  const summary = whole
    ? `${order} ${countOf(judged, 'operation')}`
    : `${order} ${countOf(judged, 'operation')} on ${countOf(witness.length, 'key')}, each key by itself (all keys together are not judged)`;
  return { checker: 'sequential', validity: 'valid', witness, summary, stats };
}
