import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaultEffect, faultEffects } from '../../../src/checker/measure/fault-effects.ts';
import { longestSilence } from '../../../src/checker/measure/silence.ts';
import { historyFromEvents } from '../../../src/history/assemble.ts';
import type { EventDraft, HistoryEvent, Outcome } from '../../../src/history/event.ts';
import { type FaultWindow, type History, phaseStart } from '../../../src/history/history.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { testHeader, history as told } from '../../history/build.ts';

/** One client that is answered every 10 ms, but not from `silent.from` to `silent.to`: then it waits. Milliseconds. */
function steady(
  lines: readonly string[],
  silent: { readonly from: number; readonly to: number },
  until = 4000,
): History {
  const operations = Array.from({ length: until / 10 }, (_, index) => index * 10)
    .filter(time => time < silent.from || time >= silent.to)
    .flatMap(time => [`${time + 1}ms p0@n1 invoke echo`, `${time + 9}ms p0 ok`]);
  const time = (line: string): number => Number.parseFloat(line);
  return told([...operations, ...lines].toSorted((left, right) => time(left) - time(right)).join('\n'));
}

const [second, ms] = [1e9, 1e6];

describe('what a fault did to the clients', () => {
  test('is the rate before, during and after, the longest silence, and the time until all was as before', () => {
    const history = steady(
      ['0ms phase main', '1000ms fault begin 1 kill n1', '2000ms fault end 1 kill n1 bit pid 7', '4000ms phase heal'],
      { from: 1200, to: 2300 },
    );
    expect(faultEffects(history)).toEqual([
      {
        id: 1,
        before: { okPerSecond: 100, answered: 1 },
        during: { okPerSecond: 20, answered: 1 },
        after: { okPerSecond: 85, answered: 1 },
        longestGap: 2000 * ms - 1199 * ms,
        firstOk: 309 * ms,
        recovered: 309 * ms,
      },
    ]);
  });

  test('a fault that nobody noticed is over at once', () => {
    const history = steady(
      ['0ms phase main', '1000ms fault begin 1 kill n1', '2000ms fault end 1 kill n1', '4000ms phase heal'],
      { from: 0, to: 0 },
    );
    const rate = { okPerSecond: 100, answered: 1 };
    expect(faultEffects(history)).toEqual([
      { id: 1, before: rate, during: rate, after: rate, longestGap: 10 * ms, firstOk: 9 * ms, recovered: 0 },
    ]);
  });

  test('counts a refused compare-and-set as answered, and what was given up as not', () => {
    const history = told(`
      0ms phase main
      1ms p1 invoke write x 1
      300ms fault begin 1 cut n1
      310ms p1 info -- timeout
      320ms p2 invoke cas x [1,2]
      330ms p2 fail "refused"
      340ms p3 invoke cas x [1,2]
      350ms p3 fail -- no leader
      360ms p4 invoke read x
      370ms p4 ok 1
      380ms p5 invoke read x
      400ms fault end 1 cut n1
      1000ms phase heal
    `);
    expect(faultEffects(history)).toMatchObject([
      { before: { okPerSecond: 0, answered: null }, during: { okPerSecond: 10, answered: 0.5 }, firstOk: null },
    ]);
  });

  test('looks at most 5 s to either side, and no further than the next fault', () => {
    const faults = [
      '0ms phase main',
      '8000ms fault begin 1 kill n1',
      '9000ms fault end 1 kill n1',
      '11000ms fault begin 2 kill n1',
      '12000ms fault end 2 kill n1',
      '20000ms phase heal',
    ];
    const [first, second_] = faultEffects(steady(faults, { from: 2000, to: 6000 }, 20_000));
    expect(first).toMatchObject({ before: { okPerSecond: 40 }, after: { okPerSecond: 100 } });
    expect(second_).toMatchObject({ before: { okPerSecond: 100 }, after: { okPerSecond: 100 } });
  });

  test('where the next fault is near, what is left must do to know that all is as before', () => {
    const faults = (next: number) => [
      '0ms phase main',
      '1000ms fault begin 1 kill n1',
      '2000ms fault end 1 kill n1',
      `${next}ms fault begin 2 kill n1`,
      '3000ms fault end 2 kill n1',
      '4000ms phase heal',
    ];
    const recovered = (next: number, to: number) =>
      faultEffects(steady(faults(next), { from: 1000, to })).map(effect => effect.recovered);
    expect(recovered(2300, 2050)).toEqual([0, 0]);
    expect(recovered(2300, 2100)).toEqual([null, 0]);
    expect(recovered(2199, 2000)[0]).toBeNull();
  });

  test('faults that overlap have no quiet time between them', () => {
    const faults = [
      '0ms phase main',
      '1000ms fault begin 1 kill n1',
      '1500ms fault begin 2 cut n2',
      '2000ms fault end 1 kill n1',
      '2500ms fault end 2 cut n2',
      '2600ms fault begin 3 cut n2',
      '2700ms fault end 3 cut n2',
      '4000ms phase heal',
    ];
    const found = faultEffects(steady(faults, { from: 0, to: 0 }));
    const shown = found.map(({ id, before, after, recovered }) => [id, before !== null, after !== null, recovered]);
    expect(shown).toEqual([
      [1, true, false, null],
      [2, false, false, null],
      // A tenth of a second of quiet is too little to know a rate by.
      [3, false, true, null],
    ]);
  });

  test('a fault that goes on lasts until the clients stop, and what is asked later is not told of it', () => {
    const lines = ['0ms phase main', '1000ms fault begin 1 kill n1', '2000ms phase heal', '2100ms fault end 1 kill n1'];
    const history = steady(lines, { from: 1500, to: 3000 });
    const effect = { before: { okPerSecond: 100 }, during: { okPerSecond: 50 }, after: null, firstOk: null };
    expect(faultEffects(history)).toMatchObject([{ ...effect, longestGap: 501 * ms, recovered: null }]);
    const open = steady(lines.slice(0, 3), { from: 1500, to: 3000 });
    expect(faultEffects(open)).toEqual(faultEffects(history));
  });

  test('of a history without phases all counts, from the first call to the last', () => {
    const history = steady(['1000ms fault begin 1 kill n1'], { from: 1500, to: 4000 }, 5000);
    expect(faultEffects(history)).toMatchObject([{ before: { okPerSecond: 100 / 0.999 }, longestGap: 2510 * ms }]);
  });

  test('there is nothing to say without times, without clients, or of what began after they had stopped', () => {
    const lines = [
      'p0 invoke echo',
      'p0 ok',
      'fault begin 1 kill n1',
      'p0 invoke echo',
      'p0 ok',
      'fault end 1 kill n1',
    ];
    expect(faultEffects(told(lines.map((line, index) => `${index / ms}ms ${line}`).join('\n')))).toEqual([]);
    expect(faultEffects(told('fault begin 1 kill n1\nfault end 1 kill n1'))).toEqual([]);
    const late = ['0ms phase main', '3000ms phase heal', '3100ms fault begin 1 kill n1', '3200ms fault end 1 kill n1'];
    expect(faultEffects(steady(late, { from: 0, to: 0 }))).toEqual([]);
  });
});

describe('agrees with its definition', () => {
  test('on random histories', () => {
    const tally = { effects: 0, before: 0, after: 0, recovered: 0, late: 0, never: 0 };
    const property = fc.property(histories(), history => {
      const found = faultEffects(history);
      expect(found).toEqual(defined(history));
      for (const { before, after, recovered } of found) {
        tally.effects++;
        if (before !== null) tally.before++;
        if (after !== null) tally.after++;
        if (recovered !== null) tally.recovered++;
        if (recovered !== null && recovered > 0) tally.late++;
        if (recovered === null && before !== null && after !== null) tally.never++;
      }
    });
    fc.assert(property, { numRuns: fuzzRuns(1000) });
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(fuzzRuns(1000) / 50);
  });

  test('for the longest silence in any span of thousands of answers', () => {
    const spans = fc.array(fc.tuple(fc.nat({ max: 30_000 }), fc.nat({ max: 30_000 })), {
      minLength: 50,
      maxLength: 50,
    });
    const property = fc.property(fc.infiniteStream(fc.nat({ max: 8 })), spans, (pauses, asked) => {
      let time = 0;
      const times = Float64Array.from({ length: 5000 }, () => (time += pauses.next().value as number));
      const silence = longestSilence(times);
      for (const [one, other] of asked) {
        const span = { from: Math.min(one, other), to: Math.max(one, other) };
        const inside = [span.from, ...times.filter(at => at >= span.from && at < span.to), span.to];
        const pausesInside = inside.slice(1).map((at, index) => at - (inside[index] ?? 0));
        expect(silence(span)).toBe(Math.max(...pausesInside));
      }
    });
    fc.assert(property, { numRuns: fuzzRuns(5) });
  });
});

/** Some 10 s of four clients, with faults that overlap now and then. */
function histories(): fc.Arbitrary<History> {
  const step = fc.record({
    kind: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom('call', 'end') },
      { weight: 1, arbitrary: fc.constant('fault') },
    ),
    wait: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(0, 1, 20, 50, 80, 200) },
      { weight: 1, arbitrary: fc.constant(700) },
    ),
    thread: fc.nat({ max: 3 }),
    outcome: fc.constantFrom<Outcome>('ok', 'ok', 'ok', 'fail', 'info'),
    refused: fc.boolean(),
  });
  const phases = fc.record({
    main: fc.option(fc.nat({ max: 20 })),
    heal: fc.option(fc.integer({ min: 90, max: 180 })),
  });
  return fc
    .tuple(fc.array(step, { minLength: 60, maxLength: 200, size: 'max' }), phases)
    .map(([steps, { main, heal }]) => {
      const drafts: [wait: number, draft: EventDraft][] = [];
      const open = new Map<number, number>();
      let [process, faults] = [0, 0];
      const active: number[] = [];
      for (const [at, { kind, wait, thread, outcome, refused }] of steps.entries()) {
        if (at === main) drafts.push([wait, { type: 'phase', name: 'main' }]);
        if (at === heal) drafts.push([wait, { type: 'phase', name: 'heal' }]);
        const running = open.get(thread);
        if (kind === 'fault') {
          const ends = thread < 3 ? active.shift() : undefined;
          if (ends === undefined) active.push(++faults);
          const fault = { id: ends ?? faults, kind: 'kill', targets: [], description: 'kill' };
          drafts.push([wait, { type: 'fault', phase: ends === undefined ? 'begin' : 'end', fault }]);
        } else if (kind === 'call' && running === undefined) {
          open.set(thread, process);
          drafts.push([wait, { type: 'invoke', process: process++, f: 'cas', key: null, value: null, node: null }]);
        } else if (kind === 'end' && running !== undefined) {
          open.delete(thread);
          const value = refused && outcome === 'fail' ? { value: 'refused' } : {};
          drafts.push([wait, { type: outcome, process: running, ...value }]);
        }
      }
      let time = 0;
      const events = drafts.map(
        ([wait, draft], index): HistoryEvent => ({ ...draft, index, time: (time += wait * ms) }),
      );
      return historyFromEvents(testHeader(), events);
    });
}

/** The same, as it is written in the comments, without a thought of cost. */
function defined(history: History): readonly FaultEffect[] {
  const operations = [...history.operations];
  const from = phaseStart(history, 'main')?.time ?? operations.at(0)?.callTime ?? 0;
  const to = phaseStart(history, 'heal')?.time ?? operations.at(-1)?.callTime ?? 0;
  if (operations.length === 0 || to <= from || history.duration <= history.eventCount + 1) return [];
  const inWork = (time: number): number => Math.min(Math.max(time, from), to);
  const oks = operations.filter(({ outcome }) => outcome === 'ok');
  const served = (begin: number, end: number, least: number) => {
    if (end - begin < least) return null;
    const ended = operations.filter(({ returnTime }) => returnTime >= begin && returnTime < end);
    const good = ended.filter(({ outcome }) => outcome === 'ok').length;
    const answers = ended.filter(
      ({ outcome, output }) => outcome === 'ok' || (outcome === 'fail' && output !== undefined),
    );
    const answered = ended.length === 0 ? null : answers.length / ended.length;
    return { okPerSecond: good / ((end - begin) / second), answered };
  };
  return history.faults.flatMap((fault: FaultWindow) => {
    const others = history.faults.filter(other => other !== fault);
    const [begin, end] = [inWork(fault.beginTime), inWork(fault.endTime)];
    const during = served(begin, end, ms);
    if (during === null) return [];
    const isBroken = (index: number) => others.some(other => other.begin < index && other.end > index);
    const ends = others.filter(other => other.end < fault.begin).map(({ endTime }) => endTime);
    const begins = others.filter(other => other.begin > fault.end).map(({ beginTime }) => beginTime);
    const limit = inWork(Math.min(to, ...begins));
    const before = isBroken(fault.begin)
      ? null
      : served(Math.max(inWork(Math.max(from, ...ends)), begin - 5 * second), begin, 0.2 * second);
    const hasAfter = fault.end !== Number.POSITIVE_INFINITY && !isBroken(fault.end);
    const after = hasAfter ? served(end, Math.min(limit, end + 5 * second), 0.2 * second) : null;
    const times = oks.map(({ returnTime }) => returnTime).toSorted((left, right) => left - right);
    const inside = [begin, ...times.filter(time => time >= begin && time < end), end];
    const later = oks.filter(({ call, callTime }) => call > fault.end && callTime <= to);
    const firstOk = fault.endTime < to ? Math.min(...later.map(({ returnTime }) => returnTime)) - end : Infinity;
    const look = Math.min(0.5 * second, limit - end);
    const wanted = (before?.okPerSecond ?? 0) * 0.8 * (look / second);
    const moments = [end, ...times.filter(time => time >= end)].filter(moment => moment + look <= limit);
    const good = (moment: number) => times.filter(time => time >= moment && time < moment + look).length;
    const recovered = wanted > 0 && after !== null ? moments.find(moment => good(moment) >= wanted) : undefined;
    return [
      {
        id: fault.fault.id,
        before,
        during,
        after,
        longestGap: Math.max(...inside.slice(1).map((time, index) => time - (inside[index] ?? 0))),
        firstOk: Number.isFinite(firstOk) ? firstOk : null,
        recovered: recovered === undefined ? null : recovered - end,
      },
    ];
  });
}
