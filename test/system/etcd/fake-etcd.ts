/**
 * As much of etcd's gateway as our clients use, in memory, on a port of loopback: ranges, puts, transactions, leases that
 * end when the test says so, and locks.
 *
 * A test may take any request into its own hands (`onRequest`): answer it, refuse it, leave it without an answer, break
 * the connection, before or after it was carried out.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';

export type Body = Readonly<Record<string, unknown>>;

/** What becomes of a request. `carry-out`: the usual. The `-after` ones carry it out and answer nothing. */
export type Treatment =
  | 'carry-out'
  | 'hang'
  | 'hang-after'
  | 'reset'
  | 'reset-after'
  | 'break-off'
  | { readonly status: number; readonly body: unknown };

interface Entry {
  readonly value: string;
  readonly createRevision: number;
  readonly lease: string | null;
}

export class FakeEtcd implements AsyncDisposable {
  /** `kv/put`, in the order in which they came. */
  readonly requests: string[] = [];
  readonly bodies: Body[] = [];
  connections = 0;
  onRequest: (path: string, body: Body) => Treatment = () => 'carry-out';
  health: unknown = { health: 'true' };
  leader = '1';
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly entries = new Map<string, Entry>();
  private readonly leases = new Set<string>();
  private readonly waiters: (() => void)[] = [];
  private revision = 1;

  private constructor() {
    this.server = createServer((request, response) => void this.take(request, response));
    this.server.on('connection', socket => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(): Promise<FakeEtcd> {
    const fake = new FakeEtcd();
    await new Promise<void>(resolve => void fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  endpoint(options: { readonly proxied?: boolean } = {}): Endpoint {
    const { port } = this.server.address() as AddressInfo;
    return { host: '127.0.0.1', port, proxied: options.proxied === true };
  }

  /** Nobody listens any more, and every connection ends. */
  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => void this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) await this.stop();
  }

  /** The text under this key. */
  get(key: string): string | null {
    return this.entries.get(key)?.value ?? null;
  }

  set(key: string, value: string): void {
    this.store(key, { value, lease: null });
  }

  /** Every lease ends, and what hangs on it goes. */
  expireLeases(): void {
    for (const lease of [...this.leases]) this.revoke(lease);
  }

  /** Resolves when this many requests of this path have come. */
  async seen(path: string, count = 1): Promise<void> {
    while (this.requests.filter(request => request === path).length < count) {
      await new Promise<void>(resolve => this.waiters.push(resolve));
    }
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = (request.url ?? '').replace(/^\/v3\//, '');
    const sent = Buffer.concat(chunks).toString();
    const body = (sent === '' ? {} : JSON.parse(sent)) as Body;
    this.requests.push(path);
    this.bodies.push(body);
    const treatment = this.onRequest(path, body);
    for (const waiter of this.waiters.splice(0)) waiter();
    if (treatment === 'hang') return;
    if (treatment === 'reset') return void request.socket.resetAndDestroy();
    if (treatment === 'break-off') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"header":');
      setImmediate(() => request.socket.destroy());
      return;
    }
    if (typeof treatment === 'object') return answer(response, treatment);
    const reply = path === 'lock/lock' ? await this.lock(body) : { status: 200, body: this.carryOut(path, body) };
    if (treatment === 'reset-after') return void request.socket.resetAndDestroy();
    if (treatment === 'carry-out') answer(response, reply);
  }

  private carryOut(path: string, body: Body): unknown {
    const header = { member_id: '1', revision: String(this.revision) };
    switch (path) {
      case '/health':
        return this.health;
      case 'maintenance/status':
        return { header, leader: this.leader };
      case 'kv/range':
        return this.range(body);
      case 'kv/put':
        this.put(body);
        return { header };
      case 'kv/txn':
        return this.transaction(body);
      case 'lease/grant': {
        const lease = String(7000 + this.requests.length);
        this.leases.add(lease);
        return { header, ID: lease, TTL: body['TTL'] };
      }
      case 'lease/keepalive':
        return { result: { header, ID: body['ID'], ...(this.leases.has(String(body['ID'])) ? { TTL: '2' } : {}) } };
      case 'lease/revoke':
        this.revoke(String(body['ID']));
        return { header };
      default:
        throw new Error(`the fake does not know ${path}`);
    }
  }

  private range({ key, range_end: end }: Body): unknown {
    const from = text(key);
    const kvs = [...this.entries]
      .filter(([name]) => (end === undefined ? name === from : name >= from && name < text(end)))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, entry]) => ({
        key: base64(name),
        value: base64(entry.value),
        create_revision: String(entry.createRevision),
      }));
    return { header: {}, ...(kvs.length > 0 ? { kvs, count: String(kvs.length) } : {}) };
  }

  private put({ key, value }: Body): void {
    this.store(text(key), { value: text(value), lease: null });
  }

  private transaction({ compare = [], success }: Body): unknown {
    const holds = (compare as Body[]).every(comparison => {
      const entry = this.entries.get(text(comparison['key']));
      return comparison['target'] === 'VALUE'
        ? entry?.value === text(comparison['value'])
        : String(entry?.createRevision ?? 0) === comparison['create_revision'];
    });
    if (!holds) return { header: {} };
    const responses = (success as Body[]).map(request => {
      if (request['request_range']) return { response_range: this.range(request['request_range'] as Body) };
      this.put(request['request_put'] as Body);
      return { response_put: { header: {} } };
    });
    return { header: {}, succeeded: true, responses };
  }

  private async lock({ name, lease }: Body): Promise<{ readonly status: number; readonly body: unknown }> {
    const prefix = `${text(name)}/`;
    const gone = { status: 500, body: { error: 'etcdserver: requested lease not found', code: 2 } };
    if (!this.leases.has(String(lease))) return gone;
    while ([...this.entries.keys()].some(key => key.startsWith(prefix))) {
      await new Promise<void>(resolve => this.waiters.push(resolve));
    }
    const key = `${prefix}${String(lease)}`;
    if (!this.leases.has(String(lease))) return gone;
    this.store(key, { value: '', lease: String(lease) });
    return { status: 200, body: { header: {}, key: base64(key) } };
  }

  private store(key: string, { value, lease }: { readonly value: string; readonly lease: string | null }): void {
    this.revision++;
    const createRevision = this.entries.get(key)?.createRevision ?? this.revision;
    this.entries.set(key, { value, createRevision, lease });
  }

  private revoke(lease: string): void {
    this.leases.delete(lease);
    for (const [key, entry] of this.entries) if (entry.lease === lease) this.entries.delete(key);
    for (const waiter of this.waiters.splice(0)) waiter();
  }
}

function answer(response: ServerResponse, { status, body }: { readonly status: number; readonly body: unknown }): void {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(sent);
}

function text(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString();
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<Endpoint> {
  const fake = await FakeEtcd.start();
  const endpoint = fake.endpoint();
  await fake.stop();
  return endpoint;
}
