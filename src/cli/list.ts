/**
 * `ordeal list`: what there is to choose from.
 */
import { Argument, Command } from 'commander';

const topics = ['systems', 'workloads', 'nemeses', 'faults', 'checkers', 'models', 'bugs'] as const;
export type Topic = (typeof topics)[number];

export function listCommand(): Command {
  return new Command('list')
    .summary('show systems, workloads, nemeses, faults, checkers, models, bugs')
    .description('Shows what there is to choose from, one line each.')
    .addArgument(new Argument('<topic>', 'what to list').choices(topics))
    .action(async (topic: Topic) => {
      const { listing } = await import('./listing.ts');
      process.stdout.write(listing(topic));
    });
}
