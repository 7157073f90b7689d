/**
 * Words that a reader looks for in the rows of operations: each must stand somewhere in the row, in whatever column, be it
 * large or small. `#17` is the operation of that number.
 *
 * Columns that hold nothing but numbers (process, time, latency) are not searched: a `5` would be in half of them.
 */
import type { ReportOperations } from '../../../data.ts';
import { outcomes } from '../operation-words.ts';

/** One test for each word: whether the operation of this id has it. */
export type Search = readonly ((id: number) => boolean)[];

/** Null when there is nothing to look for. */
export function searchOf(operations: ReportOperations, text: string): Search | null {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  return words.length === 0 ? null : words.map(word => wordTest(operations, word));
}

function wordTest(operations: ReportOperations, word: string): (id: number) => boolean {
  const number = /^#(\d+)$/.exec(word)?.[1];
  if (number !== undefined) return id => id === Number(number);
  const { f, key, node, input, output, outcome, error } = operations;
  const inF = having(operations.functions, word);
  const inKey = having(operations.keys, word);
  const inNode = having(operations.nodes, word);
  const inValue = having(operations.values, word);
  const inOutcome = having(outcomes, word);
  const inError = having(operations.errors, word);
  // Beyond a table, and at -1, there is undefined, which is not 1.
  return id =>
    inF[f[id] as number] === 1 ||
    inKey[key[id] as number] === 1 ||
    inValue[input[id] as number] === 1 ||
    inValue[output[id] as number] === 1 ||
    inError[error[id] as number] === 1 ||
    inNode[node[id] as number] === 1 ||
    inOutcome[outcome[id] as number] === 1;
}

/** 1 for each of the texts that has the word in it. */
function having(texts: readonly string[], word: string): Uint8Array {
  let small = lowered.get(texts);
  if (!small) {
    small = texts.map(text => text.toLowerCase());
    lowered.set(texts, small);
  }
  const found = new Uint8Array(texts.length);
  for (let at = 0; at < found.length; at++) if (small[at]?.includes(word)) found[at] = 1;
  return found;
}

const lowered = new WeakMap<readonly string[], readonly string[]>();
