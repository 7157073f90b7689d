/**
 * The bars of the picture: what the sentence cites and what the evidence uses, one bar for each look.
 *
 * A bar has two spans. The one that is drawn is what was recorded; the one in which it may take effect is wider where the
 * evidence has weakened the operation (`mayBeEarlier`, `mayBeLater`). Of very many only those around the operation that has
 * no place are drawn, and the others are counted.
 */
import type { Anomaly } from '../../../../checker/checker.ts';
import type { Evidence, EvidenceOperation } from '../../../../checker/evidence/evidence.ts';
import type { ReportOperations } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { keyText, nodeText, type OutcomeName, operationWords, outcomeOf } from '../operation-words.ts';
import { showArrows } from './arrows.ts';
import { ordersOf } from './orders.ts';

/** A place in the history: the index of an event, and its time. */
export interface Moment {
  readonly index: number;
  readonly time: number;
}

export interface Bar {
  /** In the evidence; null for one that only the sentence cites. */
  readonly position: number | null;
  readonly id: number;
  readonly process: number;
  readonly node: string;
  /** `read → 5`: of it what counts. */
  readonly words: string;
  /** Below the bar: what is special about it. */
  readonly caption: string;
  /** All that was recorded, for those who point at it. */
  readonly whole: string;
  readonly outcome: OutcomeName;
  readonly begin: Moment;
  /** Null: nobody knows when it ended, or whether. */
  readonly end: Moment | null;
  /** Whether it may take effect before it was called here. */
  readonly mayBeEarlier: boolean;
  /** Whether it may take effect after it returned here, or never. */
  readonly mayBeLater: boolean;
}

export interface Bars {
  /** In order of their calls. */
  readonly bars: readonly Bar[];
  readonly notShown: number;
}

const mostBars = 60;
const mostSteps = 30;
const longestWords = 30;
const longestCaption = 36;

export function barsOf({ operations: cited, evidence }: Anomaly, operations: ReportOperations): Bars {
  const used = evidence?.operations ?? [];
  const usedIds = new Set(used.map(({ id }) => id));
  const others = cited.filter(id => !usedIds.has(id));
  const sameKey = new Set([...usedIds, ...others].map(id => operations.key[id])).size <= 1;
  const all = [
    ...used.map((operation, position) => usedBar(operation, position, operations)),
    ...others.map(id => citedBar(id, { operations, sameKey, isExtra: evidence !== undefined })),
  ].toSorted((one, other) => one.begin.index - other.begin.index || (one.position ?? 0) - (other.position ?? 0));
  const bars = aroundTheImpossible(all, cited, evidence);
  return { bars, notShown: all.length - bars.length + (evidence?.leftOut.operations ?? 0) };
}

function usedBar(
  { id, words, recorded, completed, weakened }: EvidenceOperation,
  position: number,
  from: ReportOperations,
): Bar {
  const isLook = weakened.includes('part-of-answer');
  const earlier = weakened.includes('call-forgotten');
  const whole = showForeign(showArrows(recorded), 300);
  const captions = [
    isLook ? `part of ${whole}` : '',
    whenWords(earlier, completed, weakened.includes('return-forgotten')),
  ];
  return {
    ...recordedSpan(id, from),
    position,
    words: showForeign(showArrows(words), longestWords),
    caption: cut(captions.filter(text => text !== '').join('; ')),
    whole,
    mayBeEarlier: earlier,
    mayBeLater: !completed,
  };
}

function whenWords(mayBeEarlier: boolean, completed: boolean, wasCompleted: boolean): string {
  if (completed) return mayBeEarlier ? 'or earlier' : '';
  if (mayBeEarlier) return 'at any time, or never';
  return wasCompleted ? 'or later, or never' : 'outcome unknown';
}

interface Cited {
  readonly operations: ReportOperations;
  readonly sameKey: boolean;
  /** Whether there is evidence, and it does without this one. */
  readonly isExtra: boolean;
}

function citedBar(id: number, { operations, sameKey, isExtra }: Cited): Bar {
  const span = recordedSpan(id, operations);
  const captions = [
    sameKey ? '' : keyText(operations, id, 20),
    isExtra ? 'only in the sentence' : '',
    span.outcome === 'info' ? 'outcome unknown' : '',
  ];
  return {
    ...span,
    position: null,
    words: operationWords(operations, id, longestWords).slice(0, 2 * longestWords),
    caption: cut(captions.filter(text => text !== '').join('; ')),
    whole: operationWords(operations, id, 300),
    mayBeEarlier: false,
    mayBeLater: span.outcome === 'info',
  };
}

function recordedSpan(
  id: number,
  operations: ReportOperations,
): Pick<Bar, 'id' | 'process' | 'node' | 'outcome' | 'begin' | 'end'> {
  const outcome = outcomeOf(operations, id);
  const completion = operations.completion[id] ?? -1;
  return {
    id,
    process: operations.process[id] ?? 0,
    node: nodeText(operations, id),
    outcome,
    begin: { index: operations.call[id] ?? 0, time: operations.callTime[id] ?? 0 },
    end: outcome === 'info' || completion < 0 ? null : { index: completion, time: operations.returnTime[id] ?? 0 },
  };
}

/** The one that has no place, then what the sentence cites and the best order ends with, then its neighbours. */
function aroundTheImpossible(
  all: readonly Bar[],
  cited: readonly number[],
  evidence: Evidence | undefined,
): readonly Bar[] {
  if (all.length <= mostBars) return all;
  const blocked = evidence?.blocked[0]?.operation;
  const centre = blocked === undefined ? all.length - 1 : all.findIndex(({ position }) => position === blocked);
  const isCited = new Set(cited);
  const steps = evidence ? ordersOf(evidence)[0]?.steps : [];
  const isStep = new Set(steps?.slice(-mostSteps).map(({ operation }) => operation));
  const distance = (bar: Bar, at: number): number => {
    if (at === centre) return -1;
    return isCited.has(bar.id) || isStep.has(bar.position ?? -1) ? 0 : Math.abs(at - centre);
  };
  const nearest = all
    .map((bar, at) => ({ bar, away: distance(bar, at) }))
    .toSorted((one, other) => one.away - other.away)
    .slice(0, mostBars);
  const kept = new Set(nearest.map(({ bar }) => bar));
  return all.filter(bar => kept.has(bar));
}

function cut(text: string): string {
  return text.length > longestCaption ? `${text.slice(0, longestCaption - 1)}…` : text;
}
