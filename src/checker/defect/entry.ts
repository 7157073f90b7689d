/**
 * Defects of a log, which only grows: what a read shows and nobody appended, what it does not show although it was
 * appended, reads that show different logs, and places that cannot be.
 */
import type { Operation } from '../../history/operation.ts';
import { sameValue, valueKey } from '../../model/value.ts';
import { countOf, enumerate, showValue } from '../words.ts';
import { type Defect, ended, type FindDefect, mayHaveHappened, type Phrases } from './defect.ts';

export function entryDefects(words: Phrases): FindDefect {
  return (part, suspects) => {
    for (const late of suspects) {
      const appends = part.filter(one => one.f === 'append' && one !== late && one.call < late.return);
      const question: Question = { words, late, appends, others: suspects.filter(one => one !== late) };
      const defect = late.f === 'read' ? wrongRead(question) : tellsPlace(late) ? wrongPlace(question) : null;
      if (defect) return defect;
    }
    return null;
  };
}

/** What is wrong with this answer? */
interface Question {
  readonly words: Phrases;
  readonly late: Operation;
  /** That were asked for before the answer was given, also those that failed. */
  readonly appends: readonly Operation[];
  readonly others: readonly Operation[];
}

function wrongRead(question: Question): Defect | null {
  const { output } = question.late;
  if (!Array.isArray(output)) return null;
  const shown: readonly unknown[] = output;
  const byEntry = new Map<string | number, Operation[]>();
  for (const append of question.appends) {
    const key = valueKey(append.input);
    const known = byEntry.get(key);
    if (known) known.push(append);
    else byEntry.set(key, [append]);
  }
  return (
    tooOften(question, shown, byEntry) ??
    missing(question, shown, byEntry) ??
    otherRead(question, shown) ??
    otherPlace(question, shown) ??
    turnedRound(question, shown, byEntry)
  );
}

type ByEntry = ReadonlyMap<string | number, readonly Operation[]>;

/** Shown more often than it may have been appended. */
function tooOften({ words, late }: Question, shown: readonly unknown[], byEntry: ByEntry): Defect | null {
  const impossible = `${words.told(late)}. That is impossible: `;
  for (const [key, times] of counts(shown)) {
    const all = byEntry.get(key) ?? [];
    const appends = all.filter(mayHaveHappened);
    if (times <= appends.length) continue;
    const entry = showValue(shown.find(one => valueKey(one) === key));
    if (appends.length > 0) {
      const by = enumerate(appends.map(words.named));
      const text = `${impossible}${entry} had been appended ${countOf(appends.length, 'time')} by then (${by}) and is shown ${countOf(times, 'time')}.`;
      return { shape: 'duplicate-entry', text, operations: [...appends.slice(0, fewCited), late] };
    }
    const [failed] = all;
    const text = `${impossible}nobody had appended ${entry} by then`;
    return failed
      ? { shape: 'dirty-entry', text: `${text}; ${words.by(failed)} failed.`, operations: [failed, late] }
      : { shape: 'phantom-entry', text: `${text}.`, operations: [late] };
  }
  return null;
}

/** Shown less often than it had been appended. */
function missing({ words, late }: Question, shown: readonly unknown[], byEntry: ByEntry): Defect | null {
  const times = counts(shown);
  for (const [key, all] of byEntry) {
    const certain = all.filter(one => one.outcome === 'ok' && one.return < late.call);
    const found = times.get(key) ?? 0;
    const [first] = certain;
    if (!first || found >= certain.length) continue;
    const what =
      found === 0
        ? `${words.by(first)} had been acknowledged at ${ended(first)}, before this read began, and a log loses nothing`
        : `${showValue(first.input)} had been appended ${countOf(certain.length, 'time')} before this read began (${enumerate(certain.map(words.named))}) and is shown ${countOf(found, 'time')}`;
    const operations = [...(found === 0 ? [first] : certain.slice(0, fewCited)), late];
    return { shape: 'lost-entry', text: `${words.told(late)}. That is impossible: ${what}.`, operations };
  }
  return null;
}

/** Of two reads one must show what the other shows, and perhaps more. */
function otherRead({ words, late, others }: Question, shown: readonly unknown[]): Defect | null {
  for (const other of others) {
    const { f, output } = other;
    if (f !== 'read' || !Array.isArray(output)) continue;
    const length = Math.min(shown.length, output.length);
    let same = 0;
    while (same < length && sameValue(shown[same], output[same])) same++;
    const operations = [other, late];
    if (same < length) {
      const text = `${words.told(other)}. ${words.told(late)}. Both cannot be: entry ${same} is ${showValue(output[same])} in the one and ${showValue(shown[same])} in the other, and an entry never changes.`;
      return { shape: 'split-log', text, operations };
    }
    const [first, second] = other.return < late.call ? [other, late] : [late, other];
    if (first.return >= second.call || lengthOf(first) <= lengthOf(second)) continue;
    const text = `${words.told(second)}. That is impossible: ${words.by(first)} had already been answered at ${ended(first)}, before this read began; it shows ${lengthOf(first)} entries and this one ${lengthOf(second)}, and a log never shrinks.`;
    return { shape: 'stale-read', text, operations };
  }
  return null;
}

function lengthOf({ output }: Operation): number {
  return Array.isArray(output) ? output.length : 0;
}

/** An append was told a place where another entry is. */
function otherPlace({ words, late, others }: Question, shown: readonly unknown[]): Defect | null {
  for (const append of others) {
    const place = placeOf(append);
    if (place === null || place >= shown.length || sameValue(shown[place], append.input)) continue;
    const text = `${words.told(late)}. That is impossible: ${words.by(append)} was told that it is entry ${place}, but entry ${place} of this read is ${showValue(shown[place])}.`;
    return { shape: 'wrong-offset', text, operations: [append, late] };
  }
  return null;
}

/** An entry is shown before another one that had been appended before it was even asked for. */
function turnedRound({ words, late }: Question, shown: readonly unknown[], byEntry: ByEntry): Defect | null {
  let latestFirst: Operation | null = null;
  for (const entry of shown) {
    const appends = (byEntry.get(valueKey(entry)) ?? []).filter(mayHaveHappened);
    const first = appends.toSorted((one, other) => one.call - other.call)[0];
    const last = appends.toSorted((one, other) => other.return - one.return)[0];
    if (!first || !last) return null;
    if (latestFirst && last.return < latestFirst.call) {
      const text = `${words.told(late)}. That is impossible: ${words.by(last)} had been acknowledged at ${ended(last)}, before ${words.by(latestFirst)} began, but ${showValue(latestFirst.input)} is shown before ${showValue(last.input)}.`;
      return { shape: 'out-of-order', text, operations: [last, latestFirst, late] };
    }
    if (!latestFirst || first.call > latestFirst.call) latestFirst = first;
  }
  return null;
}

/** The place that an append was told cannot be. */
function wrongPlace({ words, late, appends, others }: Question): Defect | null {
  const place = placeOf(late);
  const impossible = `${words.told(late)}. That is impossible: `;
  if (place === null) {
    return {
      shape: 'wrong-offset',
      text: `${impossible}the place of an entry is a whole number, 0 or more.`,
      operations: [late],
    };
  }
  const possible = appends.filter(mayHaveHappened);
  if (place > possible.length) {
    const most = possible.length === 0 ? 'no other append' : `at most ${countOf(possible.length, 'other append')}`;
    const text = `${impossible}${most} can have come before it.`;
    return { shape: 'offset-too-high', text, operations: [late] };
  }
  const before = appends.filter(one => one.outcome === 'ok' && one.return < late.call);
  if (place < before.length) {
    const text = `${impossible}${countOf(before.length, 'append')} had been acknowledged before it began (${enumerate(before.map(words.named))}), so it is at least entry ${before.length}.`;
    return { shape: 'offset-too-low', text, operations: [...before.slice(0, fewCited), late] };
  }
  const same = others.find(one => placeOf(one) === place);
  if (same) {
    const text = `${words.told(late)}. ${words.told(same)}. Both were told that they are entry ${place}, and only one of them can be.`;
    return { shape: 'duplicate-offset', text, operations: [same, late] };
  }
  const ahead = others.find(one => one.return < late.call && (placeOf(one) ?? -1) > place);
  if (!ahead) return null;
  const text = `${impossible}${words.by(ahead)} had been acknowledged at ${ended(ahead)}, before this append began, and a log only grows.`;
  return { shape: 'offset-went-back', text, operations: [ahead, late] };
}

/** Beyond these, appends of which only the number counts are not cited. */
const fewCited = 8;

function tellsPlace({ f, outcome, output }: Operation): boolean {
  return f === 'append' && outcome === 'ok' && (output ?? null) !== null;
}

/** Null when it was not told, or told something else. */
function placeOf(operation: Operation): number | null {
  const { output } = operation;
  return tellsPlace(operation) && typeof output === 'number' && Number.isInteger(output) && output >= 0 ? output : null;
}

function counts(values: readonly unknown[]): ReadonlyMap<string | number, number> {
  const times = new Map<string | number, number>();
  for (const value of values) times.set(valueKey(value), (times.get(valueKey(value)) ?? 0) + 1);
  return times;
}
