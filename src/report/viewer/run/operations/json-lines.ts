/**
 * Operations as JSON Lines, for other tools. Values are as the report has them: one that was cut is a text.
 */
import type { Report } from '../../../data.ts';
import { outcomeOf } from '../operation-words.ts';

export function jsonLines({ operations, data }: Report, ids: Int32Array): string {
  const lines = Array.from(ids, id => {
    const [input, output] = [operations.input[id] as number, operations.output[id] as number];
    const end = operations.returnTime[id] as number;
    const at = operations.completion[id] as number;
    return JSON.stringify({
      id,
      process: operations.process[id],
      node: operations.nodes[operations.node[id] as number] || null,
      f: operations.functions[operations.f[id] as number],
      key: operations.keys[operations.key[id] as number] || null,
      input: parsed(operations.values[input]),
      ...(output < 0 ? {} : { output: parsed(operations.values[output]) }),
      outcome: outcomeOf(operations, id),
      ...((operations.error[id] as number) < 0 ? {} : { error: operations.errors[operations.error[id] as number] }),
      call: operations.call[id],
      completion: at < 0 ? null : at,
      ...(data.hasTimes ? { callTime: operations.callTime[id], returnTime: Number.isFinite(end) ? end : null } : {}),
    });
  });
  return lines.map(line => `${line}\n`).join('');
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
