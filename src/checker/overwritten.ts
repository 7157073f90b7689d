/**
 * A map in which the last writer wins (`put`, `remove`, `get`): a value that was overwritten where it was known never
 * comes back.
 *
 * Who wrote last among strangers only their clocks know. But when a node *knows* a value (a get there returned it, or its
 * put was acknowledged there), and afterwards a put or remove of the key is asked of the same node and acknowledged,
 * then the newer one is newer in every honest order, and it must win:
 *
 *     n2   get x -> 5 |---|
 *     n2                     remove x -> ok |---|
 *     n2                                           get x -> 5 |---|   resurrected
 *
 * Judged, for values that were put once:
 * - `resurrected` (the newer one is a remove) and `dropped-newer-write` (it is a put): the value is returned by a later
 *   get of the same node. The final reads are such gets, so what everybody holds in the end is covered.
 * - `phantom-value`: a get returned what nobody had put there by then, or whose put had failed.
 *
 * A kill is no excuse: nodes persist before they acknowledge. Only what a node knew from a get may be forgotten by a
 * kill before it is overwritten, because it never acknowledged it.
 *
 * How it can mislead: it takes for granted that a node answers a get with what it holds itself. A store that asks another
 * member may show an older value for a while. And another node that still holds the old value in the end is not blamed
 * here: that the members differ is for convergence to say.
 */
import { present } from '../base/assert.ts';
import type { Key } from '../base/names.ts';
import type { History } from '../history/history.ts';
import { Interner } from '../history/intern.ts';
import type { Operation } from '../history/operation.ts';
import { countWhile } from './bisect.ts';
import type { Checker, CheckResult } from './checker.ts';
import { createFindings, type Finding, type Findings } from './findings.ts';
import { forgettingSpans } from './forgetting.ts';
import { type Ban, bansOf, lastOverwrite, observeRegister, putOnce, type Register } from './overwritten-bans.ts';
import { acknowledged, atNode, countOf, showKey, showRequest, showValue } from './words.ts';

export const overwritten: Checker = {
  name: 'overwritten',
  summary: 'a value that was overwritten where it was known never comes back',
  check,
};

type OverwrittenFindings = Findings<'resurrected' | 'dropped-newer-write' | 'phantom-value'>;

function check(history: History): CheckResult {
  const findings: OverwrittenFindings = createFindings('overwritten', {
    resurrected: 'resurrected value',
    'dropped-newer-write': 'dropped newer write',
    'phantom-value': 'phantom value',
  });
  const table = new Interner<unknown>();
  const spans = new Map(history.header.nodes.map(node => [node, forgettingSpans(history, node)]));
  let overwrites = 0;
  let answers = 0;
  for (const [key, ids] of history.operations.byKey()) {
    if (key === null) continue;
    const operations = Array.from(ids, id => history.operations.get(id));
    const register = observeRegister(key, operations, table);
    answers += operations.filter(({ f, outcome }) => f === 'get' && outcome === 'ok').length;
    findPhantoms(register, findings);
    const bans = bansOf(register, node => spans.get(node) ?? forgettingSpans(history, node));
    overwrites += bans.length;
    findReturns(register, bans, findings);
  }
  return findings.result({
    stats: { gets: answers, overwrites, keys: history.operations.byKey().size },
    summary: `${countOf(overwrites, 'overwritten value')}, none of which came back`,
    missing: answers === 0 ? 'no get was answered' : null,
  });
}

/** Each value once. */
function findPhantoms({ key, puts, failed, gets }: Register, findings: OverwrittenFindings): void {
  const reported = new Set<number>();
  for (const { operation, value } of gets) {
    const put = puts.get(value)?.[0] ?? null;
    if (reported.has(value) || (put !== null && put.call < operation.return)) continue;
    reported.add(value);
    findings.add('phantom-value', () => phantom({ key, get: operation, put, failed: failed.get(value) ?? null }));
  }
}

interface Phantom {
  readonly key: Key;
  readonly get: Operation;
  readonly put: Operation | null;
  readonly failed: Operation | null;
}

function phantom({ key, get, put, failed }: Phantom): Finding {
  const start = `${atNode(get)} answered get ${showKey(key)} with ${showValue(get.output)}`;
  if (failed !== null && failed.call < get.return) {
    const explanation = `${start}, but ${showRequest(failed)} (#${failed.id}) failed: it certainly did not happen.`;
    return { key, explanation, operations: [get.id, failed.id], variant: 'failed' };
  }
  if (put !== null) {
    const explanation = `${start}, but it was not put before ${showRequest(put)} (#${put.id}), which was asked later.`;
    return { key, explanation, operations: [get.id, put.id], variant: 'early' };
  }
  return { key, explanation: `${start}, which nobody ever put there.`, operations: [get.id] };
}

/** Each ban at most once, by the first get that breaks it. */
function findReturns(register: Register, bans: readonly Ban[], findings: OverwrittenFindings): void {
  const gets = new Map<string, Operation[]>();
  for (const { operation, value } of register.gets) {
    const name = `${value} ${operation.node}`;
    const group = gets.get(name);
    if (group) group.push(operation);
    else gets.set(name, [operation]);
  }
  for (const ban of bans) {
    const same = gets.get(`${ban.value} ${ban.node}`) ?? [];
    const again = same[countWhile(same.length, index => present(same[index]).call <= ban.newer.return)];
    if (!again) continue;
    const newer = lastOverwrite(register, ban, again);
    findings.add(newer.f === 'remove' ? 'resurrected' : 'dropped-newer-write', () =>
      returned(register, { ...ban, newer }, again),
    );
  }
}

function returned(register: Register, { node, value, known, newer }: Ban, again: Operation): Finding {
  const key = showKey(register.key);
  const shown = showValue(again.output);
  const knew =
    known.f === 'put'
      ? `${acknowledged(known)}.`
      : `${atNode(known)} answered get ${key} with ${shown}, so ${node} knew it.`;
  const then = `Then ${acknowledged(newer)}, so ${newer.f === 'remove' ? 'the value is gone' : 'the newer value counts'}.`;
  const put = putOnce(register, value);
  const ids = [...(put === null ? [] : [put.id]), known.id, newer.id, again.id];
  return {
    key: register.key,
    explanation: `${knew} ${then} But ${atNode(again)}, asked after that, answered get ${key} with ${shown} again.`,
    operations: [...new Set(ids)],
  };
}
