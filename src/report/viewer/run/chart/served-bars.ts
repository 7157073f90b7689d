/**
 * Three small bars: how much was answered before a fault, while it lasted, and afterwards. To the scale of the highest of
 * all faults, so that they can be compared.
 */
import type { FaultEffect } from '../../../../checker/measure/fault-effects.ts';
import { svg } from '../../parts/dom.ts';

const bar = { width: 12, gap: 4, height: 26 };

export function servedBars({ before, during, after }: FaultEffect, highest: number): SVGElement {
  const parts = [before, during, after].map((served, at) => {
    const x = at * (bar.width + bar.gap);
    if (!served) return svg('path', { d: `M${x} ${bar.height}h${bar.width}`, class: 'unknown' });
    const height = Math.max(1, (served.okPerSecond / Math.max(highest, 1e-9)) * bar.height);
    return svg('rect', {
      x,
      y: bar.height - height,
      width: bar.width,
      height,
      class: at === 1 ? 'during' : 'around',
    });
  });
  const width = 3 * bar.width + 2 * bar.gap;
  return svg(
    'svg',
    {
      class: 'served',
      width,
      height: bar.height + 1,
      viewBox: `0 0 ${width} ${bar.height + 1}`,
      'aria-hidden': 'true',
    },
    svg('path', { d: `M0 ${bar.height + 0.5}h${width}`, class: 'ground' }),
    ...parts,
  );
}

export function highestRate(effects: readonly (FaultEffect | null)[]): number {
  return effects.reduce(
    (highest, effect) =>
      Math.max(highest, ...[effect?.before, effect?.during, effect?.after].map(served => served?.okPerSecond ?? 0)),
    0,
  );
}
