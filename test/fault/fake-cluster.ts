/**
 * A cluster in memory, which does what the contract says, and misbehaves where a test tells it to.
 */
import type { NodeName } from '../../src/base/names.ts';
import type {
  Capability,
  ClientProcesses,
  ClockControl,
  Cluster,
  DiskControl,
  Link,
  LinkCounters,
  LinkRule,
  Network,
  Node,
  ProcessControl,
  ProcessState,
  ResourceControl,
} from '../../src/runtime/cluster.ts';

type Deed =
  | 'kill'
  | 'terminate'
  | 'start'
  | 'pause'
  | 'stop'
  | 'resume'
  | 'inspect'
  | 'apply'
  | 'counters'
  | 'probe'
  | 'limit'
  | 'usage'
  | 'fill'
  | 'release'
  | 'space'
  | 'wipe'
  | 'skew'
  | 'offset'
  | 'pause client'
  | 'resume client'
  | 'inspect client';

/** What a cluster may have beside the network and the power over processes. */
type Control = 'probe' | 'terminate' | 'resources' | 'disks' | 'clocks' | 'clients';

const bringing: Readonly<Record<Control, readonly Capability[]>> = {
  probe: [],
  terminate: ['terminate'],
  resources: ['cpu', 'memory'],
  disks: ['disk', 'wipe'],
  clocks: ['clock'],
  clients: ['pause-clients'],
};

const mebibyte = 1024 ** 2;

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
  resources?: ResourceControl;
  disks?: DiskControl;
  clocks?: ClockControl;
  clientProcesses?: ClientProcesses;
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
  /** What a probe finds, whatever the rules say: true is open. Null: what the rules say. */
  finds: (link: Link) => boolean | null = () => null;
  /** Limits in force. */
  readonly limits = new Map<NodeName, { readonly cpus?: number; readonly memoryBytes?: number }>();
  /** Less than this is refused as a limit of memory. */
  memoryInUse = 0;
  /** Null: nobody counts. */
  throttledNanos: number | null = 0;
  /** What each node has used and does use. */
  memoryBytes = 64 * mebibyte;
  readonly outOfMemory = new Set<NodeName>();
  /** What is free on a disk that is not filled. */
  freeBytes = 200 * mebibyte;
  readonly filled = new Map<NodeName, number>();
  readonly entries = new Map<NodeName, number>();
  /** Milliseconds that a clock is off; 0 is left out. */
  readonly offsets = new Map<NodeName, number>();
  readonly clients = new Map<string, ProcessState>();
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
      pause: (node, what) =>
        this.change(what === 'main' ? 'stop' : 'pause', node, ({ status, pid }) => ({
          status: status === 'dead' ? 'dead' : 'paused',
          pid,
        })),
      resume: node =>
        this.change('resume', node, ({ status, pid }) => ({ status: status === 'dead' ? 'dead' : 'running', pid })),
      inspect: async node => {
        await this.before('inspect', node);
        return this.state(node);
      },
    };
  }

  /** The same, with these controls and the capabilities that they bring. */
  with(...controls: readonly Control[]): this {
    for (const control of controls) this.add(control);
    this.capabilities = new Set([...this.capabilities, ...controls.flatMap(control => bringing[control])]);
    return this;
  }

  /** Everything that somebody has broken and nobody has mended: empty when all is well. */
  broken(): string[] {
    return [
      ...this.rules.map(({ from, to }) => `rule on ${from}>${to}`),
      ...this.nodes
        .map(({ name }) => `${name} ${this.state(name).status}`)
        .filter(words => !words.endsWith(' running')),
      ...[...this.limits.keys()].map(node => `${node} limited`),
      ...[...this.filled.keys()].map(node => `${node} full`),
      ...[...this.offsets].map(([node, ms]) => `${node} ${ms} ms off`),
      ...[...this.clients].filter(([, { status }]) => status === 'paused').map(([name]) => `${name} paused`),
    ];
  }

  /** The kernel ends it. */
  runOutOfMemory(node: NodeName): void {
    this.die(node);
    this.outOfMemory.add(node);
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

  private add(control: Control): void {
    if (control === 'probe') this.network.probe = links => this.probe(links);
    if (control === 'terminate') {
      this.processes.terminate = node => this.change('terminate', node, () => ({ status: 'dead', pid: null }));
    }
    if (control === 'resources') this.resources = this.resourceControl();
    if (control === 'disks') this.disks = this.diskControl();
    if (control === 'clocks') this.clocks = this.clockControl();
    if (control === 'clients') this.clientProcesses = this.clientControl();
  }

  private async probe(links: readonly Link[]): Promise<readonly boolean[]> {
    await this.before('probe', null);
    const cut = (link: Link): boolean =>
      this.rules.some(rule => rule.from === link.from && rule.to === link.to && rule.cut);
    return links.map(link => this.finds(link) ?? !cut(link));
  }

  private resourceControl(): ResourceControl {
    return {
      limit: async (node, limits) => {
        await this.before('limit', node);
        if ((limits.memoryBytes ?? Infinity) < this.memoryInUse) throw new Error('device or resource busy');
        if (Object.keys(limits).length === 0) this.limits.delete(node);
        else this.limits.set(node, limits);
        this.log.push(`limit ${node} ${JSON.stringify(limits)}`);
      },
      usage: async node => {
        await this.before('usage', node);
        const { memoryBytes, throttledNanos } = this;
        return { memoryBytes, throttledNanos, outOfMemory: this.outOfMemory.has(node) };
      },
    };
  }

  private diskControl(): DiskControl {
    return {
      fill: async (node, freeBytes) => {
        await this.before('fill', node);
        this.filled.set(node, Math.min(freeBytes, this.freeBytes));
        this.log.push(`fill ${node} ${freeBytes}`);
      },
      release: async node => {
        await this.before('release', node);
        this.filled.delete(node);
        this.log.push(`release ${node}`);
      },
      space: async node => {
        await this.before('space', node);
        const freeBytes = this.filled.get(node) ?? this.freeBytes;
        return { freeBytes, totalBytes: 256 * mebibyte, entries: this.entries.get(node) ?? 14 };
      },
      wipe: async node => {
        await this.before('wipe', node);
        if (this.state(node).status !== 'dead') throw new Error(`${node} is not dead`);
        this.entries.set(node, 0);
        this.log.push(`wipe ${node}`);
      },
    };
  }

  private clockControl(): ClockControl {
    return {
      skew: async (node, offsetMs) => {
        await this.before('skew', node);
        if (offsetMs === 0) this.offsets.delete(node);
        else this.offsets.set(node, offsetMs);
        this.log.push(`skew ${node} ${offsetMs}`);
      },
      offsetMs: async node => {
        await this.before('offset', node);
        return this.offsets.get(node) ?? 0;
      },
    };
  }

  private clientControl(): ClientProcesses {
    const change = async (deed: 'pause client' | 'resume client', name: string): Promise<void> => {
      await this.before(deed, name);
      const state = this.clients.get(name);
      if (!state) throw new Error(`no client ${name} runs`);
      this.clients.set(name, { ...state, status: deed === 'pause client' ? 'paused' : 'running' });
      this.log.push(`${deed} ${name}`);
    };
    return {
      names: () => [...this.clients.keys()],
      pause: name => change('pause client', name),
      resume: name => change('resume client', name),
      inspect: async name => {
        await this.before('inspect client', name);
        return this.clients.get(name) ?? { status: 'dead', pid: null };
      },
    };
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
