/**
 * A panel: one question about the run and its answer. Each is a function in a file of its own under `panels/`; `main.ts` has
 * the list.
 */
import type { Report } from '../../data.ts';
import type { State } from './state.ts';

/** What every panel is given. */
export interface Context {
  readonly report: Report;
  readonly state: State;
}

/** The panel, in place; null when there is nothing that it could show. */
export type CreatePanel = (context: Context) => HTMLElement | null;
