/**
 * The second act: from healing to the end of the history, and the sentence that says how it went.
 */
import type { Divergence } from '../../../../checker/measure/divergence/divergence.ts';
import { eventSpan, type ReportData } from '../../../data.ts';
import { countOf, showDuration } from '../../../shown-text.ts';

export interface Act {
  readonly from: number;
  readonly to: number;
  /** What its begin is called. */
  readonly since: string;
  readonly hasTimes: boolean;
}

type Timed = Pick<ReportData, 'phases' | 'duration' | 'hasTimes'>;

const begins = [
  ['heal', 'healing'],
  ['settle', 'the clients stopped'],
  ['final-reads', 'the final reads began'],
] as const;

export function actOf({ phases, duration, hasTimes }: Timed, { points }: Divergence): Act {
  const to = Math.max(duration, points.at(-1)?.time ?? 0);
  for (const [name, since] of begins) {
    const phase = phases.find(other => other.name === name);
    if (phase !== undefined) return { from: phase.time, to, since, hasTimes };
  }
  return { from: points[0]?.time ?? 0, to, since: 'the first answer', hasTimes };
}

/** How long after its begin. Without times, in events. */
export function showSince({ from, hasTimes }: Act, time: number): string {
  return hasTimes ? showDuration(time - from) : countOf(Math.round((time - from) / eventSpan), 'event');
}

export function agreementSentence({ subjects, agreedAt, leftOut }: Divergence, act: Act): string {
  const { since } = act;
  const ever = subjects.length + leftOut;
  if (agreedAt === null) {
    const open = subjects.filter(subject => subject.agreedAt === null).length;
    // Those that differ in the end come first: when all that are listed do, there may be more.
    const atLeast = leftOut > 0 && open === subjects.length ? 'at least ' : '';
    return `No: in the end they differ on ${atLeast}${countOf(open, 'subject')}.`;
  }
  if (ever === 0) return `Yes: they never differed after ${since}.`;
  return `Yes: ${showSince(act, agreedAt)} after ${since} they agreed. Until then they had differed on ${countOf(ever, 'subject')}.`;
}

/** Nodes that never said anything; null when each did. */
export function silentSentence({ nodes, points }: Divergence): string | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  const silent = nodes.filter((_, at) => (last.distances[at] ?? null) === null);
  if (silent.length === 0) return null;
  return `${silent.join(', ')} said nothing, and could neither agree nor differ.`;
}
