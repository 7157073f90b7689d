/**
 * One order, drawn over the picture: a moment for each of its steps, what is stored between them, and where it ends.
 *
 * Of a very long order some steps have no bar in the picture. They have no mark then, but what is stored is still right.
 */
import type { PartialLinearization } from '../../../../checker/evidence/evidence.ts';
import { showForeign } from '../../../shown-text.ts';
import { pointsOf, type Span } from './points.ts';
import { barHeight, type Scene, type SceneBar } from './scene.ts';

export interface Mark {
  readonly id: number;
  /** As it is counted: 1 is the first step. */
  readonly number: number;
  readonly x: number;
  readonly y: number;
  /** The one that was done last, of those that are looked at one by one. */
  readonly isCurrent: boolean;
  /** Whether it lies outside of what was recorded, on the line of an operation that may be earlier or later. */
  readonly isAside: boolean;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly isCurrent: boolean;
}

export interface Attempt {
  readonly marks: readonly Mark[];
  /** What is there from one moment to the next, in words. */
  readonly stretches: readonly Stretch[];
  /** Those that would have to come next and cannot; empty as long as there are steps to be done. */
  readonly refused: readonly Mark[];
}

export interface AttemptSource {
  readonly scene: Scene;
  readonly order: PartialLinearization;
  /** What was there at first, in words. */
  readonly start: string;
  /** How many steps are done; null: all. */
  readonly step: number | null;
}

const radius = 10;

export function attemptOf({ scene, order, start, step }: AttemptSource): Attempt {
  const { steps, earlierSteps } = order;
  const barAt = new Map(scene.bars.map(one => [one.bar.position, one]));
  const bars = steps.map(({ operation }) => barAt.get(operation));
  const stuck = refusedBars(scene, order);
  const points = pointsOf([...bars.flatMap(bar => (bar ? [spanOf(bar, scene)] : [])), ...beforeAll(stuck, scene)]);
  const done = step ?? steps.length;
  const marks: Mark[] = [];
  // One more than there are marks: what is there at first, and after each.
  const states = [earlierSteps > 0 ? '…' : showForeign(start, 200)];
  for (const [at, { state }] of steps.slice(0, done).entries()) {
    const bar = bars[at];
    if (bar) {
      const x = points[marks.length] ?? 0;
      marks.push({ ...markOf(bar, x), number: earlierSteps + at + 1, isCurrent: step === at + 1 });
    }
    states[marks.length] = showForeign(state, 200);
  }
  const stretches = states.map((state, at) => ({
    from: marks[at - 1]?.x ?? 0,
    to: marks[at]?.x ?? scene.width,
    state,
    isCurrent: at === marks.length,
  }));
  const end = points.at(-1) ?? 0;
  const refused = stuck.map(bar => ({
    ...markOf(bar, Math.max(end, spanOf(bar, scene).from)),
    number: 0,
    isCurrent: false,
  }));
  return { marks, stretches, refused: step === null ? refused : [] };
}

function spanOf({ bar, x, width }: SceneBar, scene: Scene): Span {
  const inset = Math.min(radius, width / 3);
  const recorded = { from: x + inset, until: x + width - inset };
  return {
    from: bar.mayBeEarlier ? radius : recorded.from,
    until: bar.mayBeLater ? scene.width - radius : recorded.until,
    liked: bar.mayBeEarlier || bar.mayBeLater ? recorded : null,
  };
}

/** On the upper edge of the bar, or on its line. */
function markOf({ bar, x: left, y, width }: SceneBar, x: number): Pick<Mark, 'id' | 'x' | 'y' | 'isAside'> {
  const isAside = x < left || x > left + width;
  return { id: bar.id, x, y: isAside ? y + barHeight / 2 : y, isAside };
}

/** Those of which one would have to come after the last step. */
function refusedBars(scene: Scene, { next }: PartialLinearization): readonly SceneBar[] {
  const stuck = new Set(next.filter(({ refused }) => refused !== null).map(({ operation }) => operation));
  return scene.bars.filter(({ bar }) => bar.position !== null && stuck.has(bar.position) && !bar.mayBeLater);
}

/** A moment for them too, after all steps: an order has to come to them before the first of them returns. */
function beforeAll(stuck: readonly SceneBar[], scene: Scene): readonly Span[] {
  if (stuck.length === 0) return [];
  const spans = stuck.map(bar => spanOf(bar, scene));
  const from = Math.min(...spans.map(span => span.from));
  return [{ from, until: Math.min(...spans.map(span => span.until)), liked: null }];
}
