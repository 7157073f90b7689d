/**
 * What is measured: a name, the history (a spec of `histories.mjs`, or a file), and the verdict that must come out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelOf } from './objects.mjs';

const invalid = ['middle', 'end', 'stale'];

/** About 220 cases. */
export const fullCases = [
  ...cross({ kind: 'register', operations: [100], clients: [5, 10] }),
  ...cross({ kind: 'register', operations: [1e3, 1e4, 1e5, 1e6], clients: [5, 10, 30, 100], info: [0, 0.01] }),
  ...cross({ kind: 'register', operations: [1e4], clients: [5, 10, 30, 100], info: [0.001, 0.05] }),
  ...cross({ kind: 'register', operations: [1e3, 1e4], clients: [5, 10, 30, 100], validity: invalid }),
  ...cross({ kind: 'register', operations: [1e4], clients: [10, 30], info: [0.01], validity: invalid }),
  ...cross({ kind: 'register', operations: [1e5], clients: [10], validity: invalid }),
  ...cross({ kind: 'unique', operations: [1e3, 1e4, 1e5, 1e6], clients: [5, 10, 30, 100] }),
  ...cross({ kind: 'unique', operations: [1e4], clients: [5, 10, 30, 100], info: [0.01] }),
  ...cross({ kind: 'unique', operations: [1e3, 1e4], clients: [10], validity: invalid }),
  ...cross({ kind: 'cas', operations: [100], clients: [5, 10] }),
  ...cross({ kind: 'cas', operations: [1e3, 1e4, 1e5, 1e6], clients: [5, 10, 30, 100], info: [0, 0.01] }),
  ...cross({ kind: 'cas', operations: [1e4], clients: [5, 10, 30], validity: invalid }),
  ...cross({ kind: 'kv', operations: [1e5, 1e6], clients: [10, 30, 100], info: [0, 0.01] }),
  ...cross({ kind: 'kv', operations: [1e5], clients: [10, 30], validity: invalid }),
  ...cross({ kind: 'contains', operations: [1e5, 1e6], clients: [10, 100], info: [0, 0.01] }),
  ...cross({ kind: 'contains', operations: [1e5], clients: [10], validity: invalid }),
  ...cross({ kind: 'reads', operations: [1e3, 1e4, 1e5], clients: [5, 10, 30] }),
  ...cross({ kind: 'reads', operations: [1e4], clients: [5, 10], info: [0.01] }),
  ...cross({ kind: 'reads', operations: [1e4], clients: [5, 10], validity: invalid }),
  ...cross({ kind: 'queue', operations: [100, 1e3, 1e4, 1e6], clients: [5, 10, 30] }),
  ...cross({ kind: 'queue', operations: [100, 1e3], clients: [5], info: [0.01] }),
  ...cross({ kind: 'queue', operations: [100], clients: [5], validity: ['middle', 'stale'] }),
  ...cross({ kind: 'queue', operations: [1e4], clients: [5], validity: invalid }),
  ...cross({ kind: 'stack', operations: [100, 1e3, 1e4, 1e6], clients: [5, 10] }),
  ...cross({ kind: 'stack', operations: [100], clients: [5], validity: ['middle', 'stale'] }),
  ...cross({ kind: 'stack', operations: [1e4], clients: [5], validity: invalid }),
  ...cross({ kind: 'lock', operations: [1e3, 1e4, 1e5, 1e6], clients: [5, 30, 100] }),
  ...cross({ kind: 'lock', operations: [1e4], clients: [5, 30], info: [0.01] }),
  ...cross({ kind: 'lock', operations: [1e4], clients: [5, 30], validity: ['middle', 'end'] }),
];

/** At most a dozen of them are too hard for Porcupine. */
export const quickCases = [
  ...cross({ kind: 'register', operations: [100], clients: [5] }),
  ...cross({ kind: 'register', operations: [1e3], clients: [5, 10] }),
  ...cross({ kind: 'register', operations: [1e4], clients: [5, 10], info: [0, 0.01] }),
  ...cross({ kind: 'register', operations: [1e4], clients: [30] }),
  ...cross({ kind: 'register', operations: [1e5], clients: [5] }),
  ...cross({ kind: 'register', operations: [1e6], clients: [10] }),
  ...cross({ kind: 'register', operations: [1e4], clients: [5], validity: invalid }),
  ...cross({ kind: 'register', operations: [1e4], clients: [10], validity: ['middle'] }),
  ...cross({ kind: 'unique', operations: [1e4], clients: [10] }),
  ...cross({ kind: 'unique', operations: [1e3], clients: [10], validity: ['stale'] }),
  ...cross({ kind: 'cas', operations: [1e4], clients: [10], info: [0, 0.01] }),
  ...cross({ kind: 'cas', operations: [1e4], clients: [30] }),
  ...cross({ kind: 'cas', operations: [1e4], clients: [10], validity: ['stale'] }),
  ...cross({ kind: 'kv', operations: [1e5], clients: [30], info: [0, 0.01] }),
  ...cross({ kind: 'kv', operations: [1e5], clients: [30], validity: ['middle'] }),
  ...cross({ kind: 'kv', operations: [1e6], clients: [30] }),
  ...cross({ kind: 'contains', operations: [1e5], clients: [10] }),
  ...cross({ kind: 'reads', operations: [1e4], clients: [5] }),
  ...cross({ kind: 'queue', operations: [100, 1e3], clients: [5] }),
  ...cross({ kind: 'queue', operations: [1e4], clients: [5], validity: ['stale'] }),
  ...cross({ kind: 'stack', operations: [100, 1e3], clients: [5] }),
  ...cross({ kind: 'lock', operations: [1e4], clients: [5, 30] }),
];

/** Histories that were recorded elsewhere: a folder with `index.jsonl`, which has `file`, `model` and `valid` of each. */
export function corpusCases(directory) {
  const lines = readFileSync(join(directory, 'index.jsonl'), 'utf8').trim().split('\n');
  return lines.map(line => {
    const { file, model, valid } = JSON.parse(line);
    const name = `corpus ${file.replace(/\.jsonl(\.gz)?$/, '')}`;
    return { name, path: join(directory, file), model, expected: valid ? 'valid' : 'invalid' };
  });
}

/**
 * Five values make the hardest search. An answer can be certainly wrong only while nobody may still write that value, so there
 * have to be more of them the more writes are open, crashed ones included.
 */
export function valuesFor({ kind, operations, clients, info, validity }) {
  if (validity === 'valid') return 5;
  // Near the end of a short one there are few reads to choose from.
  const isTight = clients > 10 || (clients === 10 && operations < 1e4);
  const crashed = (operations * info) / (kind === 'kv' ? 100 : 1);
  return Math.max(isTight ? 2 * clients : 5, Math.ceil(crashed));
}

function cross({ kind, operations, clients, info = [0], validity = ['valid'] }) {
  return operations.flatMap(n =>
    clients.flatMap(c => info.flatMap(share => validity.map(one => caseOf(kind, [n, c, share, one])))),
  );
}

function caseOf(kind, [operations, clients, info, validity]) {
  const base = { kind, operations, clients, info, validity, seed: 1 };
  const spec = { ...base, values: valuesFor(base) };
  const name = `${kind} 10^${Math.log10(operations)} c=${clients} info=${info * 100}% ${validity}`;
  return { name, spec, model: modelOf[kind], expected: validity === 'valid' ? 'valid' : 'invalid' };
}
