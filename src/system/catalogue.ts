/**
 * The systems that are built in, and what is run on them when nothing else was asked for.
 */
import { z } from 'zod';
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { SystemDefaults } from './defaults.ts';
import { type DescribedChoice } from './described.ts';
import { builtInTools, descriptionOf } from './descriptions.ts';
import type { DockerDescription } from './docker.ts';
import { dockerSystem } from './docker-system.ts';
import { maelstromSystem } from './maelstrom.ts';
import type { System, SystemChoice } from './system.ts';
import { toyBugs, toyDefault } from './toy/bugs.ts';
import { toySystem } from './toy/toy.ts';

/** For `list systems`. */
export interface SystemSummary {
  readonly name: string;
  readonly summary: string;
  /** A line each: `--set reads=...`, and what it means. */
  readonly settings: readonly string[];
}

export function listSystems(): readonly SystemSummary[] {
  return [
    { ...toySystem({ bugs: [] }), settings: [] },
    ...builtInTools.builtIns.map(({ name, summary, settings }) => ({ name, summary, settings: settingsOf(settings) })),
    { name: 'bin', summary: 'your own node: ordeal run --bin "COMMAND" (Maelstrom protocol)', settings: [] },
  ];
}

function settingsOf({ shape }: DockerDescription['settings']): readonly string[] {
  return Object.entries(shape).map(([name, schema]) => {
    const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
    const words = inner instanceof z.ZodEnum ? inner.options.join('|') : '...';
    return `--set ${name}=${words}  ${(schema as z.ZodType).description ?? ''}`;
  });
}

/** Errors: `UNKNOWN_SYSTEM`, and what the system has against its options. */
export function systemFor(choice: SystemChoice | DescribedChoice): System {
  if ('command' in choice) {
    const { command } = choice;
    return maelstromSystem({ name: 'bin', summary: command.join(' '), command: () => command });
  }
  // A described system may have any name, also one of ours.
  if (choice.name === 'toy' && !('described' in choice)) return toySystem({ bugs: choice.bugs });
  const description = descriptionOf(choice);
  if (description) return dockerSystem(description, choice.settings);
  throw new OrdealError(`there is no system "${choice.name}"`, {
    code: 'UNKNOWN_SYSTEM',
    hint: `${suggestion(choice.name, ['toy', ...builtInTools.builtIns.map(({ name }) => name)])} (your own node: --bin "COMMAND")`,
  });
}

/** A planted bug brings the workload and the faults that show it. */
export function systemDefaults(choice: SystemChoice): SystemDefaults {
  if ('command' in choice) return { workload: 'lin-kv', nemesis: ['partition-random-halves'] };
  const [bug] = choice.bugs;
  return toyBugs.find(known => known.name === bug) ?? toyDefault;
}
