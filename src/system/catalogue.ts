/**
 * The systems that are built in, and what is run on them when nothing else was asked for.
 */
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { SystemDefaults } from './defaults.ts';
import { type DescribedChoice } from './described.ts';
import { builtInTools, descriptionOf } from './descriptions.ts';
import { dockerSystem } from './docker-system.ts';
import { maelstromSystem } from './maelstrom.ts';
import type { System, SystemChoice } from './system.ts';
import { toyBugs, toyDefault } from './toy/bugs.ts';
import { toySystem } from './toy/toy.ts';

/** Names and summaries for `list systems`. */
export function listSystems(): readonly { readonly name: string; readonly summary: string }[] {
  return [
    toySystem({ bugs: [] }),
    ...builtInTools.builtIns,
    { name: 'bin', summary: 'your own node: ordeal run --bin "COMMAND" (Maelstrom protocol)' },
  ];
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
