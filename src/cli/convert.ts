/**
 * `ordeal convert`: a recorded history in another format, so that other checkers can judge ours, and we theirs.
 */
import { Command, Option } from 'commander';
import { type ReadingFlags, readingOptions } from './reading.ts';

const examples = `
Examples:
  $ ordeal convert .ordeal/latest/history.jsonl --to edn --out history.edn
  $ ordeal convert history.edn --to jsonl | gzip > history.jsonl.gz
  $ ordeal convert jepsen.log --to edn

In EDN every operation is a map in Jepsen's words, one a line; faults are operations of :nemesis. Where operations have
keys, values are Jepsen's independent pairs [key value], or with --keys members there is a :key.
`;

export interface ConvertFlags extends ReadingFlags {
  readonly to: 'edn' | 'jsonl';
  readonly out?: string;
  readonly keys: 'tuples' | 'members';
}

export function convertCommand(): Command {
  const command = new Command('convert')
    .summary('write a recorded history in another format')
    .description('Reads a history in any format that check reads, and writes it as EDN or as JSON Lines.')
    .argument('<history>', 'history file, also gzipped; - reads stdin')
    .addOption(new Option('-t, --to <format>', 'what to write').choices(['edn', 'jsonl']).makeOptionMandatory())
    .option('-o, --out <file>', 'where to write; stdout when it is not given')
    .addOption(
      new Option('--keys <way>', 'how EDN shows the key of an operation')
        .choices(['tuples', 'members'])
        .default('tuples'),
    );
  for (const option of readingOptions()) command.addOption(option);
  return command.addHelpText('after', examples).action(async (file: string, flags: ConvertFlags) => {
    const { convertSession } = await import('./convert-session.ts');
    process.exitCode = await convertSession(file, flags);
  });
}
