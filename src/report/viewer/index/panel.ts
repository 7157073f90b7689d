/**
 * A panel of the page of many runs: one question and its answer. Each is a function in a file of its own under `panels/`;
 * `main.ts` has the list.
 */
import type { IndexData } from '../../many/index-data.ts';
import type { State } from './state.ts';

/** What every panel is given. */
export interface Context {
  readonly data: IndexData;
  readonly state: State;
  /** Runs that are wanted at present, in order of time. Into `data.runs`. */
  shown(): readonly number[];
}

/** The panel, in place; null when there is nothing that it could show. */
export type CreatePanel = (context: Context) => HTMLElement | null;

/** The id of a part about something with this name, the same in every index. */
export function placeName(kind: 'finding' | 'trend', name: string): string {
  return `${kind}-${name.replaceAll(/\W+/g, '-')}`;
}

/** Shows these runs in the table. */
export function showRuns(state: State, wanted: Parameters<State['set']>[0]): void {
  state.set({ ...wanted, at: 'runs' });
}
