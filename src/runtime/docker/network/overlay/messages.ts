/**
 * What is said between the harness and the thread of the hub: questions with numbers, and their answers.
 */
import type { NodeName } from '../../../../base/names.ts';
import type { Link, LinkCounters, LinkRule } from '../../../cluster.ts';
import type { OverlayMember } from './member.ts';
import type { OverlayTally } from './tally.ts';

/** What a hub is started with. */
export interface HubTask {
  readonly members: readonly OverlayMember[];
  readonly gateway: string;
  readonly seed: number;
}

/** What may be asked of a hub. */
export interface HubService {
  apply(rules: readonly LinkRule[]): void;
  counters(link: Link): LinkCounters;
  probe(links: readonly Link[]): Promise<readonly boolean[]>;
  answering(argument: null): Promise<readonly NodeName[]>;
  tally(argument: null): OverlayTally;
}

export type HubQuestion = keyof HubService;
export type HubArgument<Q extends HubQuestion> = Parameters<HubService[Q]>[0];
export type HubAnswer<Q extends HubQuestion> = Awaited<ReturnType<HubService[Q]>>;

export interface HubRequest {
  readonly id: number;
  readonly question: HubQuestion;
  readonly argument: unknown;
}

/** The first says which port it is; then one for each request. An error here is a bug of ours. */
export type HubMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
