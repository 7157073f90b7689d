/**
 * `ordeal report`: the page of one run, or of many. What it does is in `report-session.ts`.
 */
import { Command, Option } from 'commander';

const examples = `
Examples:
  $ ordeal report                                  the page of the last run
  $ ordeal report .ordeal/runs/20261121-*-etcd-*   of these runs, each its page, and a page of them all
  $ ordeal report .ordeal                          the same for every run in a directory
  $ ordeal report night-1 night-2 --out nights.html
  $ ordeal report .ordeal --format markdown >> "$GITHUB_STEP_SUMMARY"

A page is one file that needs no network: mail it, attach it to an issue, keep it. A run makes its own when it ends
(report.html, and the same facts in summary.md); this makes it again, or for a run that was killed before it could.
A history that another tool recorded has a page too: ordeal check history.edn --model register --report page.html
`;

export interface ReportFlags {
  readonly format: 'html' | 'markdown' | 'text';
  readonly out?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .summary('show one run, or many, on a page')
    .description(
      'Writes the page of a run (timeline, counterexample, operations, logs), or of many: nights, trends, what is new.',
    )
    .argument('[run...]', 'run directories, or directories with runs in them (default: .ordeal/latest)')
    .addOption(
      new Option('-f, --format <name>', 'a page, or words on stdout')
        .choices(['html', 'markdown', 'text'])
        .default('html'),
    )
    .option(
      '-o, --out <file>',
      'where the page goes (default: report.html in the run; index.html in the first directory)',
    )
    .addHelpText('after', examples)
    .action(async (paths: string[], flags: ReportFlags) => {
      const { reportSession } = await import('./report-session.ts');
      process.exitCode = await reportSession(paths.length === 0 ? ['.ordeal/latest'] : paths, flags);
    });
}
