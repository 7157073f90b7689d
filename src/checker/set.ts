/**
 * Grow-only sets (`add` and `read`) and broadcasts (`broadcast` and `read`): nothing that was acknowledged is lost, and
 * nothing appears that nobody added.
 *
 * Judged, each with the index order only:
 * - `lost-element`: an element whose addition was acknowledged before a final read was asked, and which this read lacks.
 *   A kill is no excuse: to acknowledge is to promise.
 * - `vanished-element`: an element that was never acknowledged, but was read, so it did get in. It is missing in every
 *   final read, although since that read no process was killed that could have forgotten it. In a broadcast a node
 *   answers with what it has seen *itself*; so there also: missing in a later read of the same node, with no restart of
 *   the node in between.
 * - `phantom-element`: read, but nobody had added it by then, or its addition had failed.
 * - `duplicated-element`: more than once in one answer.
 *
 * How it can mislead: an addition that ended `info` may be there or not. And a member that was never asked in the end
 * is not judged here; that is for convergence.
 */
import { present } from '../base/assert.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Checker, CheckResult } from './checker.ts';
import { finalOperations, lastAnswers } from './final-reads.ts';
import { createFindings, type Finding, type Findings } from './findings.ts';
import { forgettingSpans } from './forgetting.ts';
import { observeSet, type SetElement, type SetObservations, type SetRead } from './set-observations.ts';
import { findVanished } from './set-vanishing.ts';
import { acknowledged, atNode, countOf, enumerate, showRequest, showValue } from './words.ts';

export const set: Checker = {
  name: 'set',
  summary: 'every acknowledged element is in every final read, and nothing appears that nobody added',
  check,
};

const nouns = {
  'lost-element': 'lost element',
  'vanished-element': 'vanished element',
  'phantom-element': 'phantom element',
  'duplicated-element': 'duplicated element',
  'malformed-answer': 'malformed answer',
};
type SetFindings = Findings<keyof typeof nouns>;

function check(history: History): CheckResult {
  const findings: SetFindings = createFindings('set', nouns);
  const seen = observeSet(history);
  for (const operation of seen.malformed) findings.add('malformed-answer', () => malformed(operation));
  findPhantoms(seen, findings);
  findDuplicates(seen, findings);
  if (history.header.workload === 'broadcast' || history.operations.functions.includes('broadcast')) {
    findVanished(history, seen, explain => findings.add('vanished-element', explain));
  }

  const finals = finalSetReads(history, seen);
  const promised = seen.elements.filter(element => element.acknowledged !== null).length;
  if (finals.length > 0) findLost({ history, seen, finals, findings });
  return findings.result({
    stats: { elements: promised, reads: seen.reads.length, 'final reads': finals.length },
    summary: `${countOf(promised, 'acknowledged element')}, all of them in ${countOf(finals.length, 'final read')}`,
    missing: nothingToJudge(seen, finals),
  });
}

function nothingToJudge(seen: SetObservations, finals: readonly SetRead[]): string | null {
  if (seen.additions === 0 && seen.reads.length === 0) return 'the history has no add, broadcast or read';
  return finals.length > 0 ? null : 'no final read was answered, so nobody knows whether elements were lost';
}

/** Of each node the last answer in the second act. */
function finalSetReads(history: History, seen: SetObservations): readonly SetRead[] {
  const asked = finalOperations(history).filter(operation => operation.f === 'read' && Array.isArray(operation.output));
  const last = new Set([...lastAnswers(asked).values()].flatMap(nodes => [...nodes.values()].map(({ id }) => id)));
  return seen.reads.filter(read => last.has(read.operation.id));
}

function malformed(operation: Operation): Finding {
  const explanation = `${atNode(operation)} answered a read with ${showValue(operation.output)}, which is no list.`;
  return { explanation, operations: [operation.id] };
}

/** Each element once, with the first read that shows it. */
function findPhantoms(seen: SetObservations, findings: SetFindings): void {
  const reported = new Set<number>();
  for (const { operation, elements } of seen.reads) {
    for (const id of elements) {
      const element = seen.elements[id];
      if (element === undefined || reported.has(id)) continue;
      if (element.addition !== null && element.addition.call < operation.return) continue;
      reported.add(id);
      findings.add('phantom-element', () => phantom(element, operation));
    }
  }
}

function phantom({ value, addition, failed }: SetElement, read: Operation): Finding {
  const start = `${atNode(read)} answered a read with ${showValue(value)} among the elements`;
  if (failed !== null && failed.call < read.return) {
    const reason = failed.error === null ? '' : ` (${failed.error})`;
    return {
      explanation: `${start}, but ${showRequest(failed)} (#${failed.id}) failed${reason}: it certainly did not happen.`,
      operations: [read.id, failed.id],
      variant: 'failed',
    };
  }
  if (addition !== null) {
    return {
      explanation: `${start}, but it was not added before ${showRequest(addition)} (#${addition.id}), which was asked later.`,
      operations: [read.id, addition.id],
      variant: 'early',
    };
  }
  return { explanation: `${start}, which nobody ever added.`, operations: [read.id] };
}

/** Each element once. A broadcast that was asked for twice may be seen twice; a set holds an element once. */
function findDuplicates(seen: SetObservations, findings: SetFindings): void {
  const reported = new Set<number>();
  const counted = new Int32Array(seen.elements.length);
  for (const { operation, elements } of seen.reads) {
    for (const id of elements) counted[id] = (counted[id] ?? 0) + 1;
    for (const id of elements) {
      const times = counted[id] ?? 0;
      counted[id] = 0;
      const element = seen.elements[id];
      if (times <= 1 || element === undefined || reported.has(id)) continue;
      const isBroadcast = element.addition?.f === 'broadcast';
      if (isBroadcast && times <= element.attempts) continue;
      reported.add(id);
      findings.add('duplicated-element', () => ({
        explanation: `${atNode(operation)} answered a read with a list that holds ${showValue(element.value)} ${times} times.`,
        operations: [operation.id, ...(element.addition === null ? [] : [element.addition.id])],
      }));
    }
  }
}

interface Ending {
  readonly history: History;
  readonly seen: SetObservations;
  readonly finals: readonly SetRead[];
  readonly findings: SetFindings;
}

/** What was promised, or was seen to be there, and is missing in the end. */
function findLost({ history, seen, finals, findings }: Ending): void {
  const held = finals.map(({ elements }) => new Set(elements));
  const sightings = lastingSightings(history, seen);
  for (const [id, element] of seen.elements.entries()) {
    const since = element.acknowledged ?? sightings[id];
    if (!since) continue;
    const missing = finals.filter((read, index) => !held[index]?.has(id) && since.return < read.operation.call);
    if (missing.length === 0) continue;
    const holders = finals.filter((_, index) => held[index]?.has(id));
    if (element.acknowledged !== null) findings.add('lost-element', () => lost(element, { missing, holders }));
    else if (missing.length === finals.length) {
      findings.add('vanished-element', () => vanished(element, since, missing));
    }
  }
}

/** For each element the read that ended first, of those that show it and after whose begin no process was restarted. */
function lastingSightings(history: History, seen: SetObservations): readonly (Operation | undefined)[] {
  const lastRestart = forgettingSpans(history, null).at(-1)?.end ?? -1;
  const sightings: (Operation | undefined)[] = [];
  for (const { operation, elements } of seen.reads) {
    if (operation.call <= lastRestart) continue;
    for (const id of elements) {
      const before = sightings[id];
      if (before === undefined || operation.return < before.return) sightings[id] = operation;
    }
  }
  return sightings;
}

function lost(
  element: SetElement,
  { missing, holders }: { readonly missing: readonly SetRead[]; readonly holders: readonly SetRead[] },
): Finding {
  const addition = present(element.acknowledged);
  const where = enumerate(missing.map(read => atNode(read.operation)));
  const end =
    holders.length === 0
      ? `but no final read holds ${showValue(element.value)}: not that of ${where}.`
      : `but the final read of ${where} lacks ${showValue(element.value)}. That of ${enumerate(holders.map(read => atNode(read.operation)))} holds it.`;
  return {
    explanation: `${acknowledged(addition)}, ${end}`,
    operations: [addition.id, ...missing.map(read => read.operation.id)],
    variant: holders.length === 0 ? 'everywhere' : 'somewhere',
  };
}

function vanished(element: SetElement, sighting: Operation, missing: readonly SetRead[]): Finding {
  const addition = element.addition === null ? [] : [element.addition.id];
  const where = enumerate(missing.map(read => atNode(read.operation)));
  return {
    explanation:
      `${atNode(sighting)} answered a read with ${showValue(element.value)} among the elements, so it did get in. ` +
      `Nothing is ever removed and no process was restarted since, but no final read holds it: not that of ${where}.`,
    operations: [...addition, sighting.id, ...missing.map(read => read.operation.id)],
    variant: 'final',
  };
}
