/**
 * The monitor of a model against the definition: its verdict, its order; its culprits, which alone must be impossible, and
 * the event by which it says that all was lost.
 */
import { happenedBy } from './oracle.mjs';
import { orderFault } from './replay.mjs';

export function monitorJudge({ program, model, oracle, counts }) {
  const monitor = program.monitorOf(model);
  counts.name = monitor?.name ?? null;
  return {
    /** What is wrong with it, in words, or null. */
    judge({ operations, subhistory, first }) {
      if (monitor === null) return null;
      const verdict = monitor.judge(subhistory);
      counts[verdict.validity]++;
      if (verdict.validity === 'inapplicable') return null;
      const expected = first === null ? 'valid' : 'invalid';
      if (verdict.validity !== expected) return `says ${verdict.validity}, but it is ${expected}`;
      const operationsAt = positions => Array.from(positions, position => subhistory.operation(position));
      if (verdict.validity === 'valid') return orderFault(model, operations, operationsAt(verdict.order));
      const until = subhistory.time(verdict.until);
      if (oracle.explains(happenedBy(operations, until)))
        return `says that it is impossible at event ${until}, but it is not yet`;
      if (verdict.culprits === null) return null;
      const culprits = operationsAt(verdict.culprits);
      const named = culprits.map(({ id }) => `#${id}`).join(', ');
      if (new Set(culprits).size < culprits.length) return `names a culprit twice: ${named}`;
      return oracle.explains(culprits) ? `the culprits ${named} alone are possible` : null;
    },
  };
}
