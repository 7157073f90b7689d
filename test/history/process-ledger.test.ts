import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProcessLedger } from '../../src/history/process-ledger.ts';
import { runs } from './files.ts';

describe('the ledger of processes', () => {
  test('keeps the rules, also for processes whose numbers have the same last bits', () => {
    const step = fc.record({
      process: fc.constantFrom(0, 1, 1023, 1024, 1025, 2048, 5000, 0x7fff_ffff, 2 ** 32, 2 ** 32 + 1),
      does: fc.constantFrom('invoke', 'invoke', 'ok', 'fail', 'info'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const ledger = new ProcessLedger();
        const open = new Map<number, number>();
        const retired = new Set<number>();
        let operations = 0;
        for (const { process, does } of steps) {
          const before = open.get(process);
          if (does === 'invoke') {
            const given = ledger.invoke(process);
            if (before !== undefined) {
              expect(given).toBe(`process ${process} invokes while its operation #${before} is still open`);
            } else if (!retired.has(process)) {
              expect(given).toBe(operations);
              open.set(process, operations++);
            } else expect(given).toBe(`process ${process} is used again after an operation of it ended "info"`);
          } else {
            const again = `process ${process} completes again after an operation of it ended "info"`;
            const none = `process ${process} completes, but has no open invocation`;
            expect(ledger.opened(process)).toBe(before ?? (retired.has(process) ? again : none));
            if (before === undefined) continue;
            ledger.complete(process, does);
            open.delete(process);
            if (does === 'info') retired.add(process);
          }
        }
      }),
      { numRuns: runs * 2 },
    );
  });
});
