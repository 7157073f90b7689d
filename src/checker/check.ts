/**
 * The front door for programmes: is this history linearizable, and if not, why?
 *
 *     check(
 *       [
 *         { process: 0, type: 'invoke', f: 'write', value: 1 },
 *         { process: 1, type: 'invoke', f: 'read' },
 *         { process: 1, type: 'ok', value: 1 },
 *         { process: 0, type: 'ok' },
 *       ],
 *       modelByName('register'),
 *     ).validity; // 'valid'
 *
 * It needs no cluster, no file and nothing of Node: it runs in a browser too.
 */
import { OrdealError } from '../base/errors.ts';
import type { Key, ProcessId } from '../base/names.ts';
import { HistoryAssembly } from '../history/assemble.ts';
import { type HistoryEvent, type Outcome, unknownHeader } from '../history/event.ts';
import type { History } from '../history/history.ts';
import type { Model } from '../model/model.ts';
import { type CheckResult, defaultBudget } from './checker.ts';
import { linearizable } from './linearizable.ts';

/** What happened, in order. A process does one thing at a time, and retires after `info`. */
export type SimpleEvent =
  | {
      readonly type: 'invoke';
      readonly process: ProcessId;
      readonly f: string;
      /** Objects are judged apart. @default null */
      readonly key?: Key | null;
      /** The argument. @default null */
      readonly value?: unknown;
    }
  /** `ok`: it happened, with this result; `fail`: it certainly did not; `info`: nobody knows. */
  | { readonly type: Outcome; readonly process: ProcessId; readonly value?: unknown };

export interface CheckOptions {
  /** Milliseconds for the search. @default 60000 */
  readonly timeMs?: number;
  /** Configurations that it may keep. @default 5000000 */
  readonly states?: number;
  /** Whether an `invalid` comes with a minimised counterexample in words. @default true */
  readonly explain?: boolean;
  /** Whether the verdict is given as soon as one key is invalid. @default false: it is told how many are */
  readonly bail?: boolean;
}

/** Errors: `MALFORMED_HISTORY`, `UNSUPPORTED_OPERATION`. */
export function check(
  history: History | Iterable<SimpleEvent>,
  model: Model,
  { timeMs = defaultBudget.timeMs, states = defaultBudget.states, ...options }: CheckOptions = {},
): CheckResult {
  const whole = 'operations' in history ? history : assembled(history);
  return linearizable(model, options).check(whole, { timeMs, states });
}

function assembled(events: Iterable<SimpleEvent>): History {
  const assembly = new HistoryAssembly({ fresh: false, echoes: false });
  let index = 0;
  for (const event of events) {
    const place = { index, time: index };
    const full: HistoryEvent =
      event.type === 'invoke'
        ? { key: null, node: null, ...event, value: event.value ?? null, ...place }
        : { ...event, ...place };
    const misfit = assembly.add(full);
    if (misfit !== null) {
      const { message, hint } = misfit;
      throw new OrdealError(`event ${index}: ${message}`, { code: 'MALFORMED_HISTORY', ...(hint ? { hint } : {}) });
    }
    index++;
  }
  return assembly.history(unknownHeader, null);
}
