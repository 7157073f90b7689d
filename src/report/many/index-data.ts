/**
 * What the page of many runs is made of: plain JSON, a few hundred bytes a run. Everything that is said of several runs
 * together (what is new, how often, since when) is worked out when the index is made; the page sorts, filters and draws.
 *
 * How it can mislead: runs are compared by system, workload and nemesis. Two runs that are alike in these may differ in
 * nodes, clients, rate and length; see `setup`.
 */
import type { RunVerdict } from '../../gate/verdict.ts';

/** `unfinished`: there is no verdict, because it was killed, still runs, or its files cannot be read. */
export type IndexVerdict = RunVerdict | 'unfinished';

/** Gravest first. */
export const gravity: readonly IndexVerdict[] = ['fail', 'error', 'unknown', 'unfinished', 'vacuous', 'pass'];

/** Shapes, so that nobody needs the colours. */
export const verdictMarks: Readonly<Record<IndexVerdict, string>> = {
  pass: '✓',
  fail: '✗',
  error: '!',
  unknown: '?',
  vacuous: '∅',
  unfinished: '…',
};

export interface IndexData {
  /** Version of ordeal that made the index. */
  readonly ordeal: string;
  /** Wall-clock time when it was made: ISO 8601, UTC. */
  readonly madeAt: string;
  /** Dates, ascending; each is that on which its night began. `undated`, the first if it is there, is of runs without one. */
  readonly nights: readonly string[];
  /** What was tested: by system, workload, nemesis. */
  readonly combinations: readonly Combination[];
  /** In order of their beginnings. */
  readonly runs: readonly IndexRun[];
  /** What was ever found, the most newsworthy first. */
  readonly findings: readonly Finding[];
  /** Runs whose time is that of the plan, because their verdict does not say how long they were. */
  readonly plannedDurations: number;
  /** The same facts as Markdown; see `index-markdown.ts`. */
  readonly markdown: string;
}

export interface Combination {
  /** For people: `toy with stale-read`, `etcd reads=serializable`. */
  readonly system: string;
  readonly workload: string;
  /** Names of the fault programmes. */
  readonly nemesis: string;
  /** Whether a bug was planted, so that a failure is what was wanted. */
  readonly planted: boolean;
}

export interface IndexRun {
  /** Of its directory, as whoever made the index would name it. */
  readonly path: string;
  /** Address of its page, relative to the index; null when it has none. */
  readonly report: string | null;
  /** Into `nights`. */
  readonly night: number;
  /** Into `combinations`. */
  readonly combination: number;
  /** ISO 8601, UTC; null when nothing says it. */
  readonly startedAt: string | null;
  readonly seed: string;
  readonly verdict: IndexVerdict;
  /** The first few, cut. */
  readonly reasons: readonly string[];
  /** How many more there are in `verdict.json`. */
  readonly reasonsLeftOut: number;
  /** Null for an unfinished one. */
  readonly durationMs: number | null;
  readonly measures: Measures;
  /** Null when nobody counted. */
  readonly faults: { readonly begun: number; readonly bitten: number } | null;
  /** Into `findings`. */
  readonly findings: readonly number[];
  /** `5 nodes, 10 clients, 100/s, 15 s` */
  readonly setup: string;
  /** Command that does it again; null when the plan cannot be read. */
  readonly reproduce: string | null;
}

/** Null: not measured. */
export interface Measures {
  readonly operations: number | null;
  readonly okPerSecond: number | null;
  readonly p99Ms: number | null;
  /** From healing to the first `ok`. */
  readonly recoveryMs: number | null;
  /** From healing until the members agreed; null also when they never did. */
  readonly convergedMs: number | null;
}

/**
 * - `single`: there are no nights to compare.
 * - `new`: seen last night and never before, although there had been runs that could have shown it.
 * - `first-look`: seen last night, and nobody had looked before.
 * - `back`: seen last night and earlier, but not in the night before in which anybody looked.
 * - `still`: seen last night and in the night before in which anybody looked.
 * - `unlooked`: not seen last night, and nobody looked.
 * - `quiet`: not seen last night, although there were runs that could have shown it.
 */
export type FindingStatus = 'single' | 'new' | 'back' | 'first-look' | 'still' | 'unlooked' | 'quiet';

/** A defect that was seen: anomalies of the same signature, on the same system. */
export interface Finding {
  readonly system: string;
  /** Of a planted bug; see `Combination.planted`. */
  readonly planted: boolean;
  /** For people: `stale-read`. */
  readonly name: string;
  readonly kind: string;
  readonly signature: string;
  /** Those in which it was ever seen. */
  readonly combinations: readonly number[];
  /** Those in which it was seen, in order. Into `runs`. */
  readonly runs: readonly number[];
  readonly status: FindingStatus;
  /**
   * All runs that could have shown it: those of its combinations in which the checker that names it came to an answer. Their
   * whole time counts, from the first event to the last.
   */
  readonly looked: Looked;
  /** By night: in how many runs it was seen, and how many could have shown it. */
  readonly nights: readonly { readonly seen: number; readonly looked: number }[];
  /** Of `looked`, the runs before it was first seen. */
  readonly before: Looked;
  /** Of `looked`, the runs after it was last seen. */
  readonly since: Looked;
}

export interface Looked {
  readonly runs: number;
  readonly ms: number;
}

export const undated = 'undated';
