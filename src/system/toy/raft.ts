/**
 * The Raft store as a program: `node raft.js --data DIR [--bug NAME]... [--seed S]`.
 *
 * The wall clock plays no part in it, so `--skew-ms` is taken and has no effect.
 */
import { join } from 'node:path';
import { Random } from '../../base/random.ts';
import { parseFlags } from './flags.ts';
import { openJournal } from './journal.ts';
import { serve } from './program.ts';
import type { Command } from './raft/key-value.ts';
import type { RaftRecord } from './raft/persistent-state.ts';
import { RaftStore } from './raft/raft-store.ts';

const { data, bugs, seed } = parseFlags(process.argv.slice(2));

serve(surroundings => {
  const { id } = surroundings;
  const journal = openJournal<RaftRecord<Command>>(join(data, `${id}.raft.jsonl`));
  return new RaftStore({ ...surroundings, journal, bugs, random: Random.fromSeed(seed).fork('raft', id) });
});
