/**
 * Sets. Where nobody reads the whole, each element is judged by itself; where nothing is removed, the set only grows, and
 * reads of the whole tell in which order. Both at once is for the search.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';
import { judgeElements } from './elements.ts';
import { judgeGrowing } from './growing.ts';

export const setMonitor: Monitor = { name: 'set-elements', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const { f, functions } = subhistory.classes;
  const occurs = new Set<number>(f);
  const [removes, reads] = ['remove', 'read'].map(name => occurs.has(functions.indexOf(name)));
  if (!removes) return judgeGrowing(subhistory);
  if (!reads) return judgeElements(subhistory);
  return { validity: 'inapplicable', why: 'elements are removed, and the whole set is read' };
}
