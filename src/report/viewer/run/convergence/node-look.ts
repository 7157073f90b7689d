/**
 * How a node looks wherever nodes are told apart: a colour, a dash pattern and always its name.
 */

import { showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';

const colours = 8;
const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 3],
  [10, 3, 2, 3],
  [14, 5],
  [5, 2, 1, 2, 1, 2],
  [4, 4],
  [1, 2],
];

/** The name of the custom property, without the dashes. */
export function nodeColour(index: number): string {
  return `node-${index % colours}`;
}

/** Shifted against the colours after a round, so that two nodes never share both. */
export function nodeDash(index: number): readonly number[] {
  return dashes[(index + Math.floor(index / colours)) % dashes.length] ?? [];
}

/** The name with a square of its colour; without one for what is no node. */
export function nodeName(name: string, index: number): HTMLElement {
  const shown = element('span', { class: 'node-name', title: showForeign(name, 200) });
  if (index >= 0) shown.style.setProperty('--node', `var(--${nodeColour(index)})`);
  shown.append(element('i', { class: index >= 0 ? 'node-swatch' : 'node-swatch none' }), showForeign(name, 40));
  return shown;
}
