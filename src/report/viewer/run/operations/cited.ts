/**
 * Which operations the anomalies speak of, counted as the whole page counts anomalies: through all checkers, from 0.
 */
import type { Anomaly } from '../../../../checker/checker.ts';
import type { Report } from '../../../data.ts';

export function anomaliesOf({ data }: Report): readonly Anomaly[] {
  return data.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
}

/** Every operation that an anomaly needs, in order of invocation. */
export function operationsOf({ operations, evidence }: Anomaly): readonly number[] {
  const ids = new Set([...operations, ...(evidence?.operations.map(({ id }) => id) ?? [])]);
  return [...ids].toSorted((a, b) => a - b);
}

/** From the id of an operation to the anomalies that cite it. */
export function citations(report: Report): ReadonlyMap<number, readonly number[]> {
  let found = known.get(report);
  if (!found) {
    found = new Map<number, number[]>();
    for (const [number, anomaly] of anomaliesOf(report).entries()) {
      for (const id of operationsOf(anomaly)) {
        if (id >= report.operations.length) continue;
        const numbers = found.get(id);
        if (numbers) numbers.push(number);
        else found.set(id, [number]);
      }
    }
    known.set(report, found);
  }
  return found;
}

const known = new WeakMap<Report, Map<number, number[]>>();
