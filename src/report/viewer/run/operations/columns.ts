/**
 * The columns of the table of operations.
 */
import type { Report } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { keyText, nodeText, outcomeMarks, outcomeOf, valueText } from '../operation-words.ts';
import { callText, latencyText } from './facts.ts';
import type { Order } from './order.ts';

export interface Column {
  readonly name: string;
  readonly title: string;
  /** Of what a cell holds. */
  readonly text: (report: Report, id: number, longest: number) => string;
  readonly isNumber?: boolean;
  readonly order?: Order['column'];
}

export const columns: readonly Column[] = [
  { name: '#', title: 'number of the operation, in order of invocation', text: (_, id) => String(id), isNumber: true },
  { name: 'time', title: 'when it was invoked', text: callText, isNumber: true, order: 'time' },
  {
    name: 'process',
    title: 'the client that did it; after info it goes on under a new number',
    text: ({ operations }, id) => String(operations.process[id]),
    isNumber: true,
  },
  { name: 'node', title: 'the node that was asked', text: ({ operations }, id) => nodeText(operations, id) },
  {
    name: 'function',
    title: 'what was asked for',
    text: ({ operations }, id, longest) =>
      showForeign(operations.functions[operations.f[id] as number] ?? '', Math.min(longest, 100)),
  },
  { name: 'key', title: 'of what', text: ({ operations }, id, longest) => keyText(operations, id, longest) },
  {
    name: 'input',
    title: 'what was given',
    // Nothing was given, as JSON says it.
    text: ({ operations }, id, longest) => orEmpty(valueText(operations, operations.input[id] as number, longest)),
  },
  {
    name: 'output',
    title: 'what came back',
    text: ({ operations }, id, longest) => valueText(operations, operations.output[id] as number, longest) ?? '',
  },
  {
    name: 'outcome',
    title: 'ok: it happened; fail: it certainly did not; info: nobody knows',
    text: ({ operations }, id) => {
      const outcome = outcomeOf(operations, id);
      return `${outcomeMarks[outcome]} ${outcome}`;
    },
  },
  {
    name: 'latency',
    title: 'from call to completion',
    text: (report, id) => latencyText(report, id) ?? 'never ended',
    isNumber: true,
    order: 'latency',
  },
  {
    name: 'error',
    title: 'what the client said went wrong',
    text: ({ operations }, id, longest) =>
      showForeign(operations.errors[operations.error[id] as number] ?? '', longest),
  },
];

function orEmpty(value: string | null): string {
  return value === null || value === 'null' ? '' : value;
}
