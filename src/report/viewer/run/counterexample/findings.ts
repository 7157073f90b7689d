/**
 * All anomalies of a run in one list, the checkers' in their order: what `view.anomaly` counts.
 */
import type { Anomaly, CheckResult } from '../../../../checker/checker.ts';

export interface FoundAnomaly {
  readonly checker: string;
  readonly anomaly: Anomaly;
}

export function foundAnomalies(results: readonly CheckResult[]): readonly FoundAnomaly[] {
  return results.flatMap(result =>
    result.validity === 'invalid' ? result.anomalies.map(anomaly => ({ checker: result.checker, anomaly })) : [],
  );
}
