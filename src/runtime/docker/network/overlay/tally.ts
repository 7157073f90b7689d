/**
 * What became of all datagrams that the hub was sent: the books of the overlay, which balance.
 *
 *     received = strangers + ipv6 + malformed + foreign + toMany + toNobody + probes + what the links count as sent
 *     sent + duplicated = dropped + forwarded + underWay        (over all links)
 */

export interface OverlayTally {
  /** Datagrams that the hub's socket gave us. */
  readonly received: number;
  /** Did not come from a holder. Dropped. */
  readonly strangers: number;
  /** The overlay is IPv4 only. Dropped. */
  readonly ipv6: number;
  /** No IP packet. Dropped. */
  readonly malformed: number;
  /** The sender's address is not the node's own in the overlay: answers would pass the hub by. Dropped. */
  readonly foreign: number;
  /** Broadcast and multicast. Dropped. */
  readonly toMany: number;
  /** Nobody in the overlay has that address, or it is the sender's own. Dropped. */
  readonly toNobody: number;
  /** Answers to packets of our own. */
  readonly probes: number;
  /** Packets of nodes, copies included, that were given to the kernel. */
  readonly forwarded: number;
  /** Waiting in the hub now. */
  readonly underWay: number;
  /** Lost because too much was under way, not because of a rule; their links count them as dropped, too. */
  readonly crowdedOut: number;
  /** Of those forwarded, and of our own: the kernel refused to send them. */
  readonly unsendable: number;
  /**
   * Datagrams that came in faster than the hub read them; the kernel dropped them, and they are in no other number. Null
   * where the kernel does not say.
   */
  readonly overflowed: number | null;
}

/** What the hub counts itself. */
export type HubTally = Omit<OverlayTally, 'unsendable' | 'overflowed'>;
