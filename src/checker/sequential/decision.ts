/**
 * Decides about one part, step by step: by the order of its versions where each value has one origin, else, or where that
 * does not settle it, by the search. Resumable, because many parts take turns.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { searchOrder } from './search.ts';
import { isValueModel } from './values.ts';
import { type Conflict, versionGraph } from './version-graph.ts';
import { versionOrder } from './version-order.ts';

export type DecisionOutcome = 'valid' | 'invalid' | 'paused';

/** Steps between two looks at the clock. */
const stepsPerLook = 32;

export class Decision {
  private readonly steps: Generator<void, readonly Operation[] | null>;
  private order: readonly Operation[] | null = null;
  private outcome: DecisionOutcome = 'paused';
  private found: Conflict | null = null;
  private spent = 0;

  /** `judged`: see `judgedOperations`. */
  constructor(model: Model, judged: readonly Operation[]) {
    this.judged = judged.length;
    this.steps = this.decide(model, judged);
  }

  readonly judged: number;
  readonly algorithm = 'search';
  readonly why = null;

  /** Configurations, and orders of versions, that were looked at. */
  get states(): number {
    return this.spent;
  }

  /** After `invalid`: what alone shows it, if it is as simple as that. */
  get conflict(): Conflict | null {
    return this.found;
  }

  /** Goes on, for so many steps at most. `isOver` is asked now and then, and ends it early. */
  run(limit: number, isOver: () => boolean): DecisionOutcome {
    for (let count = 0; this.outcome === 'paused' && count < limit; count++) {
      if (count % stepsPerLook === stepsPerLook - 1 && isOver()) break;
      const step = this.steps.next();
      if (step.done !== true) {
        this.spent++;
        continue;
      }
      this.order = step.value;
      this.outcome = step.value === null ? 'invalid' : 'valid';
    }
    return this.outcome;
  }

  /** Ids. Only after `valid`. */
  witness(): readonly number[] {
    return present(this.order, 'only a valid part has a witness').map(({ id }) => id);
  }

  private *decide(model: Model, judged: readonly Operation[]): Generator<void, readonly Operation[] | null> {
    if (isValueModel(model)) {
      const graph = versionGraph(judged);
      if (graph !== 'unclear' && 'type' in graph) return this.refused(graph);
      if (graph !== 'unclear') {
        const order = yield* versionOrder(graph);
        if (order !== null && 'type' in order) return this.refused(order);
        if (order !== null || !graph.incomplete) return order;
      }
    }
    return yield* searchOrder(model, judged);
  }

  private refused(conflict: Conflict): null {
    this.found = conflict;
    return null;
  }
}
