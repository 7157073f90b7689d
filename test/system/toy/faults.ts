/**
 * Fault schedules for the simulation: a random mixture of everything, and imitations of the named fault programmes.
 */
import type { Random } from '../../../src/base/random.ts';
import type { NodeProgram } from '../../../src/system/toy/program.ts';
import type { Simulation } from './simulation.ts';

export interface Chaos<P extends NodeProgram> {
  readonly cluster: Simulation<P>;
  readonly random: Random;
  readonly durationMs: number;
}

/** Everything at once, short: what breaks an implementation rather than what a harness would do to it. */
export function mixture<P extends NodeProgram>({ cluster, random, durationMs }: Chaos<P>): void {
  const kinds = [split, oneWay, messy, slow, crash, crash, crashAll, pause] as const;
  let atMs = random.integer(200, 800);
  for (let serial = 0; atMs < durationMs - 300; serial++) {
    const fork = random.fork(serial);
    const begin = fork.pick(kinds);
    cluster.at(atMs, () => {
      const end = begin(cluster, fork);
      cluster.at(cluster.nowMs + fork.integer(50, 1500), end);
    });
    atMs += random.integer(100, 900);
  }
}

type Begin = <P extends NodeProgram>(cluster: Simulation<P>, random: Random) => () => void;

const split: Begin = (cluster, random) => {
  const side = new Map(cluster.ids.map(id => [id, random.integer(0, 1)]));
  cluster.links.cut = (from, to) => side.get(from) !== side.get(to);
  return () => cluster.healLinks();
};

const oneWay: Begin = (cluster, random) => {
  const cut = new Set(cluster.ids.flatMap(a => cluster.ids.filter(() => random.chance(0.3)).map(b => `${a} ${b}`)));
  cluster.links.cut = (from, to) => cut.has(`${from} ${to}`);
  return () => cluster.healLinks();
};

const messy: Begin = (cluster, random) => {
  Object.assign(cluster.links, { loss: random.pick([0, 0.1, 0.3]), duplicate: random.pick([0, 0.3]), reorder: 0.3 });
  return () => cluster.healLinks();
};

const slow: Begin = (cluster, random) => {
  cluster.links.latencyMs = random.pick([30, 80]);
  return () => cluster.healLinks();
};

const crash: Begin = (cluster, random) => {
  const victims = random.shuffle(cluster.ids).slice(0, random.integer(1, 2));
  for (const id of victims) {
    if (random.chance(0.5)) cluster.kill(id);
    else cluster.killSoon(id);
  }
  return () => restart(cluster, victims);
};

const crashAll: Begin = cluster => {
  for (const id of cluster.ids) cluster.kill(id);
  return () => restart(cluster, cluster.ids);
};

const pause: Begin = (cluster, random) => {
  const victims = random.shuffle(cluster.ids).slice(0, random.integer(1, 2));
  for (const id of victims) cluster.pause(id);
  return () => {
    for (const id of victims) cluster.resume(id);
  };
};

function restart<P extends NodeProgram>(cluster: Simulation<P>, ids: readonly string[]): void {
  for (const id of ids) {
    cluster.kill(id); // One that was to die soon and has not had the occasion.
    cluster.start(id);
  }
}

/** Half of the time under the fault, half of it without. `primary` names the node that leads. */
export function programme<P extends NodeProgram>(
  name: string,
  { cluster, random, durationMs }: Chaos<P>,
  primary: () => string | null,
): void {
  const begin = programmes(primary)[name];
  if (begin === undefined) throw new Error(`no programme ${name}`);
  let atMs = 1500;
  for (let serial = 0; atMs < durationMs; serial++) {
    const fork = random.fork(serial);
    const lastsMs = fork.integer(1500, 3500);
    cluster.at(atMs, () => {
      const end = begin(cluster, fork);
      cluster.at(cluster.nowMs + lastsMs, end);
    });
    atMs += lastsMs + fork.integer(1000, 3000);
  }
}

function programmes(primary: () => string | null): Readonly<Record<string, Begin>> {
  const leader = (cluster: { readonly ids: readonly string[] }): string => primary() ?? (cluster.ids[0] as string);
  return {
    none: () => () => undefined,
    'partition-halves': cluster => cutOff(cluster, cluster.ids.slice(0, 2)),
    'partition-random-halves': (cluster, random) => cutOff(cluster, random.shuffle(cluster.ids).slice(0, 2)),
    'partition-primary': cluster => cutOff(cluster, [leader(cluster)]),
    'pause-primary': cluster => {
      const id = leader(cluster);
      cluster.pause(id);
      return () => cluster.resume(id);
    },
    'kill-all': crashAll,
    'lossy-links': cluster => changed(cluster, { loss: 0.2 }),
    'slow-links': cluster => changed(cluster, { latencyMs: 50 }),
    duplicate: cluster => changed(cluster, { duplicate: 0.3 }),
    reorder: cluster => changed(cluster, { reorder: 0.3 }),
  };
}

function cutOff<P extends NodeProgram>(cluster: Simulation<P>, side: readonly string[]): () => void {
  cluster.links.cut = (from, to) => side.includes(from) !== side.includes(to);
  return () => cluster.healLinks();
}

function changed<P extends NodeProgram>(cluster: Simulation<P>, links: object): () => void {
  Object.assign(cluster.links, links);
  return () => cluster.healLinks();
}
