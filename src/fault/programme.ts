/**
 * A fault programme, expanded by a seed into a schedule: what a plan holds and a run executes.
 */

/** One fault of a plan. Times are milliseconds from the begin of the main phase. */
export interface ScheduledFault {
  readonly id: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly kind: string;
  /** `one`, `minority`, `majority`, `primaries`, `all`, or names: `n1,n3`. Resolved when it begins. */
  readonly target: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}
