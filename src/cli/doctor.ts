/**
 * `ordeal doctor`: what this host can break, how it knows, and what earlier runs left behind.
 */
import { Command } from 'commander';

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('show what this host can do, and what was left behind')
    .description(
      'Tries each fault on a small cluster of its own (of processes, and of containers where there is Docker), and looks for what a killed run left behind.',
    )
    .option('--clean', 'end what killed runs left behind, and do nothing else')
    .action(async (flags: { clean?: boolean }) => {
      const { examine } = await import('./examination.ts');
      process.exitCode = await examine(flags);
    });
}
