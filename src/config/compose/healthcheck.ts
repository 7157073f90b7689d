/** The health check of a service. Durations are those of compose files: `1m30s`, `500ms`. */
import type { HealthCheck } from '../../runtime/docker/spec.ts';
import { elementsOf, type Field, invalidValue, membersOf, required, textOf, truthOf, wholeNumberOf } from '../field.ts';

const keys = ['test', 'interval', 'timeout', 'retries', 'start_period', 'disable'];

/** Null when it is switched off. */
export function healthCheckOf(field: Field): HealthCheck | null {
  const members = membersOf(field, keys);
  const disable = members.get('disable');
  if (disable && truthOf(disable)) return null;
  const test = testOf(required(members, field, 'test'));
  if (test === null) return null;
  const [interval, timeout, period, retries] = ['interval', 'timeout', 'start_period', 'retries'].map(key =>
    members.get(key),
  );
  return {
    test,
    intervalMs: interval ? durationOf(interval) : 30_000,
    timeoutMs: timeout ? durationOf(timeout) : 30_000,
    startPeriodMs: period ? durationOf(period) : 0,
    retries: retries ? wholeNumberOf(retries, { low: 1, high: 10_000 }) : 3,
  };
}

function testOf(field: Field): readonly string[] | null {
  if (!Array.isArray(field.value)) return ['CMD-SHELL', textOf(field)];
  const words = elementsOf(field).map(textOf);
  if (words[0] === 'NONE') return null;
  if ((words[0] === 'CMD' || words[0] === 'CMD-SHELL') && words.length > 1) return words;
  throw invalidValue(
    field,
    'a test that is a list begins with CMD, CMD-SHELL or NONE',
    '["CMD", "etcdctl", "endpoint"]',
  );
}

const unitsMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationOf(field: Field): number {
  const text = textOf(field).trim();
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitsMs[unit as string] as number), 0);
  }
  throw invalidValue(
    field,
    `${JSON.stringify(field.value)} is not a duration`,
    'write it with units: 500ms, 10s, 1m30s',
  );
}
