/**
 * `ordeal check`: judge a recorded history, ours or another tool's. No cluster is needed.
 */
import { Command } from 'commander';

const examples = `
Examples:
  $ ordeal check .ordeal/latest/history.jsonl
  $ ordeal check other-tool.jsonl --model cas-register
  $ zcat history.jsonl.gz | ordeal check - --model register

A history is one JSON object a line: {"process":3,"type":"invoke","f":"write","key":"x","value":5}, and later the same
process with type ok, fail or info. The order of the lines is the order of the history.
`;

export function checkCommand(): Command {
  return new Command('check')
    .summary('judge recorded histories')
    .description(
      'Reads histories and judges them. Without --model, the workload named in the file says which checkers apply.',
    )
    .argument('<history...>', 'history files (JSON lines, also gzipped); - reads stdin')
    .option('-m, --model <name>', 'judge linearizability against this model (ordeal list models)')
    .option(
      '-c, --checker <name>',
      'run this checker; may be repeated (ordeal list checkers)',
      (value: string, earlier: string[]) => [...earlier, value],
      [],
    )
    .option('--budget <duration>', 'time for each search; exhausted means unknown, never pass', '60s')
    .addHelpText('after', examples)
    .action(async (files: readonly string[], flags: { model?: string; checker: readonly string[]; budget: string }) => {
      const { checkSession } = await import('./check-session.ts');
      process.exitCode = await checkSession(files, flags);
    });
}
