/**
 * The network of a run with an overlay: what nodes say to each other goes through the hub, what clients say to nodes
 * through the containers' own network, and each link is broken where its packets pass.
 */
import { everyClient, type Link, type LinkCounters, type LinkRule, type Network } from '../../cluster.ts';

export class TwoNetworks implements Network {
  private readonly between: Network & Required<Pick<Network, 'probe'>>;
  private readonly clients: Network & Required<Pick<Network, 'probe'>>;

  constructor(networks: {
    readonly between: Network & Required<Pick<Network, 'probe'>>;
    readonly clients: Network & Required<Pick<Network, 'probe'>>;
  }) {
    this.between = networks.between;
    this.clients = networks.clients;
  }

  async apply(rules: readonly LinkRule[]): Promise<void> {
    await Promise.all([
      this.between.apply(rules.filter(rule => !isOfClients(rule))),
      this.clients.apply(rules.filter(isOfClients)),
    ]);
  }

  counters(link: Link): Promise<LinkCounters> {
    return (isOfClients(link) ? this.clients : this.between).counters(link);
  }

  async probe(links: readonly Link[]): Promise<readonly boolean[]> {
    const [between, clients] = await Promise.all([
      this.between.probe(links.filter(link => !isOfClients(link))),
      this.clients.probe(links.filter(isOfClients)),
    ]);
    const [left, right] = [between.values(), clients.values()];
    return links.map(link => (isOfClients(link) ? right : left).next().value === true);
  }
}

function isOfClients({ from, to }: Link): boolean {
  return from === everyClient || to === everyClient;
}
