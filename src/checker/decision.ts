/**
 * Decides about one part: by the monitor of its type where that applies, else by the search. Resumable, because many parts
 * take turns; what was chosen, and why, is told.
 */
import { present } from '../base/assert.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import type { PartSearch } from './decide.ts';
import { monitorOf } from './monitor/catalogue.ts';
import type { MonitorVerdict } from './monitor/monitor.ts';
import { Search } from './search/search.ts';
import type { Subhistory } from './subhistory/subhistory.ts';

/** What is known of a part that is invalid. */
export interface Refuted {
  readonly subhistory: Subhistory;
  /** Rank of an event; what had been called by then is impossible, whatever was called later. */
  readonly until: number;
  /** Where they are known: the few that show it by themselves. */
  readonly suspects: readonly Operation[] | null;
}

export class Decision implements PartSearch, Refuted {
  private readonly model: Model;
  readonly subhistory: Subhistory;
  /** Null: no monitor was asked. */
  private readonly verdict: MonitorVerdict | null;
  private search: Search | null = null;

  constructor(model: Model, subhistory: Subhistory) {
    this.model = model;
    this.subhistory = subhistory;
    this.verdict = monitorOf(model)?.judge(subhistory) ?? null;
  }

  /** `register-zones`, or `search`. */
  get algorithm(): string {
    return this.isMonitored ? present(monitorOf(this.model)).name : 'search';
  }

  get judged(): number {
    return this.subhistory.length;
  }

  /** Why the search was needed; null when it was not. */
  get why(): string | null {
    if (this.verdict === null) return `there is no monitor for ${this.model.name}`;
    return this.verdict.validity === 'inapplicable' ? this.verdict.why : null;
  }

  get states(): number {
    return this.search?.states ?? 0;
  }

  run(limit: number, isOver: () => boolean): 'valid' | 'invalid' | 'paused' {
    if (this.isMonitored) return this.verdict?.validity === 'valid' ? 'valid' : 'invalid';
    this.search ??= new Search(this.model, this.subhistory);
    return this.search.run(limit, isOver);
  }

  /** After `valid`: positions in order. */
  witness(): Int32Array {
    return this.verdict?.validity === 'valid' ? this.verdict.order : present(this.search).witness();
  }

  /** After `invalid`. */
  get until(): number {
    return this.verdict?.validity === 'invalid' ? this.verdict.until : present(this.search).deepest;
  }

  /** After `invalid`. */
  get suspects(): readonly Operation[] | null {
    const culprits = this.verdict?.validity === 'invalid' ? this.verdict.culprits : null;
    const inOrder = culprits?.toSorted((one, other) => one - other) ?? null;
    return inOrder?.map(position => this.subhistory.operation(position)) ?? null;
  }

  get isMonitored(): boolean {
    return this.verdict !== null && this.verdict.validity !== 'inapplicable';
  }
}
