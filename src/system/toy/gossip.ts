/**
 * The gossiping store as a program:
 * `node gossip.js --data DIR --workload W [--bug NAME]... [--skew-ms N] [--seed S]`.
 *
 * The workload says which data type it replicates: `read` alone does not tell a set from a counter.
 */
import { join } from 'node:path';
import { Random } from '../../base/random.ts';
import { wallMs } from '../../base/time.ts';
import { type Flags, parseFlags } from './flags.ts';
import { answering, echo, uniqueIds } from './gossip/answering.ts';
import { counter } from './gossip/counter.ts';
import type { DataType } from './gossip/data-type.ts';
import { GossipNode } from './gossip/gossip-node.ts';
import { growSet } from './gossip/grow-set.ts';
import { lwwMap } from './gossip/lww-map.ts';
import { openJournal } from './journal.ts';
import { type NodeProgram, type Surroundings, serve } from './program.ts';

main(parseFlags(process.argv.slice(2)));

function main(flags: Flags): void {
  serve(surroundings => makeNode(flags, surroundings));
}

function makeNode(flags: Flags, surroundings: Surroundings): NodeProgram {
  const { workload, bugs, skewMs } = flags;
  const { id } = surroundings;
  switch (workload) {
    case 'g-set':
    case 'broadcast':
      return replicate(growSet(workload, bugs));
    case 'g-counter':
    case 'pn-counter':
      return replicate(counter(id, bugs));
    case 'lww-map':
      return replicate(lwwMap({ id, bugs, wallMs: () => wallMs() + skewMs }));
    case 'echo':
      return answering(surroundings, echo);
    case 'unique-ids':
      return answering(surroundings, uniqueIds(id, openJournal(path())));
    default:
      throw new Error(`--workload must be one that gossip can run, not ${JSON.stringify(workload)}`);
  }

  function replicate<V>(type: DataType<V>): NodeProgram {
    const random = Random.fromSeed(flags.seed).fork('gossip', id);
    return new GossipNode({ ...surroundings, type, bugs, random, journal: openJournal(path()) });
  }

  function path(): string {
    return join(flags.data, `${id}.${workload}.jsonl`);
  }
}
