/**
 * A cluster of toy nodes in one process: simulated time, network, disks, crashes. The same seed gives the same run.
 *
 * Messages between nodes are delayed, lost, repeated, overtaken and cut; those of clients take no time and are never
 * lost, as in the harness. A paused node gets its messages when it goes on. A crashed node keeps what it has flushed,
 * and a crash may come in the middle of a flush or between two messages.
 */
import type { Random } from '../../../src/base/random.ts';
import type { Journal } from '../../../src/system/toy/journal.ts';
import { type NodeProgram, type Surroundings, tickMs } from '../../../src/system/toy/program.ts';
import type { Body, Message } from '../../../src/system/toy/wire.ts';

export interface Links {
  /** Uniform in [0, 2 * this]. */
  latencyMs: number;
  loss: number;
  duplicate: number;
  /** Probability of being held back, by up to 60 ms. */
  reorder: number;
  cut: (from: string, to: string) => boolean;
}

const wholeLinks: Links = { latencyMs: 2, loss: 0, duplicate: 0, reorder: 0, cut: () => false };

/** Records are kept as JSON text, as in a file: what is read back is another object. */
export class Disk {
  readonly durable: string[] = [];
  private staged: string[] = [];
  /** Set: the next flush writes so many records and then the node dies. */
  dieAfterRecords: number | null = null;

  open<R>(): Journal<R> {
    this.staged = [];
    return {
      found: this.durable.map(line => JSON.parse(line) as R),
      append: record => void this.staged.push(JSON.stringify(record)),
      flush: () => {
        const limit = this.dieAfterRecords ?? this.staged.length;
        this.durable.push(...this.staged.slice(0, limit));
        this.staged = [];
        if (this.dieAfterRecords !== null) throw new Crash();
      },
    };
  }
}

class Crash extends Error {}

/** What a node is made from. `life` counts its starts, from 1. */
export type MakeNode<P extends NodeProgram> = (surroundings: Surroundings, disk: Disk, life: number) => P;

interface SimulatedNode<P> {
  readonly id: string;
  readonly disk: Disk;
  /** Null while it is dead. */
  program: P | null;
  life: number;
  paused: boolean;
  readonly held: Message[];
  /** Set: it dies when it has sent so many messages more. */
  dieAfterMessages: number | null;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class Simulation<P extends NodeProgram> {
  nowMs = 0;
  readonly links: Links = { ...wholeLinks };
  /** What `healLinks` goes back to: how the network is when nothing is done to it. */
  weather: Partial<Links> = {};
  readonly ids: readonly string[];
  /** Called after every step of a node. */
  onSettled: (node: P, id: string) => void = () => undefined;
  readonly log: string[] = [];
  private readonly random: Random;
  private readonly make: MakeNode<P>;
  private readonly nodes = new Map<string, SimulatedNode<P>>();
  private readonly queue: Due[] = [];
  private order = 0;
  private readonly waiting = new Map<string, (answer: Body) => void>();
  private questions = 0;

  constructor(options: { readonly random: Random; readonly ids: readonly string[]; readonly make: MakeNode<P> }) {
    this.random = options.random;
    this.ids = options.ids;
    this.make = options.make;
    for (const id of options.ids) {
      const node = { id, disk: new Disk(), program: null, life: 0, paused: false, held: [], dieAfterMessages: null };
      this.nodes.set(id, node);
      this.start(id);
    }
  }

  /** The nodes that are alive. */
  programs(): readonly P[] {
    return [...this.nodes.values()].flatMap(node => node.program ?? []);
  }

  at(atMs: number, run: () => void): void {
    push(this.queue, { atMs: Math.max(atMs, this.nowMs), order: this.order++, run });
  }

  runUntil(endMs: number): void {
    for (let due = this.queue[0]; due !== undefined && due.atMs <= endMs; due = this.queue[0]) {
      pop(this.queue);
      this.nowMs = due.atMs;
      due.run();
    }
    this.nowMs = endMs;
  }

  /** Asks a node, as a client. A dead one is not asked, and never answers. */
  ask(id: string, body: Body, answered: (answer: Body) => void): void {
    this.questions++;
    const question = this.questions;
    this.waiting.set(`${question}`, answered);
    this.deliver({ src: 'c1', dest: id, body: { ...body, msg_id: question } });
  }

  kill(id: string): void {
    const node = this.node(id);
    node.program = null;
    node.paused = false;
    node.held.length = 0;
    node.dieAfterMessages = null;
    node.disk.dieAfterRecords = null;
  }

  /** Dies in the middle of its next flush, or in the middle of sending. */
  killSoon(id: string): void {
    const node = this.node(id);
    if (node.program === null) return;
    if (this.random.chance(0.5)) node.disk.dieAfterRecords = this.random.integer(0, 2);
    else node.dieAfterMessages = this.random.integer(0, 4);
  }

  healLinks(): void {
    Object.assign(this.links, wholeLinks, this.weather);
  }

  /** Ends every fault, and bad weather too. */
  heal(): void {
    this.weather = {};
    this.healLinks();
    for (const id of this.ids) {
      this.resume(id);
      this.start(id);
    }
  }

  /** Starts it if it is dead; one that is alive is not to die soon any more. */
  start(id: string): void {
    const node = this.node(id);
    node.dieAfterMessages = null;
    node.disk.dieAfterRecords = null;
    if (node.program !== null) return;
    node.life++;
    const { life } = node;
    const peers = this.ids.filter(other => other !== id);
    const surroundings: Surroundings = {
      id,
      peers,
      send: (dest, body) => this.send(node, { src: id, dest, body }),
      nowMs: () => this.nowMs,
      log: text => void this.log.push(`${this.nowMs} ${id}: ${text}`),
    };
    node.program = this.make(surroundings, node.disk, life);
    this.tickLater(node, life);
  }

  pause(id: string): void {
    const node = this.node(id);
    if (node.program !== null) node.paused = true;
  }

  resume(id: string): void {
    const node = this.node(id);
    if (!node.paused) return;
    node.paused = false;
    // As in a process: the timer that is due comes first, then everything that waits in the pipe.
    this.step(node, program => program.tick());
    const held = node.held.splice(0);
    this.step(node, program => {
      for (const message of held) program.receive(message);
    });
  }

  isDead(id: string): boolean {
    return this.node(id).program === null;
  }

  private tickLater(node: SimulatedNode<P>, life: number): void {
    this.at(this.nowMs + tickMs + this.random.integer(0, 3), () => {
      if (node.life !== life || node.program === null) return;
      if (!node.paused) this.step(node, program => program.tick());
      this.tickLater(node, life);
    });
  }

  private step(node: SimulatedNode<P>, act: (program: P) => void): void {
    const { program } = node;
    if (program === null) return;
    try {
      act(program);
      program.settle();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.kill(node.id);
      return;
    }
    this.onSettled(program, node.id);
  }

  private send(node: SimulatedNode<P>, message: Message): void {
    if (node.dieAfterMessages !== null) {
      if (node.dieAfterMessages === 0) throw new Crash();
      node.dieAfterMessages--;
    }
    if (!this.nodes.has(message.dest)) {
      const question = `${message.body.in_reply_to}`;
      const answered = this.waiting.get(question);
      this.waiting.delete(question);
      answered?.(message.body);
      return;
    }
    const { links, random } = this;
    if (random.chance(links.loss)) return;
    const copies = random.chance(links.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const heldBackMs = random.chance(links.reorder) ? random.integer(0, 60) : 0;
      const delayMs = random.fraction() * 2 * links.latencyMs + heldBackMs;
      this.at(this.nowMs + delayMs, () => {
        if (!links.cut(message.src, message.dest)) this.deliver(message);
      });
    }
  }

  private deliver(message: Message): void {
    const node = this.node(message.dest);
    if (node.paused) node.held.push(message);
    else this.step(node, program => program.receive(message));
  }

  private node(id: string): SimulatedNode<P> {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }
}

function earlier(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** A binary heap, the earliest first. */
function push(heap: Due[], due: Due): void {
  let index = heap.length;
  heap.push(due);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!earlier(due, heap[parent] as Due)) break;
    heap[index] = heap[parent] as Due;
    index = parent;
  }
  heap[index] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1] as Due, heap[child] as Due)) child++;
    if (!earlier(heap[child] as Due, last)) break;
    heap[index] = heap[child] as Due;
    index = child;
  }
  heap[index] = last;
}
