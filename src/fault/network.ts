/**
 * The link rules of all active faults, as one picture.
 *
 * A `Network` takes the whole picture at each call, so two network faults at the same time must be added up somewhere,
 * and ending one must leave the other in force: here.
 */
import type { Link, LinkRule, Network } from '../runtime/cluster.ts';

export class LinkTable {
  private readonly network: Network;
  private readonly groups = new Set<readonly LinkRule[]>();
  private applied: Promise<void> = Promise.resolve();
  /** The last picture that was sent is known to be in force. */
  private inForce = true;
  /** The last picture that is known to have been in force. */
  private picture: readonly LinkRule[] = [];
  private readonly cut = new Map<string, Link>();

  constructor(network: Network) {
    this.network = network;
  }

  /** Puts these rules in force beside the others. The array is their identity. When it rejects, `remove` them. */
  async add(rules: readonly LinkRule[]): Promise<void> {
    this.groups.add(rules);
    for (const { from, to, cut } of rules) if (cut) this.cut.set(linkName({ from, to }), { from, to });
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

  /** What active faults do to this link, also what is just being put in force or taken out. */
  rulesOn({ from, to }: Link): readonly LinkRule[] {
    const rules = new Set([...this.picture, ...[...this.groups].flat()]);
    return [...rules].filter(rule => rule.from === from && rule.to === to);
  }

  /** Every link that was ever to be cut. */
  everCut(): readonly Link[] {
    return [...this.cut.values()];
  }

  /** One at a time and in order, so that an older picture never overwrites a newer one. */
  private apply(): Promise<void> {
    const next = this.applied.catch(() => undefined).then(() => this.send());
    this.applied = next;
    return next;
  }

  private async send(): Promise<void> {
    this.inForce = false;
    const picture = [...this.groups].flat();
    await this.network.apply(picture);
    this.picture = picture;
    this.inForce = true;
  }
}

/** `n1>n2` */
export function linkName({ from, to }: Link): string {
  return `${from}>${to}`;
}
