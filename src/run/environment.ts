/**
 * What a run ran on beside the machine itself: kept with the run, so that two runs can be compared and one be repeated.
 */
import type { RuntimeEnvironment } from '../runtime/environment.ts';

/** `environment.json`, by its name for those who know runs and not runtimes. */
export type Environment = RuntimeEnvironment;
