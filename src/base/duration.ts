/**
 * Durations as people write them: `250ms`, `1.5s`, `2m`. The unit is never left out, so nobody has to guess it.
 */

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds, or null when it is not a duration. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  return match ? Number(match[1]) * (unitsMs[match[2] as string] as number) : null;
}

/** The shortest text that means the same: `15s`, `1.5s`, `250ms`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs >= 60_000 && durationMs % 60_000 === 0) return `${durationMs / 60_000}m`;
  return durationMs >= 1_000 ? `${Number((durationMs / 1_000).toFixed(3))}s` : `${Number(durationMs.toFixed(3))}ms`;
}
