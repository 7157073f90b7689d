/**
 * The link rules of all active faults, as one picture.
 *
 * A `Network` takes the whole picture at each call, so two network faults at the same time must be added up somewhere,
 * and ending one must leave the other in force: here.
 */
import type { LinkRule, Network } from '../runtime/cluster.ts';

export class LinkTable {
  private readonly network: Network;
  private readonly groups = new Set<readonly LinkRule[]>();
  private applied: Promise<void> = Promise.resolve();

  constructor(network: Network) {
    this.network = network;
  }

  /** Puts these rules in force beside the others. The result takes them out again; twice is once. */
  async add(rules: readonly LinkRule[]): Promise<() => Promise<void>> {
    this.groups.add(rules);
    await this.apply();
    return async () => {
      if (this.groups.delete(rules)) await this.apply();
    };
  }

  /** Every link is whole again, whatever is still active. */
  async clear(): Promise<void> {
    this.groups.clear();
    await this.apply();
  }

  /** One at a time and in order, so that an older picture never overwrites a newer one. */
  private apply(): Promise<void> {
    const next = this.applied.catch(() => undefined).then(() => this.network.apply([...this.groups].flat()));
    this.applied = next;
    return next;
  }
}
