#!/usr/bin/env node
/**
 * The command line. This file only knows the names of the commands and how errors end: each command loads what it needs
 * when it runs, so `--help` answers at once.
 */
import { Command, CommanderError } from 'commander';
import { exitCode } from '../base/errors.ts';
import { ordealVersion } from '../run/run-directory.ts';
import { checkCommand } from './check.ts';
import { convertCommand } from './convert.ts';
import { doctorCommand } from './doctor.ts';
import { printError } from './failure.ts';
import { listCommand } from './list.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';

const overview = `
Start here:
  $ ordeal run                          five nodes of a small Raft store, 15 s of faults, a verdict
  $ ordeal run toy --bug stale-read     the same store with a planted bug: see how it is caught
  $ ordeal run --bin "python3 raft.py" --workload lin-kv --nodes 5
                                        your own node, in any language (Maelstrom protocol)
  $ ordeal check history.jsonl --model cas-register
                                        judge a history that was recorded elsewhere
  $ ordeal report .ordeal               all runs on one page: nights, trends, what is new
  $ ordeal convert history.jsonl --to edn
                                        let Jepsen's checkers judge what was recorded here

Exit codes:
  0 pass   1 fail: something happened that cannot   2 unknown: a search ran out of budget
  3 vacuous: nothing was tested   64 wrong usage   69 this host cannot do it
  70 a bug of ordeal   130 interrupted, what was recorded is saved and judged
`;

function program(): Command {
  return new Command('ordeal')
    .description(
      'Puts a distributed store through its ordeal: breaks the network and the nodes, records every operation, and judges what happened.',
    )
    .version(ordealVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .addHelpText('after', overview)
    .showHelpAfterError('(--help explains every flag)')
    .exitOverride()
    .addCommand(inherit(runCommand()), { isDefault: false })
    .addCommand(inherit(checkCommand()))
    .addCommand(inherit(reportCommand()))
    .addCommand(inherit(convertCommand()))
    .addCommand(inherit(listCommand()))
    .addCommand(inherit(doctorCommand()));
}

/** Commander does not hand these two settings down to commands that were made elsewhere. */
function inherit(command: Command): Command {
  return command.exitOverride().showHelpAfterError(`(ordeal ${command.name()} --help explains every flag)`);
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCode.pass : exitCode.usage;
    else process.exitCode = printError(error);
  }
}

// Who pipes us into `head` has seen enough.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit();
  throw error;
});

await main();
