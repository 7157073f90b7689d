/**
 * The monitors by the name of their model.
 */
import type { Monitor } from './monitor.ts';

const byModel: Readonly<Record<string, Monitor>> = {};

/** Null where every history of the model is for the search. */
export function monitorOf(model: { readonly name: string }): Monitor | null {
  return byModel[model.name] ?? null;
}
