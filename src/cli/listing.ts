/**
 * What `ordeal list` prints: a name and a line each, and for a bug the command that shows it.
 */
import { checkers } from '../checker/catalogue.ts';
import { listProgrammes } from '../config/programme.ts';
import { faultKinds } from '../fault/catalogue.ts';
import { workloads } from '../generator/workloads/catalogue.ts';
import { models } from '../model/catalogue.ts';
import { listSystems } from '../system/catalogue.ts';
import { toyBugs } from '../system/toy/bugs.ts';
import type { Topic } from './list.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
}

export function listing(topic: Topic): string {
  const entries = sources[topic]();
  const width = Math.max(...entries.map(entry => entry.name.length));
  return entries
    .map(entry => `${entry.name.padEnd(width)}  ${entry.summary.split('\n').join(`\n${' '.repeat(width)}  `)}\n`)
    .join('');
}

const sources: Readonly<Record<Topic, () => readonly Entry[]>> = {
  systems: () =>
    listSystems().map(({ name, summary, settings }) => ({ name, summary: [summary, ...settings].join('\n') })),
  workloads: () => workloads,
  nemeses: listProgrammes,
  faults: () => faultKinds.map(kind => ({ name: kind.kind, summary: kind.summary })),
  checkers: () => checkers,
  models: () => models,
  bugs: () =>
    toyBugs.map(bug => ({
      name: bug.name,
      summary: `${bug.summary}\nshows: ${bug.shows}\nwith:  ordeal run toy --bug ${bug.name}   (workload ${bug.workload}, nemesis ${bug.nemesis.join(', ')})`,
    })),
};
