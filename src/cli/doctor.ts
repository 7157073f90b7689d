/**
 * `ordeal doctor`: what this host can break, how it knows, and what earlier runs left behind.
 */
import { Command } from 'commander';

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('show what this host can do, and what was left behind')
    .description('Tries each fault on a small cluster of its own, and looks for nodes that a killed run left behind.')
    .option('--clean', 'end what earlier runs left behind, and only that')
    .option('--out <directory>', 'where runs are kept', '.ordeal')
    .action(async (flags: { clean?: boolean; out: string }) => {
      const { examine } = await import('./examination.ts');
      process.exitCode = await examine(flags);
    });
}
