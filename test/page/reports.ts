/**
 * Reports to look at: made of short stories, the way a report of a real history is made.
 */
import { availability } from '../../src/checker/availability.ts';
import { checkerByName } from '../../src/checker/catalogue.ts';
import { defaultBudget } from '../../src/checker/checker.ts';
import type { Judgement } from '../../src/checker/judge.ts';
import { conclude } from '../../src/gate/verdict.ts';
import type { History } from '../../src/history/history.ts';
import type { Report } from '../../src/report/data.ts';
import { makeReport, type ReportSource } from '../../src/report/report.ts';
import { noMessages } from '../../src/report/report-messages.ts';
import { history } from '../history/build.ts';

export interface Story extends Partial<Omit<ReportSource, 'history'>> {
  /** @default availability, and linearizability against `cas-register` */
  readonly checkers?: readonly string[];
  readonly model?: string;
}

/** The report of a history, with whatever else is given. */
export function reportOf(
  seen: History,
  { checkers = ['linearizable'], model = 'cas-register', ...source }: Story = {},
): Report {
  const options = { model, bail: false, expectation: {} };
  const results = [availability, ...checkers.map(name => checkerByName(name, options))].map(checker =>
    checker.check(seen, defaultBudget),
  );
  return makeReport({
    title: 'toy with stale-read, lin-kv, seed 7',
    history: seen,
    results,
    verdict: conclude({ results } as unknown as Judgement, null),
    run: null,
    logs: [],
    messages: noMessages,
    messagesLeftOut: 0,
    reproduce: 'ordeal run --plan .ordeal/latest/plan.json',
    ...source,
  });
}

/** The report of a story as `history/build.ts` reads it. */
export function reportOfStory(text: string, story: Story = {}): Report {
  return reportOf(history(text), story);
}

/** A read of what had been overwritten, while a node was cut off. */
export const staleRead = `
  phase main
  1000ms p0@n1 invoke write x 1
  1010ms p0 ok
  1500ms fault begin 1 partition n1
  2000ms p0@n1 invoke write x 2
  2010ms p1@n2 invoke read x
  2030ms p1 ok 2
  2040ms p0 ok
  2100ms p2@n3 invoke read x
  2110ms p2 ok 1
  2500ms fault end 1 partition n1 bit 12 messages dropped
`;
