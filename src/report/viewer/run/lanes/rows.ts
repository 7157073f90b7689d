/**
 * What makes a row: a key, a process, or a node. Rows are in the order in which people count: `key 2` before `key 10`.
 */
import type { Report, ReportOperations } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import type { View } from '../state.ts';

export interface Rows {
  readonly count: number;
  /** By id of an operation. */
  readonly rowOf: (id: number) => number;
  /** Not cut. */
  readonly label: (row: number) => string;
}

/** Rows in which there is at least one of these operations. */
export function rowsOf(report: Report, group: View['group'], ids: Int32Array): Rows {
  const { operations } = report;
  const { members, label, ranks } = groups(report, group);
  const isUsed = new Uint8Array(ranks.length);
  for (const id of ids) isUsed[members[id] as number] = 1;
  const rowOfMember = new Int32Array(ranks.length).fill(-1);
  const memberOfRow: number[] = [];
  for (const member of ranks) {
    if (isUsed[member] === 1) rowOfMember[member] = memberOfRow.push(member) - 1;
  }
  return {
    count: memberOfRow.length,
    rowOf: id => rowOfMember[members[id] as number] as number,
    label: row => label(operations, memberOfRow[row] as number),
  };
}

interface Groups {
  /** By id of an operation: the number of its key, process or node. */
  readonly members: Int32Array;
  /** These numbers in the order of rows. */
  readonly ranks: readonly number[];
  readonly label: (operations: ReportOperations, member: number) => string;
}

const known = new WeakMap<Report, Partial<Record<View['group'], Groups>>>();

function groups(report: Report, group: View['group']): Groups {
  const found = known.get(report) ?? {};
  known.set(report, found);
  found[group] ??= { key: byKey, process: byProcess, node: byNode }[group](report.operations);
  return found[group];
}

function byKey({ key, keys }: ReportOperations): Groups {
  return { members: key, ranks: inOrder(keys), label: ({ keys: names }, at) => nameOr(names[at], 'no key') };
}

function byNode({ node, nodes }: ReportOperations): Groups {
  return { members: node, ranks: inOrder(nodes), label: ({ nodes: names }, at) => nameOr(names[at], 'no node') };
}

/** A process that could not tell what came of its operation is followed by another, so there may be very many. */
function byProcess({ process, node, nodes, length }: ReportOperations): Groups {
  const numbers = new Map<number, number>();
  const firsts: number[] = [];
  const members = new Int32Array(length);
  for (let id = 0; id < length; id++) {
    const number = process[id] as number;
    let member = numbers.get(number);
    if (member === undefined) {
      member = firsts.push(id) - 1;
      numbers.set(number, member);
    }
    members[id] = member;
  }
  const numberOf = (member: number): number => process[firsts[member] as number] as number;
  return {
    members,
    ranks: [...firsts.keys()].toSorted((a, b) => numberOf(a) - numberOf(b)),
    label: (_, member) => {
      const name = showForeign(nodes[node[firsts[member] as number] as number] ?? '', 100);
      return name === '' ? `process ${numberOf(member)}` : `process ${numberOf(member)} · ${name}`;
    },
  };
}

function nameOr(name: string | undefined, none: string): string {
  return name === undefined || name === '' ? none : showForeign(name, 300);
}

/**
 * Positions of names as people order them: words, then the number at the end. Ten thousand keys are ordered in a few
 * milliseconds, which a collator does not do.
 */
export function inOrder(names: readonly string[]): readonly number[] {
  const parts = names.map(name => {
    const digits = /-?\d{1,15}$/.exec(name)?.[0] ?? '';
    return { words: name.slice(0, name.length - digits.length), number: digits === '' ? -Infinity : Number(digits) };
  });
  return [...names.keys()].toSorted((a, b) => {
    const [one, other] = [parts[a] as (typeof parts)[number], parts[b] as (typeof parts)[number]];
    if (one.words !== other.words) return one.words < other.words ? -1 : 1;
    return one.number === other.number ? a - b : one.number - other.number;
  });
}
