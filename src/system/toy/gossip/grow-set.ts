/**
 * A set that only grows, for the workloads `g-set` and `broadcast`. The join is the union.
 */
import type { BugName } from '../bugs.ts';
import { type Body, errorBody, errorCode } from '../wire.ts';
import { type DataType, plain, sortedRecord } from './data-type.ts';
import type { LatticeMap } from './lattice-map.ts';

/** Elements are told apart by their JSON text, which is the key; the value says only that it is there. */
export type Member = true;

const words = {
  'g-set': { add: 'add', element: 'element', elements: 'value' },
  broadcast: { add: 'broadcast', element: 'message', elements: 'messages' },
} as const;

export function growSet(workload: 'g-set' | 'broadcast', bugs: ReadonlySet<BugName>): DataType<Member> {
  const { add, element, elements } = words[workload];
  return {
    ...plain<Member>(mine => mine),
    // BUG lossy-merge: the larger set wins as a whole, and what only the smaller one had is gone.
    replaces: bugs.has('lossy-merge') ? (mine, other) => other.length > mine.length : null,
    handle(body, map) {
      if (body.type === 'read') return { kind: 'answer', body: { type: 'read_ok', [elements]: elementsOf(map) } };
      if (body.type === 'topology') return { kind: 'answer', body: { type: 'topology_ok' } };
      if (body.type !== add) return null;
      return element in body ? insert(body[element], { type: `${add}_ok` }) : malformed(`${add} lacks ${element}`);
    },
    replica: map => sortedRecord(map.entries()),
  };
}

function insert(element: unknown, body: Body) {
  const entry = [JSON.stringify(element), true] as const;
  return { kind: 'update', entry, pushed: entry, body } as const;
}

function malformed(text: string) {
  return { kind: 'answer', body: errorBody(errorCode.malformedRequest, text) } as const;
}

function elementsOf(map: LatticeMap<Member>): unknown[] {
  const elements: unknown[] = [];
  for (const [key] of map.entries()) elements.push(JSON.parse(key));
  return elements;
}
