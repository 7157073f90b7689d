/**
 * A cluster in memory, which does what the contract says, and misbehaves where a test tells it to.
 */
import type { NodeName } from '../../src/base/names.ts';
import type {
  Capability,
  Cluster,
  Link,
  LinkCounters,
  LinkRule,
  Network,
  Node,
  ProcessControl,
  ProcessState,
} from '../../src/runtime/cluster.ts';

type Deed = 'kill' | 'start' | 'pause' | 'resume' | 'inspect' | 'apply' | 'counters';

const nothing: LinkCounters = {
  sent: 0,
  dropped: 0,
  delayed: 0,
  duplicated: 0,
  reordered: 0,
  corrupted: 0,
  throttled: 0,
};

export class FakeCluster implements Cluster {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly processes: ProcessControl;
  readonly crashed = new Promise<string>(() => undefined);
  capabilities: ReadonlySet<Capability> = new Set<Capability>([
    'partition',
    'one-way',
    'loss',
    'delay',
    'duplicate',
    'reorder',
    'kill',
    'pause',
  ]);
  /** The picture in force. */
  rules: readonly LinkRule[] = [];
  /** `kill n1`, `apply 4 rules`, in the order in which they were done. Questions are left out. */
  readonly log: string[] = [];
  /** Called before each deed: throws to make it fail, returns a promise to make it wait. */
  before: (deed: Deed, node: NodeName | null) => void | Promise<void> = () => undefined;
  private readonly states = new Map<NodeName, ProcessState>();
  private readonly counts = new Map<string, LinkCounters>();
  private nextPid: number;

  constructor(names: readonly NodeName[], firstPid = 71) {
    this.nodes = names.map(name => ({ name, address: null }));
    this.nextPid = firstPid;
    for (const name of names) this.states.set(name, { status: 'running', pid: this.nextPid++ });
    this.network = {
      apply: async rules => {
        await this.before('apply', null);
        this.rules = rules;
        this.log.push(`apply ${rules.length} rules`);
      },
      counters: async link => {
        await this.before('counters', null);
        return this.counts.get(key(link)) ?? nothing;
      },
    };
    this.processes = {
      kill: node => this.change('kill', node, () => ({ status: 'dead', pid: null })),
      start: node =>
        this.change('start', node, ({ status, pid }) =>
          status === 'dead' ? { status: 'running', pid: this.nextPid++ } : { status, pid },
        ),
      pause: node =>
        this.change('pause', node, ({ status, pid }) => ({ status: status === 'dead' ? 'dead' : 'paused', pid })),
      resume: node =>
        this.change('resume', node, ({ status, pid }) => ({ status: status === 'dead' ? 'dead' : 'running', pid })),
      inspect: async node => {
        await this.before('inspect', node);
        return this.state(node);
      },
    };
  }

  state(node: NodeName): ProcessState {
    const state = this.states.get(node);
    if (!state) throw new Error(`no node ${node}`);
    return state;
  }

  /** `n1 running, n2 dead` */
  statuses(): string {
    return this.nodes.map(({ name }) => `${name} ${this.state(name).status}`).join(', ');
  }

  /** It dies, and nobody of ours did it. */
  die(node: NodeName): void {
    this.states.set(node, { status: 'dead', pid: null });
  }

  /** One more of each counter on this link. */
  bump(link: Link, more: Partial<LinkCounters>): void {
    const now = this.counts.get(key(link)) ?? nothing;
    const sum = (name: keyof LinkCounters): number => now[name] + (more[name] ?? 0);
    this.counts.set(key(link), {
      sent: sum('sent'),
      dropped: sum('dropped'),
      delayed: sum('delayed'),
      duplicated: sum('duplicated'),
      reordered: sum('reordered'),
      corrupted: sum('corrupted'),
      throttled: sum('throttled'),
    });
  }

  /** Traffic: one message on every link, dropped where the link is cut. */
  everybodyTalks(): void {
    for (const { name: from } of this.nodes) {
      for (const { name: to } of this.nodes) {
        const cut = this.rules.some(rule => rule.from === from && rule.to === to && rule.cut);
        if (from !== to) this.bump({ from, to }, { sent: 1, dropped: cut ? 1 : 0 });
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  private async change(deed: Deed, node: NodeName, next: (state: ProcessState) => ProcessState): Promise<void> {
    await this.before(deed, node);
    this.states.set(node, next(this.state(node)));
    this.log.push(`${deed} ${node}`);
  }
}

function key({ from, to }: Link): string {
  return `${from}>${to}`;
}
