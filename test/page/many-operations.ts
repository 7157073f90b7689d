/**
 * Reports of any size, in which what a run would have done is invented: clients that ask in bursts, answers with a long
 * tail, faults during which little is answered, and operations of which nobody knows the end. The columns are filled
 * directly: a million operations take a second or two, and no checker looks at them.
 */
import type { FaultEffect, Served } from '../../src/checker/measure/fault-effects.ts';
import type { Report, ReportFault, ReportOperations } from '../../src/report/data.ts';
import { reportOfStory, staleRead } from './reports.ts';

export interface ManyOptions {
  /** @default 8 */
  readonly keys?: number;
  /** @default 5 */
  readonly nodes?: number;
  /** At a time. One that does not know its end is followed by a new one. @default 20 */
  readonly processes?: number;
  /** @default 6: of every five, the fourth did not bite, and of the last of all nothing was measured */
  readonly faults?: number;
  /** Of the whole run. @default 60 */
  readonly seconds?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** The report of a run with about this many operations a second in quiet times: `count / seconds`. */
export function manyOperations(count: number, options: ManyOptions = {}): Report {
  const { keys = 8, nodes = 5, processes = 20, faults: faultCount = 6, seconds = 60, seed = 1 } = options;
  const random = randomNumbers(seed);
  const end = seconds * 1e9;
  const bare = inventFaults(faultCount, end, nodes);
  const operations = emptyOperations(count, { keys, nodes });
  const freeAt = new Float64Array(processes);
  const process = Int32Array.from({ length: processes }, (_, slot) => slot);
  let arrival = 0;
  for (let id = 0; id < count; id++) {
    arrival += (-Math.log(1 - random()) * (end * 0.93)) / count / (1 + 0.35 * Math.sin((arrival / end) * 40));
    const slot = earliest(freeAt);
    const call = micros(Math.max(arrival, freeAt[slot] as number));
    const hit = bare.find(fault => fault.bit === true && call >= fault.beginTime && call < (fault.endTime ?? end));
    const { outcome, latency } = answer(random, hit === undefined ? 0 : harm(hit, call));
    operations.process[id] = process[slot] as number;
    operations.node[id] = (process[slot] as number) % nodes;
    operations.f[id] = Math.floor(random() * 3);
    operations.key[id] = Math.floor(random() ** 1.5 * keys);
    operations.input[id] = operations.f[id] === 0 ? -1 : Math.floor(random() * 100);
    operations.output[id] = outcome === 0 && operations.f[id] === 0 ? Math.floor(random() * 100) : -1;
    operations.outcome[id] = outcome;
    operations.error[id] = outcome === 0 ? -1 : outcome - 1;
    operations.callTime[id] = call;
    operations.returnTime[id] = latency === Infinity ? Infinity : micros(call + latency);
    freeAt[slot] = operations.returnTime[id] === Infinity ? call + 5e9 : (operations.returnTime[id] as number);
    if (outcome === 2) process[slot] = (process[slot] as number) + processes;
  }
  const duration = numberEvents(operations);
  const oks = operations.returnTime.filter((_, id) => operations.outcome[id] === 0).toSorted();
  const faults = bare.map(fault => ({ ...fault, effect: effectOf(operations, { fault, oks, duration }) }));
  return reportAround(operations, faults, duration);
}

function reportAround(operations: ReportOperations, faults: readonly ReportFault[], duration: number): Report {
  const { data, messages } = reportOfStory(staleRead);
  const at = (part: number) => Math.round(duration * part);
  const phases = [
    { name: 'start', index: 0, time: 0 },
    { name: 'main', index: 0, time: at(0.002) },
    { name: 'heal', index: 0, time: at(0.9) },
    { name: 'settle', index: 0, time: at(0.91) },
    { name: 'final-reads', index: 0, time: at(0.98) },
  ] as const;
  const operationCount = operations.length;
  return {
    data: { ...data, operationCount, eventCount: 2 * operationCount, duration, faults, phases },
    operations,
    messages,
  };
}

const kinds = ['partition', 'kill', 'pause', 'clock-skew', 'packet-loss'] as const;

function inventFaults(count: number, end: number, nodes: number): ReportFault[] {
  return Array.from({ length: count }, (_, at): ReportFault => {
    const place = (0.9 * end) / count;
    const beginTime = micros(place * (at + 0.35));
    const kind = kinds[at % kinds.length] as string;
    const targets = Array.from({ length: 1 + (at % 2) }, (__, more) => `n${((at + more) % nodes) + 1}`);
    const bit = at === count - 1 && count > 1 ? null : at % 5 !== 3;
    return {
      id: at + 1,
      kind,
      targets,
      description: `${kind} of ${targets.join(' and ')}`,
      bit,
      evidence: bit === null ? null : bit ? `${120 + 17 * at} messages dropped` : 'the clock was set back within 1 ms',
      begin: 0,
      end: 0,
      beginTime,
      endTime: micros(beginTime + place * 0.4),
      effect: null,
    };
  });
}

/** From 0, none, to 1: at first nothing is answered, then a part, and half as much when others have taken over. */
function harm({ beginTime, endTime }: ReportFault, time: number): number {
  const part = (time - beginTime) / ((endTime ?? Infinity) - beginTime);
  return part < 0.3 ? 1 : part < 0.5 ? 0.5 : 0.15;
}

function answer(random: () => number, harmed: number): { readonly outcome: number; readonly latency: number } {
  const usual = 1.5e6 * Math.exp(0.5 * normal(random)) * (random() < 0.01 ? 12 : 1);
  if (random() < harmed * 0.9) {
    const luck = random();
    if (luck < 0.55) return { outcome: 1, latency: usual * 4 };
    if (luck < 0.95) return { outcome: 2, latency: 1e9 + 2e7 * random() };
    return { outcome: 2, latency: Infinity };
  }
  const slow = harmed > 0 ? 3 + 20 * harmed * random() : 1;
  return { outcome: random() < 0.04 ? 1 : 0, latency: usual * slow };
}

function emptyOperations(count: number, { keys, nodes }: { readonly keys: number; readonly nodes: number }) {
  const column = () => new Int32Array(count);
  return {
    length: count,
    process: column(),
    node: column(),
    f: column(),
    key: column(),
    input: column(),
    output: column(),
    outcome: new Uint8Array(count),
    error: column(),
    call: column(),
    completion: column(),
    callTime: new Float64Array(count),
    returnTime: new Float64Array(count),
    nodes: Array.from({ length: nodes }, (_, at) => `n${at + 1}`),
    functions: ['read', 'write', 'cas'],
    keys: Array.from({ length: keys }, (_, at) => `k${at}`),
    values: Array.from({ length: 100 }, (_, at) => String(at)),
    errors: ['precondition failed', 'timed out'],
  } satisfies ReportOperations;
}

/** Fills `call` and `completion` as if everything had been recorded in the order of its time. Gives the last time. */
function numberEvents({ length, call, completion, callTime, returnTime }: ReportOperations): number {
  const ends = returnTime.filter(time => time < Infinity).toSorted();
  const used = new Uint32Array(ends.length + 1);
  let ended = 0;
  for (let id = 0; id < length; id++) {
    while (ended < ends.length && (ends[ended] as number) < (callTime[id] as number)) ended++;
    call[id] = id + ended;
    if (returnTime[id] === Infinity) {
      completion[id] = -1;
      continue;
    }
    const place = firstAtLeast(ends, returnTime[id] as number);
    const called = firstAtLeast(callTime, (returnTime[id] as number) + 1);
    completion[id] = place + (used[place] as number) + called;
    used[place] = (used[place] as number) + 1;
  }
  return Math.max(ends.at(-1) ?? 0, callTime.at(-1) ?? 0);
}

function effectOf(
  operations: ReportOperations,
  { fault, oks, duration }: { readonly fault: ReportFault; readonly oks: Float64Array; readonly duration: number },
): FaultEffect {
  const begin = fault.beginTime;
  const end = fault.endTime ?? duration;
  const during = oks.subarray(firstAtLeast(oks, begin), firstAtLeast(oks, end));
  let [longestGap, last] = [0, begin];
  for (const time of [...during, end]) [longestGap, last] = [Math.max(longestGap, time - last), time];
  const next = oks[firstAtLeast(oks, end + 1)];
  return {
    id: fault.id,
    before: begin < 1e9 ? null : served(operations, Math.max(0, begin - 2e9), begin),
    during: served(operations, begin, end),
    after: served(operations, end, Math.min(end + 2e9, duration)),
    longestGap,
    firstOk: next === undefined ? null : next - end,
    recovered: fault.id % 3 === 0 ? null : 4e8,
  };
}

function served({ length, outcome, returnTime }: ReportOperations, from: number, to: number): Served {
  let [ok, all] = [0, 0];
  for (let id = 0; id < length; id++) {
    if ((returnTime[id] as number) < from || (returnTime[id] as number) >= to) continue;
    all++;
    if (outcome[id] === 0) ok++;
  }
  return { okPerSecond: ok / ((to - from) / 1e9), answered: all === 0 ? null : ok / all };
}

function firstAtLeast(sorted: Float64Array, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function earliest(freeAt: Float64Array): number {
  let least = 0;
  for (let slot = 1; slot < freeAt.length; slot++)
    if ((freeAt[slot] as number) < (freeAt[least] as number)) least = slot;
  return least;
}

/** Histories have whole microseconds. */
function micros(nanos: number): number {
  return Math.round(nanos / 1e3) * 1e3;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The same numbers for the same seed: between 0 and 1, good enough for stories. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
