/**
 * A cluster in a few lines, driven step by step by a seed: clients whose operations take effect somewhere between call
 * and return, or much later, or never; members that gossip, are cut off and are killed. What it records is right by
 * construction, so a checker that finds fault with it is wrong.
 */
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import type { History } from '../../src/history/history.ts';
import { Story } from './story.ts';

export interface SimulatedStore {
  /** Takes effect at this node, now. `durable`: a kill must not undo it. */
  apply(node: NodeName, invocation: Invocation, durable: boolean): Completion;
  /** What `from` knows, `to` learns. */
  gossip(from: NodeName, to: NodeName): void;
  /** What is only in memory is gone. */
  kill(node: NodeName): void;
}

export interface Simulation {
  readonly seed: number;
  readonly workload: string;
  readonly store: (random: Random, nodes: readonly NodeName[]) => SimulatedStore;
  readonly request: (random: Random, serial: number) => Invocation;
  readonly finalReads: readonly Invocation[];
  /** Whether an operation of unknown outcome may take effect in memory only. */
  readonly forgets?: boolean;
  /** At most. @default 160 */
  readonly steps?: number;
}

interface Client {
  readonly node: NodeName;
  readonly process: number;
  readonly invocation: Invocation;
  readonly durable: boolean;
  completion: Completion | null;
}

export function simulate(simulation: Simulation): History {
  const random = Random.fromSeed(simulation.seed);
  const nodes = ['n1', 'n2', 'n3'].slice(0, random.integer(1, 3));
  const story = new Story(simulation.workload, nodes);
  const store = simulation.store(random.fork('store'), nodes);
  const world = new World({ simulation, random, nodes, story, store });
  story.phase('main');
  const steps = random.integer(5, simulation.steps ?? 160);
  for (let step = 0; step < steps; step++) world.step();
  world.end();
  return story.history();
}

interface WorldOptions {
  readonly simulation: Simulation;
  readonly random: Random;
  readonly nodes: readonly NodeName[];
  readonly story: Story;
  readonly store: SimulatedStore;
}

class World {
  private readonly options: WorldOptions;
  private readonly slots: readonly NodeName[];
  private readonly busy = new Map<number, Client>();
  /** Given up by their clients; they may yet happen. */
  private limbo: Client[] = [];
  /** Killed nodes, with the id of the fault. */
  private readonly down = new Map<NodeName, number>();
  private partition: number | null = null;
  private serial = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.slots = Array.from({ length: options.random.integer(1, 5) }, () => options.random.pick(options.nodes));
  }

  step(): void {
    const { random } = this.options;
    const roll = random.integer(0, 99);
    if (roll < 70) this.advance(random.integer(0, this.slots.length - 1));
    else if (roll < 88) this.gossip();
    else if (roll < 92) this.late();
    else if (roll < 97) this.startOrKill();
    else this.cutOrHeal();
  }

  /** Heals, lets some of what is open happen, and reads until all have said the same. */
  end(): void {
    const { random, story, store, nodes, simulation } = this.options;
    story.phase('heal');
    for (const node of this.down.keys()) this.start(node);
    if (this.partition !== null) this.cutOrHeal();
    for (const slot of this.busy.keys()) this.giveUp(slot);
    story.phase('settle').phase('final-reads');
    for (let round = 0; round < 3; round++) {
      if (round < 2) while (this.limbo.length > 0 && random.chance(0.5)) this.late();
      const settled = round === 2 || random.chance(0.5);
      if (settled)
        for (let hop = 0; hop < nodes.length; hop++)
          for (const from of nodes) for (const to of nodes) store.gossip(from, to);
      for (const node of nodes) {
        for (const read of simulation.finalReads) {
          const process = story.begin(node, read.f, {
            ...(read.key === null ? {} : { key: read.key }),
            input: read.value,
          });
          this.answer(process, store.apply(node, read, false));
        }
      }
    }
    story.phase('stop');
  }

  private advance(slot: number): void {
    const { random, story, store, simulation } = this.options;
    const client = this.busy.get(slot);
    if (!client) {
      const node = this.slots[slot] as NodeName;
      const invocation = simulation.request(random.fork('request', this.serial), this.serial++);
      const { f, key, value } = invocation;
      const process = story.begin(node, f, { ...(key === null ? {} : { key }), input: value });
      const durable = !(simulation.forgets ?? false) || random.chance(0.7);
      this.busy.set(slot, { node, process, invocation, durable, completion: null });
    } else if (client.completion !== null) {
      // An answer is lost, or must be lost because nothing was promised.
      if (!client.durable || random.chance(0.1)) story.end(client.process, { outcome: 'info', error: 'timeout' });
      else this.answer(client.process, client.completion);
      this.busy.delete(slot);
    } else if (this.down.has(client.node) || random.chance(0.1)) this.giveUp(slot);
    else if (random.chance(0.12)) {
      story.end(client.process, { outcome: 'fail', error: 'busy' });
      this.busy.delete(slot);
    } else client.completion = store.apply(client.node, client.invocation, client.durable);
  }

  private answer(process: number, { type, value }: Completion): void {
    this.options.story.end(process, { outcome: type, output: value });
  }

  private giveUp(slot: number): void {
    const { random, story } = this.options;
    const client = this.busy.get(slot);
    if (!client) return;
    if (random.chance(0.8)) story.end(client.process, { outcome: 'info', error: 'timeout' });
    if (client.completion === null) this.limbo.push(client);
    this.busy.delete(slot);
  }

  /** Something that was given up happens after all, or is lost for good. */
  private late(): void {
    const { random, store } = this.options;
    const client = this.limbo.shift();
    if (!client || this.down.has(client.node)) return;
    if (random.chance(0.7)) store.apply(client.node, client.invocation, client.durable);
  }

  private gossip(): void {
    const { random, nodes, store } = this.options;
    const [from, to] = [random.pick(nodes), random.pick(nodes)];
    const cut = this.partition !== null && (from === 'n1') !== (to === 'n1');
    if (!cut && !this.down.has(from) && !this.down.has(to)) store.gossip(from, to);
  }

  /** Seldom are two nodes down. */
  private startOrKill(): void {
    const { random, nodes, story, store } = this.options;
    const dead = [...this.down.keys()];
    if (dead.length > 0 && random.chance(0.8)) {
      this.start(random.pick(dead));
      return;
    }
    const node = random.pick(nodes);
    if (this.down.has(node)) return;
    this.down.set(node, story.beginFault('kill', [node]));
    store.kill(node);
  }

  private start(node: NodeName): void {
    this.options.story.endFault(this.down.get(node) ?? 0);
    this.down.delete(node);
  }

  private cutOrHeal(): void {
    const { story } = this.options;
    if (this.partition === null) this.partition = story.beginFault('partition', ['n1']);
    else {
      story.endFault(this.partition);
      this.partition = null;
    }
  }
}
