/**
 * Who is where in the overlay: from the address of a datagram to its node, and from the last byte of an address to whom a
 * packet is for. Both by plain look-ups, since every packet asks both.
 */
import { assert, present } from '../../../../base/assert.ts';
import type { NodeName } from '../../../../base/names.ts';
import type { Random } from '../../../../base/random.ts';
import type { Link } from '../../../cluster.ts';
import { defaultHolderPort, type OverlayMember } from './member.ts';
import { OverlayLink } from './overlay-link.ts';
import { hostOf, type Prefix, prefixOf } from './packet.ts';

/** A member, and its links to the others. */
export interface Station {
  readonly name: NodeName;
  readonly address: string;
  readonly port: number;
  readonly overlay: string;
  readonly host: number;
  /** By the host number of the receiver. There is none to itself. */
  readonly links: (OverlayLink | undefined)[];
}

export const lastHost = 254;

export class Stations {
  readonly prefix: Prefix;
  /** In the overlay, and nobody's: from here the hub speaks for itself. */
  readonly hub: { readonly overlay: string; readonly host: number };
  readonly all: readonly Station[];
  private readonly byHost: (Station | undefined)[] = [];
  private readonly byAddress = new Map<string, Map<number, Station>>();
  private readonly byName = new Map<NodeName, Station>();

  constructor(members: readonly OverlayMember[], random: Random) {
    this.prefix = prefixOf(present(members[0], 'an overlay needs a member').overlay);
    this.all = members.map(member => this.add(member));
    for (const from of this.all) {
      for (const to of this.all) {
        if (from !== to) from.links[to.host] = new OverlayLink({ from: from.name, to: to.name }, random);
      }
    }
    this.hub = this.freeAddress();
  }

  /** Whose datagrams come from there. */
  from(address: string, port: number): Station | undefined {
    return this.byAddress.get(address)?.get(port);
  }

  at(host: number): Station | undefined {
    return this.byHost[host];
  }

  named(name: NodeName): Station {
    return present(this.byName.get(name), `the overlay has no member "${name}"`);
  }

  link({ from, to }: Link): OverlayLink {
    return present(this.named(from).links[this.named(to).host], `the overlay has no link from ${from} to itself`);
  }

  private add({ name, address, overlay, port = defaultHolderPort }: OverlayMember): Station {
    const host = hostOf(overlay);
    assert(prefixOf(overlay) === this.prefix, `${name}: ${overlay} is not in the same /24 as the others`);
    assert(host >= 1 && host <= lastHost, `${name}: ${overlay} is not the address of one node`);
    assert(!this.byHost[host], `${name}: the address ${overlay} is taken`);
    assert(!this.byName.has(name), `the overlay has two members "${name}"`);
    assert(!this.from(address, port), `${name}: ${address}:${port} is taken`);
    const station: Station = { name, address, port, overlay, host, links: [] };
    this.byHost[host] = station;
    this.byName.set(name, station);
    const ports = this.byAddress.get(address) ?? new Map<number, Station>();
    this.byAddress.set(address, ports.set(port, station));
    return station;
  }

  /** The last one that is free. */
  private freeAddress(): { readonly overlay: string; readonly host: number } {
    let host = lastHost;
    while (this.byHost[host]) host--;
    assert(host >= 1, 'the overlay is full');
    const network = [this.prefix >> 16, (this.prefix >> 8) & 255, this.prefix & 255];
    return { overlay: [...network, host].join('.'), host };
  }
}
