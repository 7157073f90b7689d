/**
 * A small drawing of how operations overlapped: a line for each process, time from left to right.
 *
 *     process 0 on n1  ├ #0 write 1 ┤
 *     process 1 on n2                 ├ #1 write 2 ┤
 *     process 2 on n1                                ├ #2 read -> 1 ┤
 *
 * Only the order is to scale: what begins further right began after what ends further left. An operation without a known
 * end runs to the right border. When there is too little room, the words are cut; when there is none, only bars are drawn.
 */
import type { Operation } from '../history/operation.ts';
import { showValue } from './words.ts';

const widest = 100;
/** How much of the words is kept, from what one would like to what is still of use: whether the number, how many letters. */
const measures = [
  { numbered: true, length: 32 },
  { numbered: true, length: 24 },
  ...[24, 18, 14, 10, 7, 4].map(length => ({ numbered: false, length })),
];

/** Lines of at most 100 characters. Empty without operations. */
export function drawOverlap(operations: readonly Operation[]): string {
  if (operations.length === 0) return '';
  const processes = [...new Set(operations.map(({ process }) => process))];
  const lanes = processes.map(process => operations.filter(operation => operation.process === process));
  const names = lanes.map(([first]) => nameOf(first as Operation));
  const margin = Math.max(...names.map(name => name.length)) + 2;
  const drawing = arrange(operations, widest - margin);
  return lanes
    .map((lane, index) => {
      const line = lane.reduce((text, operation) => {
        const begin = drawing.begin(operation);
        return text.slice(0, begin).padEnd(begin) + bar(operation, drawing);
      }, '');
      return `${(names[index] ?? '').padEnd(margin)}${line}`.trimEnd().slice(0, widest);
    })
    .join('\n');
}

interface Drawing {
  readonly begin: (operation: Operation) => number;
  /** The column of the end, or the border. */
  readonly end: (operation: Operation) => number;
  readonly words: (operation: Operation) => string;
}

function nameOf({ process, node }: Operation): string {
  return node === null ? `process ${process}` : `process ${process} on ${node}`;
}

/** The first measure of words with which everything finds room. */
function arrange(operations: readonly Operation[], room: number): Drawing {
  const events = operations
    .flatMap(operation => [
      { at: operation.call, begins: null as Operation | null },
      ...(Number.isFinite(operation.return) ? [{ at: operation.return, begins: operation }] : []),
    ])
    .toSorted((one, other) => one.at - other.at);
  for (const { numbered, length } of measures) {
    const words = (operation: Operation) => cut((numbered ? `#${operation.id} ` : '') + wordsOf(operation), length);
    const columns = new Map<number, number>();
    let column = -2;
    for (const { at, begins } of events) {
      column += 2;
      if (begins) column = Math.max(column, (columns.get(begins.call) ?? 0) + words(begins).length + 3);
      columns.set(at, column);
    }
    const open = operations.filter(operation => !Number.isFinite(operation.return));
    const border = Math.max(column, ...open.map(one => (columns.get(one.call) ?? 0) + words(one).length + 3));
    if (border < room) return { ...placed(columns, border), words };
  }
  const columns = new Map(events.map(({ at }, rank) => [at, Math.floor((rank * (room - 1)) / events.length)]));
  return { ...placed(columns, room - 1), words: () => '' };
}

function placed(columns: ReadonlyMap<number, number>, border: number): Pick<Drawing, 'begin' | 'end'> {
  return {
    begin: operation => columns.get(operation.call) ?? 0,
    end: operation => columns.get(operation.return) ?? border,
  };
}

function bar(operation: Operation, { begin, end, words }: Drawing): string {
  const text = words(operation);
  const start = text === '' ? '├' : `├ ${text} `;
  const length = end(operation) - begin(operation);
  return Number.isFinite(operation.return) ? `${start.padEnd(length, '─')}┤` : start.padEnd(length + 1, '╌');
}

function wordsOf({ f, input, output, outcome }: Operation): string {
  const given = input === null || input === undefined ? null : showValue(input);
  const asked = given === null ? f : `${f} ${given}`;
  if (outcome === 'fail') return `${asked} -> ${typeof output === 'string' ? output : 'failed'}`;
  // Some tools record the argument once more as the answer.
  const says = outcome === 'ok' && output !== undefined && showValue(output) !== given;
  return says ? `${asked} -> ${showValue(output)}` : asked;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
