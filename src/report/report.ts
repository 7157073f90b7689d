/**
 * From what is known of a finished run, or of a history that was judged alone, to its report. Nothing is judged here: the
 * verdict is given, and everything else is measured on the history.
 */
import type { Nanos } from '../base/names.ts';
import { availabilityOf } from '../checker/availability.ts';
import type { CheckResult } from '../checker/checker.ts';
import { coverageOf, type Expectation } from '../checker/coverage.ts';
import { type Divergence, divergenceOf } from '../checker/measure/divergence/divergence.ts';
import { faultEffects } from '../checker/measure/fault-effects.ts';
import { stalenessOf } from '../checker/measure/staleness/staleness.ts';
import type { Verdict } from '../gate/verdict.ts';
import { hasTimes } from '../history/has-times.ts';
import type { FaultWindow, History } from '../history/history.ts';
import { ordealVersion } from '../run/run-directory.ts';
import {
  eventSpan,
  type LeftOut,
  type NodeLogText,
  type Report,
  type ReportData,
  type ReportMessages,
} from './data.ts';
import { markdownSummary } from './markdown.ts';
import { reportOperations } from './report-operations.ts';
import { Texts } from './texts.ts';

export interface ReportSource {
  readonly title: string;
  readonly history: History;
  readonly results: readonly CheckResult[];
  readonly verdict: Verdict;
  /** What the run had set out to do. @default nothing is known of it */
  readonly expectation?: Expectation;
  /** Null for a history that was judged alone. */
  readonly run: ReportData['run'];
  readonly logs: readonly NodeLogText[];
  readonly messages: ReportMessages;
  /** Messages of the run that are not in `messages`. */
  readonly messagesLeftOut: number;
  readonly reproduce: string;
}

/** Anomalies with all their evidence; the others are counted, and are in `verdict.json`. */
const mostAnomalies = 50;

export function makeReport(source: ReportSource): Report {
  const { history, title, verdict, run, logs, messages } = source;
  const texts = new Texts();
  const operations = reportOperations(history, texts);
  const [results, anomaliesLeftOut] = fewAnomalies(source.results);
  const leftOut: LeftOut = {
    values: texts.cut,
    messages: source.messagesLeftOut,
    logLines: logs.reduce((sum, log) => sum + (log.leftOut?.count ?? 0), 0),
    anomalies: anomaliesLeftOut,
  };
  const { header, truncated, eventCount, phases } = history;
  const span = hasTimes(history) ? 1 : eventSpan;
  const data: Omit<ReportData, 'markdown'> = {
    ordeal: ordealVersion(),
    title,
    header,
    verdict,
    results,
    truncated,
    operationCount: operations.length,
    eventCount,
    duration: history.duration * span,
    hasTimes: hasTimes(history),
    faults: reportFaults(history, span),
    phases: phases.map(({ name, index, time }) => ({ name, index, time: time * span })),
    availability: availabilityOf(history),
    coverage: coverageOf(history, source.expectation),
    divergence: stretched(divergenceOf(history), span),
    staleness: stalenessOf(history),
    run,
    logs,
    reproduce: source.reproduce,
    leftOut,
  };
  const markdown = markdownSummary({ ...data, faults: history.faults, operationOf: id => history.operations.get(id) });
  return { data: { ...data, markdown }, operations, messages };
}

function fewAnomalies(results: readonly CheckResult[]): [few: readonly CheckResult[], leftOut: number] {
  let room = mostAnomalies;
  let leftOut = 0;
  const few = results.map((result): CheckResult => {
    if (result.validity === 'valid') {
      const { witness: _, ...rest } = result;
      return rest;
    }
    if (result.validity !== 'invalid') return result;
    const [first, ...others] = result.anomalies;
    const kept = others.slice(0, Math.max(0, room - 1));
    room -= 1 + kept.length;
    leftOut += others.length - kept.length;
    return { ...result, anomalies: [first, ...kept] };
  });
  return [few, leftOut];
}

/** Times as the page has them. */
function stretched(divergence: Divergence | null, span: number): Divergence | null {
  if (divergence === null || span === 1) return divergence;
  const at = <T extends Nanos | null>(time: T): T => (time === null ? time : ((time * span) as T));
  return {
    ...divergence,
    agreedAt: at(divergence.agreedAt),
    points: divergence.points.map(point => ({ ...point, time: at(point.time) })),
    subjects: divergence.subjects.map(subject => ({ ...subject, agreedAt: at(subject.agreedAt) })),
  };
}

function reportFaults(history: History, span: number): ReportData['faults'] {
  const effects = new Map(faultEffects(history).map(effect => [effect.id, effect]));
  return history.faults.map(({ fault, begin, end, beginTime, endTime }: FaultWindow) => ({
    id: fault.id,
    kind: fault.kind,
    targets: fault.targets,
    description: fault.description,
    bit: fault.bit ?? null,
    evidence: fault.evidence ?? null,
    begin,
    end: Number.isFinite(end) ? end : null,
    beginTime: beginTime * span,
    endTime: Number.isFinite(endTime) ? endTime * span : null,
    effect: effects.get(fault.id) ?? null,
  }));
}
