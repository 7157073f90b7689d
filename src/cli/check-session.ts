/**
 * What `ordeal check` does: read, judge and report each file; the gravest verdict is the exit code.
 */
import { parseDurationMs } from '../base/duration.ts';
import { type ExitCode, OrdealError } from '../base/errors.ts';
import { defaultBudget } from '../checker/checker.ts';
import { judge } from '../checker/judge.ts';
import { conclude, gravest } from '../gate/verdict.ts';
import { textReport } from '../report/text.ts';
import { onInterrupt } from './interrupt.ts';
import { type ReadingFlags, readingOf } from './reading.ts';

export interface CheckFlags extends ReadingFlags {
  readonly model?: string;
  readonly checker: readonly string[];
  readonly budget: string;
  readonly bail?: boolean;
}

export async function checkSession(files: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const timeMs = parseDurationMs(flags.budget);
  if (timeMs === null) {
    throw new OrdealError(`--budget: "${flags.budget}" is not a duration`, {
      code: 'BAD_DURATION',
      hint: 'write a number and a unit: 500ms, 15s, 2m',
    });
  }
  const reading = readingOf(flags);
  using interrupt = onInterrupt(() => process.stderr.write('interrupted\n'));
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  const exits: ExitCode[] = [];
  for (const file of files) {
    const request = {
      file,
      reading,
      budget: { ...defaultBudget, timeMs },
      bail: flags.bail ?? false,
      ...(flags.model === undefined ? {} : { model: flags.model }),
      ...(flags.checker.length === 0 ? {} : { checkers: flags.checker }),
    };
    const judgement = await judge(request, { signal: interrupt.signal });
    const verdict = conclude(judgement, null);
    exits.push(verdict.exit);
    process.stdout.write(textReport({ title: file, judgement, verdict, closing: [], colour }));
  }
  return gravest(exits);
}
