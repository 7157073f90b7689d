/**
 * Clusters of child processes for tests. Every command line carries a mark of its own, by which leftovers are found.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../../src/base/random.ts';
import { systemClock } from '../../../src/base/time.ts';
import { StdioCluster, type StdioClusterOptions } from '../../../src/runtime/stdio/cluster.ts';
import { end, processesWith, reapers } from '../processes.ts';

let started = 0;

export interface Workplace extends Disposable {
  readonly directory: string;
  readonly mark: string;
  /** Command lines of nodes with this mark, and of reapers of this process. */
  leftovers(): readonly string[];
}

export function workplace(): Workplace {
  const mark = `--mark=${process.pid}-${++started}.`;
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-'));
  return {
    directory,
    mark,
    leftovers: () => [...processesWith(mark), ...reapers()].map(({ command }) => command),
    [Symbol.dispose]() {
      // A test that failed should not leave anything either.
      end(processesWith(mark));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Path of a node of these tests. */
export function nodePath(name: string): string {
  return fileURLToPath(new URL(`../nodes/${name}`, import.meta.url));
}

/** The command that runs one of them with Node. */
export function nodeCommand(place: Workplace, name: string, ...rest: readonly string[]): readonly string[] {
  return [process.execPath, nodePath(name), ...rest, place.mark];
}

export function startCluster(
  place: Workplace,
  options: Partial<StdioClusterOptions> & Pick<StdioClusterOptions, 'command'>,
): Promise<StdioCluster> {
  return StdioCluster.start({
    nodes: ['n1'],
    directory: place.directory,
    random: Random.fromSeed('test'),
    clock: systemClock(),
    latency: { distribution: 'constant', meanMs: 0 },
    ...options,
  });
}
