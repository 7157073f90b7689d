/**
 * What the live check and its worker say to each other. Everything here survives a structured clone.
 */
import type { Alarm } from './stream.ts';

/** Given to the worker when it is started. */
export interface LiveTask {
  /** By name. */
  readonly model: string;
}

/** To the worker: whole lines of a history, as they were recorded. The answer to each: */
export interface LiveReport {
  readonly alarm: Alarm | null;
  /** What it does not judge any more, and why: a sentence, said once. */
  readonly limit: string | null;
}
