/**
 * Which operations the reader wants to see. Lanes and table ask here, so that they always show the same ones.
 *
 * The tables of a report hold every name, key and value once. Each of them is asked once whether it fits; a million
 * operations then only look up the answers.
 */
import type { Report, ReportOperations } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { outcomes } from '../operation-words.ts';
import type { View } from '../state.ts';
import { type Search, searchOf } from './search.ts';

export const filterFields = ['f', 'key', 'node', 'outcome', 'process', 'text'] as const;
export type Filter = Pick<View, (typeof filterFields)[number]>;

/** Shows all. */
export const noFilter: Filter = { f: '', key: '', node: '', outcome: '', process: '', text: '' };

export function isFiltered(filter: Filter): boolean {
  return filterFields.some(field => filter[field].trim() !== '');
}

/** Ids of the operations that fit, ascending. Shared: not to be changed. */
export function matching(report: Report, filter: Filter): Int32Array {
  const wanted = filterFields.map(field => filter[field].trim());
  const name = wanted.join('\u0000');
  const last = lastMatches.get(report);
  if (last?.name === name) return last.ids;
  const ids = isFiltered(filter) ? select(report.operations, filter) : all(report);
  lastMatches.set(report, { name, ids });
  return ids;
}

const lastMatches = new WeakMap<Report, { readonly name: string; readonly ids: Int32Array }>();
const everything = new WeakMap<Report, Int32Array>();

function all(report: Report): Int32Array {
  let ids = everything.get(report);
  if (!ids) {
    ids = Int32Array.from({ length: report.operations.length }, (_, id) => id);
    everything.set(report, ids);
  }
  return ids;
}

function select(operations: ReportOperations, filter: Filter): Int32Array {
  const { f, key, node, outcome, process } = operations;
  const fs = named(operations.functions, filter.f);
  const keys = keysNamed(operations.keys, filter.key.trim());
  const nodes = named(operations.nodes, filter.node);
  const ends = named(outcomes, filter.outcome);
  const client = filter.process.trim();
  const wantedProcess = client === '' ? null : Number(client);
  const search = searchOf(operations, filter.text);
  const ids = new Int32Array(operations.length);
  let count = 0;
  for (let id = 0; id < operations.length; id++) {
    if (fs && fs[f[id] as number] === 0) continue;
    if (keys && keys[key[id] as number] === 0) continue;
    if (nodes && nodes[node[id] as number] === 0) continue;
    if (ends && ends[outcome[id] as number] === 0) continue;
    if (wantedProcess !== null && process[id] !== wantedProcess) continue;
    if (search && !finds(search, id)) continue;
    ids[count++] = id;
  }
  return ids.slice(0, count);
}

/** 1 for each of the names that is this one; null when any will do. */
function named(names: readonly string[], wanted: string): Uint8Array | null {
  const name = wanted.trim();
  return name === '' ? null : Uint8Array.from(names, candidate => (candidate.trim() === name ? 1 : 0));
}

/**
 * The key of that name. While a name is being typed there is none: then all keys that have it in them. A link has the key
 * as it is, a field of the page has it as it is shown.
 */
function keysNamed(keys: readonly string[], wanted: string): Uint8Array | null {
  if (wanted === '') return null;
  const exact = Uint8Array.from(keys, key => (key.trim() === wanted || keyName(key).trim() === wanted ? 1 : 0));
  return exact.includes(1) ? exact : Uint8Array.from(keys, key => (keyName(key).includes(wanted) ? 1 : 0));
}

/** A key as lists and fields show it. */
export function keyName(key: string): string {
  return showForeign(key, 200);
}

function finds(search: Search, id: number): boolean {
  for (const fits of search) if (!fits(id)) return false;
  return true;
}
