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
  /** The last picture that was sent is known to be in force. */
  private inForce = true;

  constructor(network: Network) {
    this.network = network;
  }

  /** Puts these rules in force beside the others. The array is their identity. When it rejects, `remove` them. */
  async add(rules: readonly LinkRule[]): Promise<void> {
    this.groups.add(rules);
    await this.apply();
  }

  /** Takes these rules out again and leaves the others in force. Twice is once, unless the first time failed. */
  async remove(rules: readonly LinkRule[]): Promise<void> {
    const present = this.groups.delete(rules);
    if (present || !this.inForce) await this.apply();
  }

  /** Every link is whole again, whatever is still active. */
  async clear(): Promise<void> {
    this.groups.clear();
    await this.apply();
  }

  /** One at a time and in order, so that an older picture never overwrites a newer one. */
  private apply(): Promise<void> {
    const next = this.applied.catch(() => undefined).then(() => this.send());
    this.applied = next;
    return next;
  }

  private async send(): Promise<void> {
    this.inForce = false;
    await this.network.apply([...this.groups].flat());
    this.inForce = true;
  }
}
