/**
 * Append-only logs (`send`, `poll`, `commit_offsets`, `list_committed_offsets`), by the rules of Maelstrom's kafka
 * workload. Offsets may be sparse, and there is no recency: a poll may lag behind. What a log holds once, it holds for
 * ever at the same offset, and a poll that goes past a message must return it.
 *
 * Judged for each log:
 * - `lost-write`: a send was acknowledged at offset o; a poll that began at or before o went past o without it; and no
 *   poll ever returned it.
 * - `skipped-message`: the same, but another poll did return it. Also when it was sent later than the poll: a consumer
 *   that has read past an offset never goes back, so nothing may be put there any more.
 * - `unseen-message`: acknowledged, but every final poll that began at or before its offset ends before it. Not judged
 *   for polls that may have been cut, because a store may limit the size of an answer (see `kafka/unseen.ts`).
 * - `inconsistent-offset`: two messages at one offset. `duplicate-message`: one message at more offsets than it was sent
 *   times.
 * - `nonmonotonic-poll`: offsets do not increase within one answer. `nonmonotonic-send`: one process sends twice, one
 *   after the other, and the second offset is not above the first.
 * - `below-start`: a poll returned an offset below the one that it asked for.
 * - `phantom-message`: polled, but nobody had sent it to this log by then, or its send had failed.
 * - committed offsets: see `kafka/commits.ts`.
 */
import type { History } from '../history/history.ts';
import type { Checker, CheckResult } from './checker.ts';
import { createFindings } from './findings.ts';
import { type CommitKind, judgeCommits } from './kafka/commits.ts';
import { observeLogs } from './kafka/observations.ts';
import { judgeOffsets, type OffsetKind } from './kafka/offsets.ts';
import { judgePolls, type PollKind } from './kafka/polls.ts';
import { judgeSkips, type SkipKind } from './kafka/skips.ts';
import { judgeUnseen, type UnseenKind } from './kafka/unseen.ts';
import { atNode, countOf } from './words.ts';

export const kafka: Checker = {
  name: 'kafka',
  summary: 'logs keep every acknowledged message at its offset, polls skip nothing, committed offsets are kept',
  check,
};

/** The gravest first. */
const nouns = {
  'lost-write': 'lost write',
  'unseen-message': 'unseen message',
  'inconsistent-offset': 'inconsistent offset',
  'skipped-message': 'skipped message',
  'duplicate-message': 'duplicate message',
  'phantom-message': 'phantom message',
  'lost-commit': 'lost commit',
  'phantom-commit': 'phantom commit',
  'nonmonotonic-poll': 'nonmonotonic poll',
  'nonmonotonic-send': 'nonmonotonic send',
  'below-start': 'offset below the start',
  'malformed-answer': 'malformed answer',
} satisfies Record<SkipKind | UnseenKind | PollKind | OffsetKind | CommitKind | 'malformed-answer', string>;

function check(history: History): CheckResult {
  const findings = createFindings('kafka', nouns);
  const seen = observeLogs(history);
  for (const { operation, problem } of seen.malformed) {
    findings.add('malformed-answer', () => ({
      explanation: `${atNode(operation)} ${problem}.`,
      operations: [operation.id],
    }));
  }
  judgeOffsets(seen, findings);
  judgePolls(seen, findings);
  judgeSkips(seen, findings);
  judgeUnseen(history, seen, findings);
  const commits = judgeCommits(history, findings);
  const logs = [...seen.logs.values()];
  const sends = logs.reduce((total, log) => total + log.acknowledged.length, 0);
  return findings.result({
    stats: { logs: logs.length, sends, polls: seen.polls, commits },
    summary:
      `${countOf(sends, 'acknowledged message')} in ${countOf(logs.length, 'log')}, ` +
      `none lost or moved in ${countOf(seen.polls, 'poll')}`,
    missing: seen.polls === 0 ? 'no poll was answered, so nobody knows what the logs hold' : null,
  });
}
