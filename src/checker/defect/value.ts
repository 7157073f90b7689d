/**
 * Defects of a single value (`register`, `cas-register`): an answer that needs a value which was never there, or no more.
 */
import { formatNanos } from '../../base/time.ts';
import type { Operation } from '../../history/operation.ts';
import { isRefusedCas, leftBy, neededBy } from '../../model/guarded-value.ts';
import { sameValue } from '../../model/value.ts';
import { showValue } from '../words.ts';
import { type Defect, ended, type FindDefect, latest, mayHaveHappened, type Phrases } from './defect.ts';

export function valueDefects(words: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      const question: Question = { words, part, late };
      const defect = needsValue(late)
        ? (neverThere(question) ?? takenTwice(question) ?? gone(question))
        : isRefusedCas(late)
          ? refusedInVain(question)
          : null;
      if (defect) return defect;
    }
    return null;
  };
}

/** What is wrong with this answer? */
interface Question {
  readonly words: Phrases;
  readonly part: readonly Operation[];
  readonly late: Operation;
}

/** Nobody had asked to leave the value when the answer was given. */
function neverThere({ words: { told, by }, part, late }: Question): Defect | null {
  const value = neededBy(late);
  const leaving = part.filter(operation => operation.f !== 'read' && sameValue(leftBy(operation), value));
  const possible = leaving.filter(operation => mayHaveHappened(operation) && leaves(operation));
  if (sameValue(value, null) || possible.some(({ call }) => call < late.return)) return null;
  const impossible = `${told(late)}. That is impossible: nothing had written ${showValue(value)} by then`;
  const failed = leaving.find(operation => !mayHaveHappened(operation) && operation.call < late.return);
  if (failed) {
    const text = `${impossible}; ${by(failed)} failed, so nobody may ever see what it would have written.`;
    return { shape: 'dirty-read', text, operations: [failed, late] };
  }
  const [future] = possible;
  if (!future) return { shape: 'phantom-value', text: `${impossible}, nor ever after.`, operations: [late] };
  const text = `${impossible}; ${by(future)} began only at ${formatNanos(future.callTime)}.`;
  return { shape: 'future-value', text, operations: [late, future] };
}

/** Two cas took the same value away, and it was not put back in between. */
function takenTwice({ words: { told }, part, late }: Question): Defect | null {
  if (late.f !== 'cas' || !leaves(late)) return null;
  const value = neededBy(late);
  const leaving = leavingBefore(part, value, late);
  for (const other of part) {
    const takes = other.f === 'cas' && other.outcome === 'ok' && leaves(other) && sameValue(neededBy(other), value);
    if (!takes || other === late || other.return > late.return) continue;
    const { until, seenBy } = lastMoment(part, leaving, [late, other]);
    if (until >= Math.min(late.call, other.call)) continue;
    const text =
      `${told(other)}. ${told(late)}. Both succeeded, and that is impossible: the first of them took ` +
      `${showValue(value)} away, and nothing wrote it again. One of the two updates is lost.`;
    const operations = [...source(leaving), ...(seenBy ? [seenBy] : []), other, late];
    return { shape: 'lost-update', text, operations };
  }
  return null;
}

/** Another value was certainly there after everything that left this one, and before this was asked. */
function gone({ words, part, late }: Question): Defect | null {
  const value = neededBy(late);
  const leaving = leavingBefore(part, value, late);
  const { until, seenBy } = lastMoment(part, leaving, [late]);
  const proofs = part.filter(
    proof => proof !== late && proof.return < late.call && proof.call > until && showsOther(proof, value),
  );
  const proof = latest(proofs.filter(leaves)) ?? latest(proofs.filter(needsValue)) ?? latest(proofs);
  if (!proof) return null;
  const lost = isLost(part, value, proof);
  const before = leaves(proof) ? 'had been acknowledged' : 'had already been answered';
  const text = [
    `${words.told(late)}. That is impossible: ${words.by(proof)} ${before} at ${ended(proof)}, before this ${late.f} began, and nothing wrote ${showValue(value)} again.`,
    ...whyNotAgain(words, { value, leaving, seenBy, proof }),
    ...(lost ? [`Nobody ever saw ${showValue(leftBy(proof))}, although it was acknowledged.`] : []),
  ].join(' ');
  const shape = lost ? 'lost-write' : late.f === 'read' ? 'stale-read' : 'stale-cas';
  return { shape, text, operations: [...source(leaving), ...(seenBy ? [seenBy] : []), proof, late] };
}

function whyNotAgain(
  { named }: Phrases,
  {
    value,
    leaving,
    seenBy,
    proof,
  }: {
    readonly value: unknown;
    readonly leaving: readonly Operation[];
    readonly seenBy: Operation | null;
    readonly proof: Operation;
  },
): readonly string[] {
  const [last] = source(leaving);
  if (!last) return [`${showValue(value)} is what was there at first.`];
  if (seenBy) {
    return [`The only ${named(last)} had happened: ${named(seenBy)} had seen it before ${named(proof)} began.`];
  }
  const which = leaving.length === 1 ? 'The only one' : 'The last of those';
  return [`${which} that did, ${named(last)}, had ended at ${ended(last)}, before ${named(proof)} began.`];
}

/** It was refused because of another value, but this one was there all the time. */
function refusedInVain({ words: { told, by }, part, late }: Question): Defect | null {
  const value = neededBy(late);
  const proofs = part.filter(
    one =>
      one.outcome === 'ok' && one.return < late.call && sameValue(leaves(one) ? leftBy(one) : neededBy(one), value),
  );
  const others = part.filter(
    one => leaves(one) && mayHaveHappened(one) && one.call < late.return && !sameValue(leftBy(one), value),
  );
  const text = `${told(late)}, although ${showValue(value)} was there all the time. `;
  if (others.length === 0 && sameValue(value, null)) {
    return { shape: 'wrong-refusal', text: `${text}Nothing had been written by then.`, operations: [late] };
  }
  const proof = latest(proofs.filter(one => others.every(other => other.return < one.call)));
  if (!proof) return null;
  return {
    shape: 'wrong-refusal',
    text: `${text}${by(proof)} shows it, and nothing else was written from then on until this was refused.`,
    operations: [proof, late],
  };
}

/** Changes the value, or would. */
function leaves(operation: Operation): boolean {
  if (operation.f === 'write') return true;
  return operation.f === 'cas' && !sameValue(neededBy(operation), leftBy(operation)) && !isRefusedCas(operation);
}

function needsValue(operation: Operation): boolean {
  return operation.outcome === 'ok' && operation.f !== 'write';
}

/** Operations that may have left the value before an answer was given. */
function leavingBefore(part: readonly Operation[], value: unknown, late: Operation): readonly Operation[] {
  return part.filter(
    operation =>
      operation !== late &&
      leaves(operation) &&
      mayHaveHappened(operation) &&
      operation.call < late.return &&
      sameValue(leftBy(operation), value),
  );
}

/**
 * After this event index none of them can happen any more. A single one, of a value that was not there at first, had
 * happened when somebody else saw the value.
 */
function lastMoment(
  part: readonly Operation[],
  leaving: readonly Operation[],
  except: readonly Operation[],
): { readonly until: number; readonly seenBy: Operation | null } {
  const until = latest(leaving)?.return ?? -Infinity;
  const [only, ...more] = leaving;
  if (!only || more.length > 0 || sameValue(leftBy(only), null)) return { until, seenBy: null };
  const witnesses = part.filter(
    one => needsValue(one) && !except.includes(one) && sameValue(neededBy(one), leftBy(only)) && one.return < until,
  );
  const first = witnesses.toSorted((one, other) => one.return - other.return)[0];
  return first ? { until: first.return, seenBy: first } : { until, seenBy: null };
}

/**
 * Whether nobody ever saw what was written, and more than one node gave the old value later: one that lags behind would
 * not do that.
 */
function isLost(part: readonly Operation[], old: unknown, write: Operation): boolean {
  if (!leaves(write) || part.some(one => needsValue(one) && sameValue(neededBy(one), leftBy(write)))) return false;
  const misses = part.filter(
    one =>
      needsValue(one) &&
      sameValue(neededBy(one), old) &&
      one.call > write.return &&
      leavingBefore(part, old, one).every(leaving => leaving.return < write.call),
  );
  return new Set(misses.map(({ node, process }) => node ?? process)).size > 1;
}

/** Where the value came from: the last that left it. */
function source(leaving: readonly Operation[]): readonly Operation[] {
  const last = latest(leaving);
  return last ? [last] : [];
}

/** When it was done, the value was certainly another one. */
function showsOther(operation: Operation, value: unknown): boolean {
  if (isRefusedCas(operation)) return sameValue(neededBy(operation), value);
  if (operation.outcome !== 'ok') return false;
  return !sameValue(leaves(operation) ? leftBy(operation) : neededBy(operation), value);
}
