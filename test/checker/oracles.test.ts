/**
 * The checkers against their rules written down in the plainest way, quadratic and slow, on histories of pure chance:
 * most of them are wrong in several ways, and both must see the same violations.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { type Checker, defaultBudget } from '../../src/checker/checker.ts';
import { counter } from '../../src/checker/counter.ts';
import { kafka } from '../../src/checker/kafka.ts';
import { overwritten } from '../../src/checker/overwritten.ts';
import { set } from '../../src/checker/set.ts';
import { type History, phaseStart } from '../../src/history/history.ts';
import type { Operation } from '../../src/history/operation.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { Story, type Told } from './story.ts';
import { expectEvidence } from './verdicts.ts';

interface Draw {
  readonly f: string;
  readonly told: Told;
  readonly output: unknown;
}

/** Overlapping operations with answers of chance, kills and partitions among them, and final reads. */
function chaos(seed: number, workload: string, draw: (random: Random) => Draw): History {
  const random = Random.fromSeed(seed);
  const nodes = ['n1', 'n2'];
  const story = new Story(workload, nodes);
  const open: { process: number; output: unknown }[] = [];
  /** Their last operation did not end `info`. */
  const free: number[] = [];
  const steps = random.integer(4, 40);
  const finals = random.integer(steps >> 1, steps);
  const complete = () => {
    const [{ process, output } = { process: 0, output: 0 }] = open.splice(random.integer(0, open.length - 1), 1);
    const outcome = random.pick(['ok', 'ok', 'ok', 'ok', 'info', 'fail'] as const);
    story.end(process, { outcome, output: outcome === 'ok' ? output : undefined });
    if (outcome !== 'info') free.push(process);
  };
  for (let step = 0; step < steps; step++) {
    if (step === finals) story.phase('final-reads');
    if (random.chance(0.08)) {
      const fault = story.beginFault(random.pick(['kill', 'partition']), [random.pick(nodes)]);
      if (random.chance(0.3) && open.length > 0) complete();
      story.endFault(fault);
    } else if (open.length > 3 || (open.length > 0 && random.chance(0.55))) complete();
    else {
      const { f, told, output } = draw(random);
      const process = random.chance(0.5) ? free.shift() : undefined;
      const again = process === undefined ? {} : { process };
      open.push({ process: story.begin(random.pick(nodes), f, { ...told, ...again }), output });
    }
  }
  while (open.length > 0 && random.chance(0.9)) complete();
  return story.history();
}

/** How many the checker found of each kind. */
function counts(checker: Checker, history: History, kinds: readonly string[]): Readonly<Record<string, number>> {
  const { stats } = checker.check(history, defaultBudget);
  return Object.fromEntries(kinds.map(kind => [kind, Number(stats[kind] ?? 0)]));
}

interface Comparison {
  readonly checker: Checker;
  readonly workload: string;
  readonly draw: (random: Random) => Draw;
  readonly expected: (history: History) => Readonly<Record<string, number>>;
}

function compare({ checker, workload, draw, expected }: Comparison): void {
  const found: Record<string, number> = {};
  fc.assert(
    fc.property(fc.integer(), seed => {
      const history = chaos(seed, workload, draw);
      const right = expected(history);
      const given = counts(checker, history, Object.keys(right));
      expect(given).toEqual(right);
      for (const [kind, count] of Object.entries(given)) found[kind] = (found[kind] ?? 0) + count;
      const result = checker.check(history, defaultBudget);
      if (result.validity !== 'invalid') return;
      // Whether a store limits its answers is guessed from all of them, and not from those that are cited.
      const judged = result.anomalies.filter(({ kind }) => kind !== 'unseen-message');
      for (const anomaly of judged) expectEvidence(checker, history, anomaly);
    }),
    { numRuns: fuzzRuns(400) },
  );
  // Every kind occurred, so that every rule was compared.
  for (const [kind, count] of Object.entries(found)) expect(count, kind).toBeGreaterThan(0);
}

const okay = (history: History, ...functions: readonly string[]) =>
  [...history.operations].filter(({ f, outcome }) => functions.includes(f) && outcome === 'ok');
const possible = (history: History, f: string) =>
  [...history.operations].filter(operation => operation.f === f && operation.outcome !== 'fail');
const distinct = (items: Iterable<unknown>) => new Set([...items].map(item => JSON.stringify(item))).size;

function forgot(history: History, node: string | null, from: number, to: number): boolean {
  return history.faults.some(
    ({ fault, begin, end }) =>
      fault.kind === 'kill' && (node === null || fault.targets.includes(node)) && begin <= to && end >= from,
  );
}

/** The last final read of each node. */
function lastReads(history: History): readonly Operation[] {
  const begin = phaseStart(history, 'final-reads')?.index ?? Number.POSITIVE_INFINITY;
  return [
    ...new Map(
      okay(history, 'read')
        .filter(({ call }) => call > begin)
        .map(read => [read.node, read]),
    ).values(),
  ];
}

const elements = (read: Operation) => read.output as readonly number[];

function setRules(history: History) {
  const f = history.header.workload === 'broadcast' ? 'broadcast' : 'add';
  const reads = okay(history, 'read');
  const finals = lastReads(history);
  const adds = possible(history, f);
  const seen = reads.flatMap(read => elements(read).map(element => ({ read, element })));
  const phantoms = seen.filter(
    ({ read, element }) => !adds.some(({ input, call }) => input === element && call < read.return),
  );
  const acknowledged = new Set(okay(history, f).map(({ input }) => input));
  const lost = [...acknowledged].filter(element => {
    const first = Math.min(...okay(history, f).flatMap(add => (add.input === element ? [add.return] : [])));
    return finals.some(final => first < final.call && !elements(final).includes(element as number));
  });
  const vanished = seen.filter(
    ({ read, element }) =>
      !acknowledged.has(element) &&
      finals.length > 0 &&
      finals.every(final => read.return < final.call && !elements(final).includes(element)) &&
      !forgot(history, null, read.call, Number.POSITIVE_INFINITY),
  );
  const atNode = seen.filter(
    ({ read, element }) =>
      f === 'broadcast' &&
      reads.some(
        later =>
          later.node === read.node &&
          later.call > read.return &&
          !elements(later).includes(element) &&
          !forgot(history, read.node, read.call, later.return),
      ),
  );
  const duplicated = seen.filter(({ read, element }) => {
    const times = elements(read).filter(other => other === element).length;
    const allowed = f === 'broadcast' ? Math.max(1, adds.filter(({ input }) => input === element).length) : 1;
    return times > allowed;
  });
  return {
    'phantom-element': distinct(phantoms.map(({ element }) => element)),
    'lost-element': lost.length,
    'vanished-element':
      distinct(vanished.map(({ element }) => element)) +
      distinct(atNode.map(({ read, element }) => [read.node, element])),
    'duplicated-element': distinct(duplicated.map(({ element }) => element)),
  };
}

function drawSet(f: string) {
  return (random: Random): Draw =>
    random.chance(0.4)
      ? { f, told: { input: random.integer(0, 6) }, output: undefined }
      : { f: 'read', told: {}, output: Array.from({ length: random.integer(0, 5) }, () => random.integer(0, 6)) };
}

function counterRules(history: History) {
  const adds = possible(history, 'add');
  const sums = (certain: readonly Operation[], open: readonly Operation[]) => {
    let totals = new Set([certain.reduce((sum, { input }) => sum + (input as number), 0)]);
    for (const { input } of open) totals = new Set([...totals, ...[...totals].map(total => total + (input as number))]);
    return totals;
  };
  const impossible = lastReads(history).flatMap(read => {
    const certain = adds.filter(add => add.return < read.call);
    const open = adds.filter(add => add.return >= read.call && add.call < read.return);
    if (sums(certain, open).has(read.output as number)) return [];
    return [[read.output, certain.map(({ id }) => id), open.map(({ id }) => id)]];
  });
  return { 'impossible-total': distinct(impossible) };
}

function drawCounter(random: Random): Draw {
  return random.chance(0.6)
    ? { f: 'add', told: { input: 2 * random.integer(-2, 3) }, output: undefined }
    : { f: 'read', told: {}, output: random.integer(-3, 12) };
}

function overwrittenRules(history: History) {
  const puts = possible(history, 'put');
  const gets = okay(history, 'get').filter(({ output }) => output !== null);
  const phantoms = gets.filter(
    get => !puts.some(put => put.key === get.key && put.input === get.output && put.call < get.return),
  );
  const back = gets.filter(get => {
    const same = puts.filter(put => put.key === get.key && put.input === get.output);
    if (same.length !== 1) return false;
    const known = [
      ...gets.filter(other => other.output === get.output && (same[0]?.call ?? 0) < other.return),
      ...okay(history, 'put').filter(({ input }) => input === get.output),
    ].filter(({ key, node }) => key === get.key && node === get.node);
    const changes = okay(history, 'put', 'remove').filter(({ key, node }) => key === get.key && node === get.node);
    return known.some(knew =>
      changes.some(
        change =>
          knew.return < change.call &&
          change.return < get.call &&
          (knew.f === 'put' || !forgot(history, get.node, knew.call, change.return)),
      ),
    );
  });
  const total = distinct(back.map(({ key, node, output }) => [key, node, output]));
  return { both: total, 'phantom-value': distinct(phantoms.map(({ key, output }) => [key, output])) };
}

function drawMap(random: Random): Draw {
  const key = random.pick(['x', 'y']);
  const f = random.pick(['get', 'get', 'put', 'remove']);
  if (f === 'get') return { f, told: { key }, output: random.pick([null, 0, 1, 2, 3]) };
  return { f, told: { key, ...(f === 'put' ? { input: random.integer(0, 4) } : {}) }, output: undefined };
}

interface Polled {
  readonly poll: Operation;
  readonly start: number;
  readonly entries: readonly (readonly [number, number])[];
}

function logRules(history: History) {
  const sends = possible(history, 'send');
  const acknowledged = okay(history, 'send');
  const polls = okay(history, 'poll').map(
    (poll): Polled => ({
      poll,
      start: (poll.input as { a: number }).a,
      entries: (poll.output as { a: [number, number][] }).a,
    }),
  );
  const isSent = (message: number) => sends.some(({ input }) => input === message);
  const known = new Map<string, readonly [number, number]>();
  const note = (offset: number, message: number) => known.set(`${offset} ${message}`, [offset, message]);
  for (const { input, output } of acknowledged) note(output as number, input as number);
  for (const { entries } of polls) for (const [offset, message] of entries) if (isSent(message)) note(offset, message);
  const places = [...known.values()];
  const skips = distinct(
    polls.flatMap(({ start, entries }) => {
      const reached = Math.max(-1, ...entries.filter(([, message]) => isSent(message)).map(([offset]) => offset));
      const has = (offset: number) => entries.some(([other]) => other === offset);
      return places.map(([offset]) => offset).filter(offset => offset >= start && offset <= reached && !has(offset));
    }),
  );
  const phantoms = polls.flatMap(({ poll, entries }) =>
    entries.filter(([, message]) => !sends.some(({ input, call }) => input === message && call < poll.return)),
  );
  const backwards = acknowledged.filter((send, index) => {
    const before = acknowledged.slice(0, index).findLast(({ process }) => process === send.process);
    return before !== undefined && (send.output as number) <= (before.output as number);
  });
  const messages = [...new Set(places.map(([, message]) => message))];
  return {
    skips,
    'phantom-message': distinct(phantoms.map(([, message]) => message)),
    'inconsistent-offset': [...new Set(places.map(([offset]) => offset))].filter(
      offset => places.filter(([other]) => other === offset).length > 1,
    ).length,
    'duplicate-message': messages.filter(
      message =>
        places.filter(([, other]) => other === message).length > sends.filter(({ input }) => input === message).length,
    ).length,
    'nonmonotonic-poll': polls.filter(({ entries }) =>
      entries.some(([o], at) => at > 0 && o <= (entries[at - 1]?.[0] ?? 0)),
    ).length,
    'below-start': polls.filter(({ start, entries }) => entries.some(([offset]) => offset < start)).length,
    'nonmonotonic-send': backwards.length,
  };
}

function drawLog(random: Random): Draw {
  if (random.chance(0.5))
    return { f: 'send', told: { key: 'a', input: random.integer(0, 8) }, output: random.integer(0, 6) };
  const entries = Array.from({ length: random.integer(0, 3) }, () => [random.integer(0, 6), random.integer(0, 8)]);
  const sorted = random.chance(0.7) ? entries.toSorted((left, right) => (left[0] ?? 0) - (right[0] ?? 0)) : entries;
  return { f: 'poll', told: { input: { a: random.integer(0, 3) } }, output: { a: sorted } };
}

function commitRules(history: History) {
  const commits = possible(history, 'commit_offsets').map(operation => ({
    operation,
    offset: (operation.input as { a: number }).a,
  }));
  const lists = okay(history, 'list_committed_offsets');
  const lost = lists.filter(list => {
    const listed = (list.output as { a?: number }).a ?? Number.NEGATIVE_INFINITY;
    return commits.some(
      ({ operation, offset }) =>
        operation.outcome === 'ok' &&
        operation.return < list.call &&
        offset > listed &&
        !commits.some(
          other =>
            other.offset <= listed && other.operation.return > operation.call && other.operation.call < list.return,
        ),
    );
  });
  const phantom = lists.filter(list => {
    const listed = (list.output as { a?: number }).a ?? -1;
    const greatest = Math.max(
      -1,
      ...commits.filter(({ operation }) => operation.call < list.return).map(({ offset }) => offset),
    );
    return listed > greatest + 1;
  });
  return { 'lost-commit': lost.length, 'phantom-commit': phantom.length };
}

function drawCommit(random: Random): Draw {
  if (random.chance(0.6))
    return { f: 'commit_offsets', told: { input: { a: random.integer(0, 6) } }, output: undefined };
  const output = random.chance(0.2) ? {} : { a: random.integer(0, 7) };
  return { f: 'list_committed_offsets', told: { input: ['a'] }, output };
}

describe('on histories of chance, a checker sees exactly what its rule says', () => {
  test('set, of a g-set', () => {
    compare({ checker: set, workload: 'g-set', draw: drawSet('add'), expected: setRules });
  });

  test('set, of a broadcast', () => {
    compare({ checker: set, workload: 'broadcast', draw: drawSet('broadcast'), expected: setRules });
  });

  test('counter', () => {
    compare({ checker: counter, workload: 'pn-counter', draw: drawCounter, expected: counterRules });
  });

  test('overwritten', () => {
    const both: Checker = {
      ...overwritten,
      check(history, budget) {
        const result = overwritten.check(history, budget);
        const total = Number(result.stats['resurrected'] ?? 0) + Number(result.stats['dropped-newer-write'] ?? 0);
        return { ...result, stats: { ...result.stats, both: total } };
      },
    };
    compare({ checker: both, workload: 'lww-map', draw: drawMap, expected: overwrittenRules });
  });

  test('kafka', () => {
    const skips: Checker = {
      ...kafka,
      check(history, budget) {
        const result = kafka.check(history, budget);
        const total = Number(result.stats['lost-write'] ?? 0) + Number(result.stats['skipped-message'] ?? 0);
        return { ...result, stats: { ...result.stats, skips: total } };
      },
    };
    compare({ checker: skips, workload: 'kafka', draw: drawLog, expected: logRules });
  });

  test('committed offsets', () => {
    compare({ checker: kafka, workload: 'kafka', draw: drawCommit, expected: commitRules });
  });
});
