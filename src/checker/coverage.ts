/**
 * Coverage: whether anything was tested at all. A run that passes because nothing was answered, or because no fault took
 * effect, passes vacuously, and that is no pass.
 *
 * Vacuous is: no operation at all; a function that was asked for and never succeeded; faults that were planned and none
 * began; faults that began and none took effect; final reads that were asked for and none was answered. Everything less
 * is a note: one fault of several that did not bite, a function that was never drawn.
 *
 * How it can mislead: it counts and does not weigh. One success of each kind is enough for it.
 */
import { type FaultWindow, type History, phaseStart } from '../history/history.ts';
import { availabilityOf } from './availability.ts';
import type { Checker, CheckResult } from './checker.ts';
import { finalOperations } from './final-reads.ts';
import { countOf, enumerate } from './words.ts';

/** What the run had set out to do. What is left out is not expected. */
export interface Expectation {
  /** Operation names of the workload. */
  readonly functions?: readonly string[];
  readonly plannedFaults?: number;
  /** Whether the workload has final reads. */
  readonly finalReads?: boolean;
}

export interface Coverage {
  /** Sentences: why nothing was tested. Empty when something was. */
  readonly vacuousReasons: readonly string[];
  /** Sentences: what fell short, and is no reason to call it vacuous. */
  readonly notes: readonly string[];
  readonly faults: {
    readonly planned: number | null;
    readonly begun: number;
    readonly ended: number;
    readonly bitten: number;
    /** `#3 partition n1 | n2 n3: nothing was sent`: those that ended and did not bite. */
    readonly unbitten: readonly string[];
    readonly unended: readonly string[];
  };
  readonly functions: Readonly<Record<string, { readonly asked: number; readonly ok: number }>>;
  readonly finalReads: { readonly asked: number; readonly answered: number };
}

export const coverage: Checker = coverageChecker({});

export function coverageChecker(expected: Expectation): Checker {
  return {
    name: 'coverage',
    summary: 'something was tested: every function succeeded, faults took effect, final reads were answered',
    check: history => check(history, expected),
  };
}

function check(history: History, expected: Expectation): CheckResult {
  const { vacuousReasons, notes, faults, functions, finalReads } = coverageOf(history, expected);
  const stats = {
    functions: Object.keys(functions).length,
    faults: faults.begun,
    'faults that bit': faults.bitten,
    'final reads': finalReads.answered,
  };
  if (vacuousReasons.length > 0) {
    const detail = vacuousReasons.join('; ');
    return { checker: 'coverage', validity: 'unknown', reason: 'no-data', detail, summary: detail, stats };
  }
  const names = Object.entries(functions).flatMap(([name, { ok }]) => (ok > 0 ? [name] : []));
  const summary = [
    `${enumerate(names, names.length)} succeeded`,
    ...(faults.begun === 0
      ? ['there were no faults']
      : [`${faults.bitten} of ${countOf(faults.begun, 'fault')} took effect`]),
    ...(finalReads.asked === 0
      ? []
      : [`${finalReads.answered} of ${countOf(finalReads.asked, 'final read')} answered`]),
    ...notes,
  ].join('; ');
  return { checker: 'coverage', validity: 'valid', summary, stats };
}

export function coverageOf(history: History, expected: Expectation = {}): Coverage {
  const functions = functionsOf(history, expected.functions ?? []);
  const faults = faultsOf(history.faults, expected.plannedFaults ?? null);
  const finals = finalOperations(history);
  const finalReads = { asked: finals.length, answered: finals.filter(({ outcome }) => outcome === 'ok').length };
  const fallen = Object.entries(functions).filter(([, { asked, ok }]) => asked > 0 && ok === 0);
  const undrawn = Object.entries(functions).flatMap(([name, { asked }]) => (asked === 0 ? [name] : []));
  const noFinal = finalReads.answered === 0 && (finalReads.asked > 0 || (expected.finalReads ?? false));
  return {
    vacuousReasons: [
      ...(history.operations.length === 0 ? ['no operation was asked for'] : []),
      ...fallen.map(([name, { asked }]) => `no ${name} succeeded, of ${asked} that were asked for`),
      ...(faults.planned !== null && faults.planned > 0 && faults.begun === 0
        ? [`${countOf(faults.planned, 'fault')} ${faults.planned === 1 ? 'was' : 'were'} planned, and none began`]
        : []),
      ...(faults.begun > 0 && faults.bitten === 0 ? [noneBit(faults)] : []),
      ...(noFinal ? [finalsMissing(history, finalReads.asked)] : []),
    ],
    notes: [
      ...(history.operations.length > 0 && undrawn.length > 0 ? [`${enumerate(undrawn)} was never asked for`] : []),
      ...(faults.bitten > 0 && faults.unbitten.length > 0 ? [`without effect: ${enumerate(faults.unbitten)}`] : []),
      ...(faults.bitten > 0 && faults.unended.length > 0
        ? [`no end was recorded of ${enumerate(faults.unended)}`]
        : []),
    ],
    faults,
    functions,
    finalReads,
  };
}

function functionsOf(history: History, expected: readonly string[]): Coverage['functions'] {
  const counts = Object.entries(availabilityOf(history).byFunction).map(([name, { ok, refused, fail, info }]) => [
    name,
    { asked: ok + refused + fail + info, ok },
  ]);
  return Object.fromEntries([...expected.map(name => [name, { asked: 0, ok: 0 }]), ...counts]);
}

function faultsOf(windows: readonly FaultWindow[], planned: number | null): Coverage['faults'] {
  const ended = windows.filter(({ end }) => end !== Number.POSITIVE_INFINITY);
  return {
    planned,
    begun: windows.length,
    ended: ended.length,
    bitten: ended.filter(({ fault }) => fault.bit === true).length,
    unbitten: ended.filter(({ fault }) => fault.bit !== true).map(inWords),
    unended: windows.filter(({ end }) => end === Number.POSITIVE_INFINITY).map(inWords),
  };
}

function inWords({ fault }: FaultWindow): string {
  const evidence = fault.evidence === undefined ? '' : `: ${fault.evidence}`;
  return `#${fault.id} ${fault.kind} ${fault.description}${evidence}`;
}

function noneBit({ begun, unbitten, unended }: Coverage['faults']): string {
  return `none of ${countOf(begun, 'fault')} took effect (${enumerate([...unbitten, ...unended], 3)})`;
}

function finalsMissing(history: History, asked: number): string {
  if (asked > 0) return `none of ${countOf(asked, 'final read')} was answered`;
  const reached = phaseStart(history, 'final-reads') !== null;
  return reached ? 'no final read was asked for' : 'the run never came to its final reads';
}
