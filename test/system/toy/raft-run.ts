/**
 * A run of the Raft store in the simulation: clients, faults, and everything that must hold whatever happens.
 *
 * Two kinds of promise are checked. Of the paper (figure 3): at most one leader a term, matching logs, complete leaders,
 * the same entry applied everywhere at an index. Of the clients: the applied log, replayed, gives every answer, and its
 * order is one in which no operation comes before another that had ended when it began.
 */
import { Random } from '../../../src/base/random.ts';
import type { BugName } from '../../../src/system/toy/bugs.ts';
import { type Command, KeyValue } from '../../../src/system/toy/raft/key-value.ts';
import type { Entry, PersistentState } from '../../../src/system/toy/raft/persistent-state.ts';
import { RaftStore } from '../../../src/system/toy/raft/raft-store.ts';
import type { Body } from '../../../src/system/toy/wire.ts';
import { isLinearizable, type RegisterOperation } from './linearizable.ts';
import { type Links, Simulation } from './simulation.ts';

export type RaftCluster = Simulation<RaftStore>;

export interface RaftRunOptions {
  readonly seed: string;
  readonly bugs?: readonly BugName[];
  readonly nodes?: number;
  readonly durationMs: number;
  readonly threads?: number;
  /** Operations per second over all threads. */
  readonly rate?: number;
  /** How the network is when nothing is done to it. */
  readonly weather?: Partial<Links>;
  /** Sets up the faults. Everything is healed at the end of the run, before the final reads. */
  readonly faults?: (cluster: RaftCluster, random: Random) => void;
}

export interface ClientOperation extends RegisterOperation {
  readonly key: string;
  readonly node: string;
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly callMs: number;
}

export interface RaftRun {
  /** Sentences, each about one thing that must never happen. */
  readonly violations: readonly string[];
  readonly operations: readonly ClientOperation[];
  /** Keys whose history has no order. */
  readonly unlinearizable: () => readonly string[];
  readonly log: readonly string[];
}

export function runRaft(options: RaftRunOptions): RaftRun {
  const random = Random.fromSeed(options.seed);
  const bugs = new Set(options.bugs ?? []);
  const laws = new Laws();
  const cluster: RaftCluster = new Simulation({
    random: random.fork('simulation'),
    ids: Array.from({ length: options.nodes ?? 5 }, (_, index) => `n${index + 1}`),
    make: (surroundings, disk) =>
      new RaftStore({
        ...surroundings,
        journal: disk.open(),
        random: random.fork('node', surroundings.id),
        bugs,
        observe: (entry, index) => laws.applied(surroundings.id, entry, index),
      }),
  });
  cluster.onSettled = (node, id) => laws.settled(node, id);
  cluster.weather = options.weather ?? {};
  cluster.healLinks();
  const clients = new Clients(cluster, random.fork('clients'), options);
  options.faults?.(cluster, random.fork('faults'));
  cluster.runUntil(options.durationMs);
  cluster.heal();
  clients.finish();
  laws.ended(cluster, clients.operations);
  return {
    violations: laws.violations,
    operations: clients.operations,
    unlinearizable: () => unlinearizableKeys(clients.operations),
    log: cluster.log,
  };
}

function unlinearizableKeys(operations: readonly ClientOperation[]): readonly string[] {
  const keys = new Set(operations.map(operation => operation.key));
  return [...keys].filter(key => {
    const ofKey = operations.filter(
      ({ key: other, outcome, f, output }) =>
        other === key && (outcome !== 'fail' || (f === 'cas' && output === false)),
    );
    return isLinearizable(ofKey) === false;
  });
}

const operationTimeoutMs = 1000;
const activeKeys = 4;
const operationsPerKey = 120;

/** Threads, each on one node, that ask one thing at a time and give up after a second. */
class Clients {
  readonly operations: ClientOperation[] = [];
  private readonly cluster: RaftCluster;
  private readonly random: Random;
  private readonly threads: number;
  private readonly meanPauseMs: number;
  private readonly endMs: number;
  private position = 0;
  private asked = 0;
  private lastSeen = new Map<string, unknown>();

  constructor(cluster: RaftCluster, random: Random, options: RaftRunOptions) {
    this.cluster = cluster;
    this.random = random;
    this.threads = options.threads ?? 2 * cluster.ids.length;
    this.meanPauseMs = (1000 * this.threads) / (options.rate ?? 100);
    this.endMs = options.durationMs;
    for (let thread = 0; thread < this.threads; thread++) this.pauseThenAsk(thread);
  }

  /** Lets the cluster settle, and reads every key on every node. */
  finish(): void {
    const { cluster } = this;
    cluster.runUntil(this.endMs + 2500);
    const keys = new Set(this.operations.map(operation => operation.key));
    for (const id of cluster.ids) for (const key of keys) this.ask(id, { type: 'read', key });
    cluster.runUntil(this.endMs + 2500 + operationTimeoutMs + 100);
  }

  private pauseThenAsk(thread: number): void {
    this.cluster.at(this.cluster.nowMs + this.random.exponential(this.meanPauseMs), () => {
      if (this.cluster.nowMs > this.endMs) return;
      const id = this.cluster.ids[thread % this.cluster.ids.length] as string;
      this.ask(id, this.choose(), () => this.pauseThenAsk(thread));
    });
  }

  private choose(): Body {
    const { random } = this;
    this.asked++;
    const serial =
      Math.floor(this.asked / operationsPerKey / activeKeys) * activeKeys + random.integer(0, activeKeys - 1);
    const key = `k${serial}`;
    const kind = random.integer(0, 9);
    if (kind < 5) return { type: 'read', key };
    if (kind < 8) return { type: 'write', key, value: this.asked };
    return { type: 'cas', key, from: this.lastSeen.get(key) ?? null, to: this.asked };
  }

  private ask(id: string, body: Body, goOn: () => void = () => undefined): void {
    const { cluster } = this;
    const call = this.position++;
    const callMs = cluster.nowMs;
    const f = body.type as ClientOperation['f'];
    const key = body['key'] as string;
    const input = f === 'cas' ? [body['from'], body['to']] : f === 'write' ? body['value'] : null;
    let over = false;
    const end = (outcome: ClientOperation['outcome'], output?: unknown): void => {
      if (over) return;
      over = true;
      const ended = outcome === 'info' ? Infinity : this.position++;
      if (f === 'read' && outcome === 'ok') this.lastSeen.set(key, output);
      if (f === 'cas' && output === true) this.lastSeen.set(key, body['to']);
      this.operations.push({ f, key, node: id, input, output, outcome, call, callMs, return: ended });
      goOn();
    };
    if (cluster.isDead(id)) {
      end('fail');
      return;
    }
    cluster.at(callMs + operationTimeoutMs, () => end('info'));
    cluster.ask(id, body, answer => {
      const { type, code } = answer;
      if (type === 'read_ok') end('ok', answer['value']);
      else if (type === 'error' && code === 20 && f === 'read') end('ok', null);
      else if (type === 'error' && f === 'cas' && (code === 20 || code === 22)) end('ok', false);
      else if (type === 'error') end('fail');
      else end('ok', f === 'cas' ? true : undefined);
    });
  }
}

/** What the paper promises, and what follows for the answers. */
class Laws {
  readonly violations: string[] = [];
  private readonly leaders = new Map<number, string>();
  private readonly order: (string | undefined)[] = [];
  private readonly entries: Entry<Command>[] = [];

  applied(id: string, entry: Entry<Command>, index: number): void {
    const text = JSON.stringify(entry);
    const known = this.order[index];
    if (known === undefined) {
      this.order[index] = text;
      this.entries[index] = entry;
    } else if (known !== text) this.report(`state machine safety: ${id} applied ${text} at ${index}, another ${known}`);
  }

  settled({ raft, state }: RaftStore, id: string): void {
    if (raft.role !== 'leader') return;
    const leader = this.leaders.get(raft.term);
    if (leader === id) return;
    if (leader !== undefined) this.report(`election safety: ${leader} and ${id} both lead term ${raft.term}`);
    this.leaders.set(raft.term, id);
    for (let index = 1; index < this.order.length; index++) {
      const same = index <= state.lastIndex && JSON.stringify(state.entryAt(index)) === this.order[index];
      if (!same) return this.report(`leader completeness: ${id} leads term ${raft.term} without entry ${index}`);
    }
  }

  ended(cluster: RaftCluster, operations: readonly ClientOperation[]): void {
    const nodes = cluster.programs();
    const [first] = nodes;
    for (const node of nodes) {
      if (first !== undefined) this.logsMatch(first.state, node.state);
    }
    const states = new Set(nodes.map(node => JSON.stringify([...node.keyValue.values])));
    if (states.size !== 1) this.report(`convergence: ${states.size} different states`);
    this.answersFit(operations);
  }

  private logsMatch(a: PersistentState<Command>, b: PersistentState<Command>): void {
    let index = Math.min(a.lastIndex, b.lastIndex);
    while (index > 0 && a.termAt(index) !== b.termAt(index)) index--;
    for (; index > 0; index--) {
      if (JSON.stringify(a.entryAt(index)) === JSON.stringify(b.entryAt(index))) continue;
      return this.report(`log matching: the logs agree later, but not at ${index}`);
    }
  }

  /**
   * Replays the applied log with a map of its own and compares what the writers were told: every value is written by one
   * operation only, so the log says which is which. What readers were told is for `isLinearizable`.
   */
  private answersFit(operations: readonly ClientOperation[]): void {
    const writers = operations.filter(({ f }) => f !== 'read');
    const byInput = new Map(writers.map(client => [identity(client.key, client.input), client]));
    const keyValue = new KeyValue();
    const seen = new Set<string>();
    let latestCall = -1;
    for (const entry of this.entries) {
      const command = entry?.command ?? null;
      if (command === null || seen.has(command.request)) continue;
      seen.add(command.request);
      const { operation } = command;
      const result = keyValue.apply(command, { deduplicate: true });
      if (operation.f === 'read') continue;
      const input = operation.f === 'write' ? operation.value : [operation.from, operation.to];
      const client = byInput.get(identity(operation.key, input));
      byInput.delete(identity(operation.key, input));
      const text = JSON.stringify(client);
      if (client === undefined) {
        this.report(`validity: ${JSON.stringify(operation)} is applied, and nobody asked for it, or not so often`);
        continue;
      }
      if (client.outcome === 'fail') this.report(`definite errors: ${text} failed and is applied`);
      if (client.return < latestCall) this.report(`real time: ${text} is applied too late`);
      latestCall = Math.max(latestCall, client.call);
      const told = client.outcome !== 'ok' || operation.f === 'write' || client.output === result.ok;
      if (!told) this.report(`answers: ${text} was told otherwise than the log says`);
    }
    for (const client of byInput.values()) {
      if (client.outcome === 'ok') this.report(`durability: ${JSON.stringify(client)} is not in the log`);
    }
  }

  private report(sentence: string): void {
    if (this.violations.length < 20) this.violations.push(sentence);
  }
}

function identity(key: unknown, input: unknown): string {
  return JSON.stringify([key, input]);
}
