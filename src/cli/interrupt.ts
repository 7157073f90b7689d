/**
 * Ctrl-C and SIGTERM. The first ends the run in order: heal, stop the nodes, save, judge. The second ends us at once; the
 * nodes then end with us (see the reaper of the runtime).
 */
import { exitCode } from '../base/errors.ts';

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

export function onInterrupt(announce: () => void): Interrupt {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new Error('interrupted'));
    announce();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, listener);
    },
  };
}
