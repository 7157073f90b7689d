/**
 * A run of the gossiping store in the simulation: clients, faults, skewed clocks, and what must hold in the end.
 */
import { Random } from '../../../src/base/random.ts';
import type { BugName } from '../../../src/system/toy/bugs.ts';
import { counter } from '../../../src/system/toy/gossip/counter.ts';
import type { DataType } from '../../../src/system/toy/gossip/data-type.ts';
import { GossipNode } from '../../../src/system/toy/gossip/gossip-node.ts';
import { growSet } from '../../../src/system/toy/gossip/grow-set.ts';
import { lwwMap } from '../../../src/system/toy/gossip/lww-map.ts';
import type { NodeProgram } from '../../../src/system/toy/program.ts';
import type { Body } from '../../../src/system/toy/wire.ts';
import { Simulation } from './simulation.ts';

export type GossipWorkload = 'g-set' | 'broadcast' | 'g-counter' | 'pn-counter' | 'lww-map';

export interface GossipRunOptions {
  readonly seed: string;
  readonly workload: GossipWorkload;
  readonly bugs?: readonly BugName[];
  readonly durationMs: number;
  /** Operations per second over all ten threads. */
  readonly rate?: number;
  readonly faults?: (cluster: Simulation<NodeProgram>, random: Random) => void;
}

export interface GossipRun {
  /** Sentences, each about one thing that must never happen. */
  readonly violations: readonly string[];
  readonly acknowledged: number;
}

interface Asked {
  readonly node: string;
  readonly body: Body;
  readonly call: number;
  /** Infinity: no answer. */
  return: number;
  answer: Body | null;
}

const threads = 10;
const settleMs = 8000;

export function runGossip(options: GossipRunOptions): GossipRun {
  const random = Random.fromSeed(options.seed);
  const bugs = new Set(options.bugs ?? []);
  const cluster: Simulation<NodeProgram> = new Simulation({
    random: random.fork('simulation'),
    ids: ['n1', 'n2', 'n3', 'n4', 'n5'],
    make(surroundings, disk) {
      const { id } = surroundings;
      const skewMs = random.fork('skew', id).integer(-1500, 1500);
      const wallMs = (): number => 1_700_000_000_000 + surroundings.nowMs() + skewMs;
      const node = <V>(type: DataType<V>): NodeProgram =>
        new GossipNode({ ...surroundings, type, bugs, random: random.fork('node', id), journal: disk.open() });
      const { workload } = options;
      if (workload === 'lww-map') return node(lwwMap({ id, bugs, wallMs }));
      return isSet(workload) ? node(growSet(workload, bugs)) : node(counter(id, bugs));
    },
  });
  const clients = new Clients(cluster, random.fork('clients'), options);
  options.faults?.(cluster, random.fork('faults'));
  cluster.runUntil(options.durationMs);
  cluster.heal();
  cluster.runUntil(options.durationMs + settleMs);
  const finals = finalReads(cluster, options.workload, clients.asked);
  const acknowledged = clients.asked.filter(({ answer }) => answer !== null).length;
  return { violations: judge(options.workload, clients.asked, finals), acknowledged };
}

class Clients {
  readonly asked: Asked[] = [];
  private readonly cluster: Simulation<NodeProgram>;
  private readonly random: Random;
  private readonly options: GossipRunOptions;
  private position = 0;

  constructor(cluster: Simulation<NodeProgram>, random: Random, options: GossipRunOptions) {
    this.cluster = cluster;
    this.random = random;
    this.options = options;
    for (let thread = 0; thread < threads; thread++) this.pauseThenAsk(thread);
  }

  private pauseThenAsk(thread: number): void {
    const { cluster, random, options } = this;
    cluster.at(cluster.nowMs + random.exponential((1000 * threads) / (options.rate ?? 100)), () => {
      if (cluster.nowMs > options.durationMs) return;
      const node = cluster.ids[thread % cluster.ids.length] as string;
      const asked: Asked = { node, body: this.choose(), call: this.position++, return: Infinity, answer: null };
      this.asked.push(asked);
      let over = false;
      const end = (answer: Body | null): void => {
        if (over) return;
        over = true;
        asked.answer = answer;
        if (answer !== null) asked.return = this.position++;
        this.pauseThenAsk(thread);
      };
      cluster.at(cluster.nowMs + 1000, () => end(null));
      cluster.ask(node, asked.body, end);
    });
  }

  private choose(): Body {
    const { random } = this;
    const serial = this.asked.length;
    const { workload } = this.options;
    if (workload === 'lww-map') {
      const key = `k${random.integer(0, 3) + 4 * Math.floor(serial / 200)}`;
      const kind = random.integer(0, 9);
      if (kind < 4) return { type: 'get', key };
      return kind < 8 ? { type: 'put', key, value: serial } : { type: 'remove', key };
    }
    if (random.chance(0.2)) return { type: 'read' };
    if (workload === 'g-set') return { type: 'add', element: serial };
    if (workload === 'broadcast') return { type: 'broadcast', message: serial };
    return { type: 'add', delta: random.integer(workload === 'pn-counter' ? -5 : 0, 5) };
  }
}

/** What each node answers in the end: one text per node, with the keys in a fixed order. */
function finalReads(
  cluster: Simulation<NodeProgram>,
  workload: GossipWorkload,
  asked: readonly Asked[],
): readonly unknown[] {
  const keys = [...new Set(asked.map(({ body }) => body['key']))];
  const finals: Record<string, unknown>[] = [];
  for (const id of cluster.ids) {
    const final: Record<string, unknown> = {};
    finals.push(final);
    if (workload === 'lww-map') {
      for (const key of keys) cluster.ask(id, { type: 'get', key }, answer => (final[String(key)] = answer['value']));
    } else {
      cluster.ask(id, { type: 'read' }, ({ value, messages }) => {
        final['read'] = value ?? messages;
        if (Array.isArray(final['read'])) final['read'] = final['read'].toSorted((a: number, b: number) => a - b);
      });
    }
  }
  cluster.runUntil(cluster.nowMs + 1);
  return finals;
}

function judge(workload: GossipWorkload, asked: readonly Asked[], finals: readonly unknown[]): readonly string[] {
  const texts = new Set(finals.map(final => JSON.stringify(final)));
  const disagreement = texts.size === 1 ? [] : [`the nodes do not agree: ${texts.size} different states`];
  const final = finals[0] as Readonly<Record<string, unknown>>;
  if (workload === 'lww-map') {
    return [...disagreement, ...judgeMap(asked, finals as readonly Readonly<Record<string, unknown>>[])];
  }
  const judgement = isSet(workload)
    ? judgeSet(asked, final['read'] as readonly unknown[])
    : judgeCounter(asked, final['read'] as number);
  return [...disagreement, ...judgement];
}

function isSet(workload: GossipWorkload): workload is 'g-set' | 'broadcast' {
  return workload === 'g-set' || workload === 'broadcast';
}

function judgeSet(asked: readonly Asked[], final: readonly unknown[]): readonly string[] {
  const adds = asked.filter(({ body }) => body.type !== 'read');
  const elementOf = ({ body }: Asked): unknown => body['element'] ?? body['message'];
  const there = new Set(final);
  const lost = adds.filter(add => add.answer !== null && !there.has(elementOf(add)));
  const added = new Set(adds.map(elementOf));
  const phantoms = final.filter(element => !added.has(element));
  const repeated = final.length - there.size;
  return [
    ...(lost.length > 0 ? [`${lost.length} acknowledged elements are lost`] : []),
    ...(phantoms.length > 0 ? [`${phantoms.length} elements were never added`] : []),
    ...(repeated > 0 ? [`${repeated} elements are there twice`] : []),
  ];
}

function judgeCounter(asked: readonly Asked[], final: number): readonly string[] {
  let low = 0;
  let high = 0;
  for (const { body, answer } of asked) {
    const delta = Number(body['delta'] ?? 0);
    if (answer !== null || delta < 0) low += delta;
    if (answer !== null || delta > 0) high += delta;
  }
  return final >= low && final <= high ? [] : [`the count ${final} is not in [${low}, ${high}]`];
}

/** What a node knew and then overwrote must not come back, neither there nor in the end. */
function judgeMap(asked: readonly Asked[], finals: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const violations: string[] = [];
  const updates = asked.filter(({ body, answer }) => body.type !== 'get' && answer !== null);
  const knownAt = new Map<string, number>();
  for (const { node, body, answer, return: known } of asked) {
    const value = body.type === 'put' ? body['value'] : answer?.['value'];
    const id = JSON.stringify([node, body['key'], value]);
    if (answer !== null) knownAt.set(id, Math.min(known, knownAt.get(id) ?? Infinity));
  }
  /** From which position on the node must not return the value any more. */
  const deadFrom = (node: string, key: unknown, value: unknown): number => {
    const known = knownAt.get(JSON.stringify([node, key, value])) ?? Infinity;
    const over = updates.filter(({ node: other, body, call }) => other === node && body['key'] === key && call > known);
    return Math.min(Infinity, ...over.map(update => update.return));
  };
  const nodes = [...new Set(asked.map(({ node }) => node))];
  for (const { node, body, answer, call } of asked) {
    const value = answer?.['value'] ?? null;
    if (body.type !== 'get' || value === null) continue;
    if (call > deadFrom(node, body['key'], value)) violations.push(`${node} returned ${JSON.stringify(value)} again`);
  }
  for (const final of finals) {
    for (const [key, value] of Object.entries(final)) {
      if (value === null) continue;
      const dead = nodes.find(node => deadFrom(node, key, value) < Infinity);
      if (dead !== undefined)
        violations.push(`${key} is ${JSON.stringify(value)} in the end, which ${dead} had overwritten`);
    }
  }
  return violations;
}
