/**
 * `ordeal check`: judge a recorded history, ours or another tool's. No cluster is needed.
 */
import { Command } from 'commander';
import { formats } from '../history/format.ts';
import type { CheckFlags } from './check-session.ts';
import { readingOptions } from './reading.ts';

const examples = `
Examples:
  $ ordeal check .ordeal/latest/history.jsonl
  $ ordeal check other-tool.jsonl --model cas-register
  $ ordeal check store/etcd/latest/history.edn --model cas-register
  $ zcat history.jsonl.gz | ordeal check - --model register
  $ ordeal check store/etcd/latest/history.edn --model cas-register --report page.html

Formats (guessed, unless --format names one):
${formats.map(({ name, summary }) => `  ${name.padEnd(10)}  ${summary}`).join('\n')}

A history in JSON is one object a line: {"process":3,"type":"invoke","f":"write","key":"x","value":5}, and later the same
process with type ok, fail or info. The order of the lines is the order of the history.
`;

export function checkCommand(): Command {
  const command = new Command('check')
    .summary('judge recorded histories')
    .description(
      'Reads histories and judges them. Without --model, the workload named in the file says which checkers apply.',
    )
    .argument('<history...>', 'history files, ours or of another tool, also gzipped; - reads stdin')
    .option('-m, --model <name>', 'judge linearizability against this model (ordeal list models)')
    .option(
      '-c, --checker <name>',
      'run this checker; may be repeated (ordeal list checkers)',
      (value: string, earlier: string[]) => [...earlier, value],
      [],
    )
    .option('--budget <duration>', 'time for each search; exhausted means unknown, never pass', '60s')
    .option('--report <file>', 'write the page of this history: timeline, counterexample, operations')
    .option('--bail', 'give the verdict as soon as one key is not linearizable, without looking at the others');
  for (const option of readingOptions()) command.addOption(option);
  return command.addHelpText('after', examples).action(async (files: readonly string[], flags: CheckFlags) => {
    const { checkSession } = await import('./check-session.ts');
    process.exitCode = await checkSession(files, flags);
  });
}
