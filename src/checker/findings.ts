/**
 * Gathers what a checker finds: every finding is counted, the first few of each kind are explained.
 *
 * A broken store may show the same defect ten thousand times. A person reads one, a programme needs the number.
 */
import type { Key } from '../base/names.ts';
import type { Anomaly, CheckResult, Stats } from './checker.ts';
import { countOf, enumerate } from './words.ts';

/** An anomaly without what follows from its kind. */
export interface Finding {
  readonly key?: Key | null;
  readonly explanation: string;
  readonly operations: readonly number[];
  /** Part of the signature, where one kind has several causes. */
  readonly variant?: string;
}

export interface Findings<K extends string> {
  /** Counts it. `explain` is only called for the first few of a kind. */
  add(kind: K, explain: () => Finding): void;
  /** Invalid when anything was found; else unknown when `missing` says what is not there to judge; else valid. */
  result(otherwise: { readonly stats: Stats; readonly summary: string; readonly missing?: string | null }): CheckResult;
}

const explainedPerKind = 5;

/** `nouns`: the kinds that the checker knows, the gravest first, each as people call it: `lost element`. */
export function createFindings<K extends string>(checker: string, nouns: Readonly<Record<K, string>>): Findings<K> {
  const kinds = Object.keys(nouns) as K[];
  const counts = new Map<K, number>();
  const anomalies = new Map<K, Anomaly[]>(kinds.map(kind => [kind, []]));
  return {
    add(kind, explain) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const explained = anomalies.get(kind) ?? [];
      if (explained.length >= explainedPerKind) return;
      const { key = null, explanation, operations, variant } = explain();
      const signature = [checker, kind, ...(variant === undefined ? [] : [variant])].join(':');
      explained.push({ kind, key, signature, explanation, operations });
    },
    result({ stats, summary, missing = null }) {
      const [first, ...others] = kinds.flatMap(kind => anomalies.get(kind) ?? []);
      if (first) {
        const found = kinds.filter(kind => counts.has(kind)).map(kind => ({ kind, count: counts.get(kind) ?? 0 }));
        return {
          checker,
          validity: 'invalid',
          anomalies: [first, ...others],
          summary: enumerate(
            found.map(({ kind, count }) => countOf(count, nouns[kind])),
            kinds.length,
          ),
          stats: { ...stats, ...Object.fromEntries(found.map(({ kind, count }) => [kind, count])) },
        };
      }
      if (missing !== null) {
        return { checker, validity: 'unknown', reason: 'no-data', detail: missing, summary: missing, stats };
      }
      return { checker, validity: 'valid', summary, stats };
    },
  };
}
