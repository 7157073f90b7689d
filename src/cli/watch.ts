/**
 * `--bail`: the answers of a run are judged while it goes on, and it is ended at the first that no order explains.
 *
 * The alarm only ends the run. The evidence, and the verdict, come from the recorded history as always; should that be
 * fine after all, then we are wrong, and say so.
 */
import type { Clock } from '../base/time.ts';
import type { Judgement } from '../checker/judge.ts';
import { LiveCheck } from '../checker/stream/live.ts';
import { showKey } from '../checker/words.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import type { Plan } from '../run/plan.ts';
import type { RunFacts } from '../run/run.ts';

export interface WatchOptions {
  readonly plan: Plan;
  /** By which the history will be judged. */
  readonly checkers: readonly string[];
  readonly clock: Clock;
  /** Aborted by an alarm; the reason says what was seen. */
  readonly enough: AbortController;
  /** A line that stays. */
  readonly note: (sentence: string) => void;
}

/** Null when the answers of this workload can only be judged in the end; that is said. */
export function watchFor({ plan, checkers, clock, enough, note }: WatchOptions): LiveCheck | null {
  const { model } = workloadByName(plan.workload);
  if (model === null || !checkers.includes('linearizable')) {
    note(`--bail does nothing here: ${plan.workload} is judged as a whole (${checkers.join(', ')})`);
    return null;
  }
  return new LiveCheck({
    model,
    clock,
    onLimit: note,
    onAlarm({ key, index, operation, description }) {
      const where = key === null ? '' : ` on key ${showKey(key)}`;
      const sentence = `no order explains ${description}${where} (#${operation.id}, event ${index})`;
      note(`${sentence}: ending the run`);
      enough.abort(new Error(sentence));
    },
  });
}

/** The two checkers share nothing but the models: when they do not agree, one of them is wrong. */
export function withFalseAlarm(facts: RunFacts, { results }: Pick<Judgement, 'results'>): RunFacts {
  const verdict = results.find(({ checker }) => checker === 'linearizable')?.validity;
  if (facts.endedEarly === undefined || verdict !== 'valid') return facts;
  const bug = 'THIS IS A BUG OF ORDEAL, not of your system; please report it with the history';
  const why = `the run was ended because ${facts.endedEarly}, but the checker of the whole history found an order`;
  return { ...facts, errors: [...facts.errors, `${bug}: ${why}`] };
}
