/**
 * A replica that gossips: it answers from its own state, and tells the others.
 *
 * Two ways lead from replica to replica. Each update is pushed to every peer once, at once: fast, and lost when the
 * network loses it. And every so often a replica compares digests with a random peer, and both send each other the
 * buckets that differ: slow, and it repairs everything.
 *
 *     n1                         n2
 *      | push [entry] ----------> |      at once, to all peers, never repeated
 *      | digests ---------------> |      every 200 ms, to one peer
 *      | <-- state [buckets] ---- |      if some differ
 *      | state [buckets] -------> |
 *
 * An update is in the journal before it is acknowledged, and what comes from others before anything that was read from
 * it is answered.
 */
import type { Random } from '../../../base/random.ts';
import type { BugName } from '../bugs.ts';
import type { Journal } from '../journal.ts';
import type { NodeProgram, Surroundings } from '../program.ts';
import { type Body, errorBody, errorCode, type Message } from '../wire.ts';
import type { DataType } from './data-type.ts';
import { bucketIndex, type Join, LatticeMap, type MapEntry } from './lattice-map.ts';

export interface GossipNodeOptions<V> extends Surroundings {
  readonly type: DataType<V>;
  readonly journal: Journal<MapEntry<V>>;
  readonly random: Random;
  readonly bugs: ReadonlySet<BugName>;
}

const repairEveryMs = 200;

/** The buckets that differed, in full; `reply` asks for the same of the other side. */
interface StateMessage<V> {
  readonly buckets: readonly number[];
  readonly entries: readonly MapEntry<V>[];
  readonly reply: boolean;
}

export class GossipNode<V> implements NodeProgram {
  readonly map = new LatticeMap<V>();
  private readonly options: GossipNodeOptions<V>;
  private readonly outbox: { readonly to: string; readonly body: Body }[] = [];
  private readonly pushes: MapEntry<V>[] = [];
  private repairAtMs: number;

  constructor(options: GossipNodeOptions<V>) {
    this.options = options;
    const { found } = options.journal;
    for (const entry of found) this.keep(entry, options.type.join);
    if (found.length > 0) options.log(`is back, with ${found.length} records in its journal`);
    this.repairAtMs = options.nowMs() + options.random.integer(0, repairEveryMs);
  }

  receive({ src, body }: Message): void {
    switch (body.type) {
      case 'push':
        this.takeIn(body['entries'] as readonly MapEntry<V>[], this.options.type.joinPushed);
        return;
      case 'digests':
        return this.compare(src, body['digests'] as readonly number[]);
      case 'state':
        return this.takeState(src, body as unknown as StateMessage<V>);
      case 'replica':
        return this.answer(src, body, { type: 'replica_ok', state: this.options.type.replica(this.map) });
      default:
        return this.take(src, body);
    }
  }

  tick(): void {
    const now = this.options.nowMs();
    // BUG no-repair: a push that was lost is lost for good.
    if (now < this.repairAtMs || this.options.peers.length === 0 || this.options.bugs.has('no-repair')) return;
    this.repairAtMs = now + repairEveryMs;
    this.post(this.options.random.pick(this.options.peers), { type: 'digests', digests: this.map.digests() });
  }

  settle(): void {
    this.options.journal.flush();
    if (this.pushes.length > 0) {
      const entries = this.pushes.splice(0);
      for (const peer of this.options.peers) this.post(peer, { type: 'push', entries });
    }
    for (const { to, body } of this.outbox.splice(0)) this.options.send(to, body);
  }

  // Clients

  private take(client: string, body: Body): void {
    const effect = this.options.type.handle(body, this.map);
    if (effect === null) {
      this.answer(client, body, errorBody(errorCode.notSupported, `${body.type} is not supported`));
      return;
    }
    if (effect.kind === 'update') {
      this.takeIn([effect.entry], this.options.type.join);
      this.pushes.push(effect.pushed);
    }
    this.answer(client, body, effect.body);
  }

  // Repair

  private compare(peer: string, theirs: readonly number[]): void {
    const buckets = this.map.digests().flatMap((digest, bucket) => (digest === theirs[bucket] ? [] : [bucket]));
    if (buckets.length > 0) this.sendState(peer, buckets, { reply: true });
  }

  private sendState(peer: string, buckets: readonly number[], { reply }: { readonly reply: boolean }): void {
    const entries = buckets.flatMap(bucket => this.map.bucketEntries(bucket));
    this.post(peer, { type: 'state', buckets, entries, reply });
  }

  private takeState(peer: string, { buckets, entries, reply }: StateMessage<V>): void {
    const { replaces, join } = this.options.type;
    if (replaces === null) {
      const news = this.takeIn(entries, join);
      if (news > 0) this.options.log(`repaired: ${news} of ${entries.length} entries from ${peer} were news`);
    } else this.replaceBuckets(buckets, entries);
    if (reply) this.sendState(peer, buckets, { reply: false });
  }

  /** Gives how many changed something. */
  private takeIn(entries: readonly MapEntry<V>[], join: Join<V>): number {
    let news = 0;
    for (const entry of entries) {
      const value = this.keep(entry, join);
      if (value === null) continue;
      this.options.journal.append([entry[0], value]);
      news++;
    }
    return news;
  }

  /** Joins an entry in. Gives the value that the key now has, or null when nothing changed. */
  private keep(entry: MapEntry<V>, join: Join<V>): V | null {
    const { type } = this.options;
    type.witness(entry[1]);
    const value = this.map.merge(entry, join);
    if (value !== null && type.drops(value)) this.map.delete(entry[0]);
    return value;
  }

  /** Only under the bug lossy-merge. */
  private replaceBuckets(buckets: readonly number[], entries: readonly MapEntry<V>[]): void {
    for (const bucket of buckets) {
      const mine = this.map.bucketEntries(bucket);
      const other = entries.filter(([key]) => bucketIndex(key) === bucket);
      if (this.options.type.replaces?.(mine, other) !== true) continue;
      for (const [key] of mine) this.map.delete(key);
      this.takeIn(other, this.options.type.join);
    }
  }

  // Messages, which leave when everything is on disk

  private post(to: string, body: Body): void {
    this.outbox.push({ to, body });
  }

  private answer(to: string, question: Body, body: Body): void {
    if (question.msg_id !== undefined) this.post(to, { ...body, in_reply_to: question.msg_id });
  }
}
