/**
 * Committed offsets: what was acknowledged is kept, and nothing is committed that nobody asked for.
 *
 * - `lost-commit`: a commit of offset o was acknowledged before a list began, and the list says less (or nothing),
 *   although no commit of so little was asked for at the same time or later.
 * - `phantom-commit`: a list says more than anybody had asked to commit by then. One more is allowed: some stores answer
 *   with the next offset to read.
 *
 * How it can mislead: whether a smaller commit moves the offset back is not said by the protocol (Kafka does it, a store
 * that only advances does not), so a list that says as little as some later commit is never blamed.
 */
import type { Key } from '../../base/names.ts';
import type { History } from '../../history/history.ts';
import type { Operation } from '../../history/operation.ts';
import { countBelow, countWhile } from '../bisect.ts';
import type { Finding, Findings } from '../findings.ts';
import { acknowledged, atNode, showKey, showValue } from '../words.ts';
import { offsetsAsked } from './observations.ts';

export type CommitKind = 'lost-commit' | 'phantom-commit';

/** A commit of one log that may have happened: `ok` or `info`. */
interface Commit {
  readonly operation: Operation;
  readonly offset: number;
}

/** All in order of invocation. */
interface LogCommits {
  readonly acknowledged: Commit[];
  readonly unknown: Commit[];
  /** At `i` the greatest offset of all commits up to the `i`-th. */
  readonly greatest: number[];
  readonly calls: number[];
  /** At `i` the latest return of the acknowledged commits up to the `i`-th. */
  readonly latestReturn: number[];
}

/** How many commits were acknowledged. */
export function judgeCommits(history: History, findings: Findings<CommitKind | 'malformed-answer'>): number {
  const logs = new Map<string, LogCommits>();
  let count = 0;
  for (const operation of history.operations) {
    if (operation.f !== 'commit_offsets' || operation.outcome === 'fail') continue;
    if (operation.outcome === 'ok') count++;
    for (const [key, offset] of offsetsAsked(operation)) note(logs, key, { operation, offset });
  }
  for (const list of history.operations) {
    if (list.f !== 'list_committed_offsets' || list.outcome !== 'ok') continue;
    const answer = list.output;
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
      findings.add('malformed-answer', () => malformed(list));
      continue;
    }
    for (const [key, listed] of listedOffsets(list, answer)) {
      if (typeof listed === 'number' || listed === null) judge({ list, key, listed, commits: logs.get(key) }, findings);
      else findings.add('malformed-answer', () => malformed(list));
    }
  }
  return count;
}

function note(logs: Map<string, LogCommits>, key: string, commit: Commit): void {
  let log = logs.get(key);
  if (!log) logs.set(key, (log = { acknowledged: [], unknown: [], greatest: [], calls: [], latestReturn: [] }));
  log.calls.push(commit.operation.call);
  log.greatest.push(Math.max(log.greatest.at(-1) ?? Number.NEGATIVE_INFINITY, commit.offset));
  if (commit.operation.outcome === 'ok') {
    log.acknowledged.push(commit);
    log.latestReturn.push(Math.max(log.latestReturn.at(-1) ?? -1, commit.operation.return));
  } else log.unknown.push(commit);
}

/** What the answer says of each log that was asked for. Null: left out. */
function listedOffsets(list: Operation, answer: object): readonly (readonly [string, unknown])[] {
  const listed = new Map<string, unknown>(Object.entries(answer));
  const asked = Array.isArray(list.input) ? list.input.map(String) : [...listed.keys()];
  return asked.map(key => [key, listed.get(key) ?? null]);
}

function malformed(list: Operation): Finding {
  const explanation = `${atNode(list)} listed committed offsets as ${showValue(list.output)}, which are no offsets by log.`;
  return { explanation, operations: [list.id] };
}

interface Listed {
  readonly list: Operation;
  readonly key: Key;
  /** Null when the answer left the log out. */
  readonly listed: number | null;
  readonly commits: LogCommits | undefined;
}

function judge(asked: Listed, findings: Findings<CommitKind>): void {
  const { list, listed, commits } = asked;
  const before = commits === undefined ? 0 : countBelow(commits.calls, list.return);
  const greatest = before === 0 ? -1 : (commits?.greatest[before - 1] ?? -1);
  if (listed !== null && listed > greatest + 1) findings.add('phantom-commit', () => phantom(asked, greatest));
  const lost = commits === undefined ? null : lostCommit(commits, { list, listed: listed ?? Number.NEGATIVE_INFINITY });
  if (lost !== null) findings.add('lost-commit', () => lostFinding(asked, lost));
}

/**
 * The last acknowledged commit above what is listed, unless a commit of as little overlaps it or comes after it. Only
 * the last need be looked at: what excuses it excuses the earlier ones too.
 */
function lostCommit(commits: LogCommits, asked: { readonly list: Operation; readonly listed: number }): Commit | null {
  const { list, listed } = asked;
  const all = commits.acknowledged;
  let at = countWhile(all.length, index => (all[index]?.operation.call ?? 0) < list.return) - 1;
  let lost: Commit | null = null;
  for (; at >= 0; at--) {
    const commit = all[at] as Commit;
    if (lost !== null && (commits.latestReturn[at] as number) < lost.operation.call) break;
    if (commit.offset <= listed) {
      if (lost === null || commit.operation.return > lost.operation.call) return null;
    } else if (lost === null && commit.operation.return < list.call) lost = commit;
  }
  if (lost === null) return null;
  const isExcused = commits.unknown.some(({ operation, offset }) => offset <= listed && operation.call < list.return);
  return isExcused ? null : lost;
}

function phantom({ list, key, listed }: Listed, greatest: number): Finding {
  const asked =
    greatest < 0 ? 'nobody had asked to commit anything' : `the greatest offset asked for by then is ${greatest}`;
  return {
    key,
    explanation: `${atNode(list)} lists ${listed} as the committed offset of the log ${showKey(key)}, but ${asked}.`,
    operations: [list.id],
  };
}

function lostFinding({ list, key, listed }: Listed, lost: Commit): Finding {
  const says = listed === null ? 'does not list the log' : `lists ${listed}`;
  return {
    key,
    explanation:
      `${acknowledged(lost.operation)}, so offset ${lost.offset} of the log ${showKey(key)} is committed. ` +
      `${atNode(list)}, asked later, ${says}, and nobody has asked for less since.`,
    operations: [lost.operation.id, list.id],
  };
}
