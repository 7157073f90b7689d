/** What is run on a system when nothing else was asked for. */
export interface SystemDefaults {
  readonly workload: string;
  readonly nemesis: readonly string[];
  /** Members. @default 5 */
  readonly nodes?: number;
  /** How long a client waits for one answer. @default 1000 */
  readonly operationTimeoutMs?: number;
  /** How long the members may take to agree after healing. @default 10_000 */
  readonly convergenceDeadlineMs?: number;
}
