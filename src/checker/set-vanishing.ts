/**
 * A node that shows an element and later does not: for broadcasts, where a node answers with what it has seen itself.
 *
 * Two reads of one node, the second asked after the first had answered, and no restart of the node around them: what the
 * first shows the second must show. In a stretch without restarts an element is known from the earliest answer that shows
 * it on:
 *
 *     read A {1,2} |---|
 *     read B {1,3}       |---|      2 was known when B began, and B lacks it
 */
import type { NodeName } from '../base/names.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Finding } from './findings.ts';
import { forgettingSpans, stretchOf } from './forgetting.ts';
import type { SetElement, SetObservations, SetRead } from './set-observations.ts';
import { atNode, showValue } from './words.ts';

/** Reports each element once a node. */
export function findVanished(history: History, seen: SetObservations, report: (explain: () => Finding) => void): void {
  for (const [node, reads] of groupBy(seen.reads, read => read.operation.node)) {
    if (node === null) continue;
    const spans = forgettingSpans(history, node);
    const stretches = groupBy(reads, ({ operation }) =>
      stretchOf(spans, { begin: operation.call, end: operation.return }),
    );
    const reported = new Set<number>();
    for (const [stretch, group] of stretches) {
      if (stretch !== null) inStretch({ node, reads: group, seen, reported, report });
    }
  }
}

interface Stretch {
  readonly node: NodeName;
  /** In order of invocation. */
  readonly reads: readonly SetRead[];
  readonly seen: SetObservations;
  readonly reported: Set<number>;
  readonly report: (explain: () => Finding) => void;
}

function inStretch({ node, reads, seen, reported, report }: Stretch): void {
  const firstShown = firstReads(reads);
  let known = [...firstShown].toSorted(([, left], [, right]) => left.return - right.return);
  for (const { operation, elements } of reads) {
    const shown = new Set(elements);
    for (const [id, before] of known) {
      if (before.return >= operation.call) break;
      if (shown.has(id)) continue;
      firstShown.delete(id);
      const element = seen.elements[id];
      if (element === undefined || reported.has(id)) continue;
      reported.add(id);
      report(() => vanished({ node, element, before, after: operation }));
    }
    // What has vanished is not looked for again, so a broken store costs no more than a right one.
    if (firstShown.size < known.length) known = known.filter(([id]) => firstShown.has(id));
  }
}

/** For each element the read that returned it and ended first. */
function firstReads(reads: readonly SetRead[]): Map<number, Operation> {
  const first = new Map<number, Operation>();
  for (const { operation, elements } of reads) {
    for (const id of elements) {
      const before = first.get(id);
      if (before === undefined || operation.return < before.return) first.set(id, operation);
    }
  }
  return first;
}

function vanished(seen: {
  readonly node: NodeName;
  readonly element: SetElement;
  readonly before: Operation;
  readonly after: Operation;
}): Finding {
  const { node, element, before, after } = seen;
  const addition = element.addition === null ? [] : [element.addition.id];
  return {
    explanation:
      `${atNode(before)} answered a read with ${showValue(element.value)} among the elements; ` +
      `its later answer (#${after.id}) lacks it. Nothing is ever removed, and ${node} was not restarted in between.`,
    operations: [...addition, before.id, after.id],
    variant: 'at-node',
  };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
