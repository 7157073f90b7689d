/**
 * Progress of a run, from the events as they are recorded: a live panel on a terminal, else one plain line for each
 * phase, each fault, and every 15 seconds.
 *
 * It only watches: a terminal that cannot be drawn on never touches the run.
 */
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import { formatDurationMs } from '../base/duration.ts';
import { type Clock, nanosPerMs, nanosPerSecond } from '../base/time.ts';
import type { FaultRecord, HistoryEvent, Outcome } from '../history/event.ts';
import type { Plan } from '../run/plan.ts';

export interface Progress {
  readonly onEvent: (event: HistoryEvent) => void;
  /** What is done beside the history ("judging..."). */
  say(line: string): void;
  /** What must not be missed: a line that stays. */
  note(line: string): void;
  close(): void;
}

interface Tally {
  phase: string;
  mainBegan: number | null;
  invoked: number;
  readonly ended: Record<Outcome, number>;
  readonly active: Map<number, FaultRecord>;
  faults: number;
}

export interface ProgressOptions {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly stream: NodeJS.WriteStream;
}

export function progressFor(options: ProgressOptions): Progress {
  return options.stream.isTTY && !process.env['CI'] ? livePanel(options) : plainLines(options);
}

const plainIntervalMs = 15_000;
const panelIntervalMs = 120;

function plainLines({ clock, stream }: ProgressOptions): Progress {
  const tally = emptyTally();
  const write = (text: string) => stream.write(`[${seconds(clock.now())}] ${text}\n`);
  const stop = every(clock, plainIntervalMs, () => write(operationsLine(tally)));
  return {
    onEvent(event) {
      count(tally, event);
      const text = milestone(event);
      if (text) write(text);
    },
    say: write,
    note: write,
    close() {
      stop();
    },
  };
}

function livePanel({ plan, clock, stream }: ProgressOptions): Progress {
  const tally = emptyTally();
  const panel = createLogUpdate(stream, { showCursor: true });
  const draw = () => panel(panelLines({ tally, plan, time: clock.now(), width: stream.columns || 80 }).join('\n'));
  const above = (text: string) => {
    panel.clear();
    stream.write(`${styleText('dim', `[${seconds(clock.now())}]`, { stream })} ${text}\n`);
    draw();
  };
  const stop = every(clock, panelIntervalMs, draw);
  return {
    onEvent(event) {
      count(tally, event);
      if (event.type === 'fault' && event.phase === 'end') above(milestone(event) ?? '');
    },
    say(line) {
      tally.phase = line;
      draw();
    },
    note: above,
    close() {
      stop();
      panel.clear();
      panel.done();
    },
  };
}

function panelLines(view: { tally: Tally; plan: Plan; time: number; width: number }): string[] {
  const { tally, plan } = view;
  const limit = plan.timeLimitMs * nanosPerMs;
  const since = tally.mainBegan === null ? 0 : Math.min(limit, view.time - tally.mainBegan);
  const share = since / limit;
  const cells = Math.max(10, Math.min(40, view.width - 40));
  const bar = '█'.repeat(Math.round(share * cells)).padEnd(cells, '░');
  const faults = [...tally.active.values()].map(fault => styleText('yellow', `  ▲ ${fault.kind} ${fault.description}`));
  return [
    `${styleText('bold', tally.phase.padEnd(12))} ${bar} ${seconds(since)} of ${formatDurationMs(plan.timeLimitMs)}`,
    `  ${operationsLine(tally)}`,
    ...(faults.length > 0 ? faults : [styleText('dim', `  no fault now (${tally.faults} so far)`)]),
  ];
}

/** The line of a phase or of a fault; null for an operation. */
function milestone(event: HistoryEvent): string | null {
  if (event.type === 'phase') return phaseWords[event.name];
  if (event.type !== 'fault') return null;
  const { fault } = event;
  if (event.phase === 'begin') return `fault #${fault.id} begins: ${fault.kind} ${fault.description}`;
  const proof = fault.bit ? 'it bit' : 'it did NOT bite';
  return `fault #${fault.id} ended: ${fault.kind} ${fault.description}; ${proof}: ${fault.evidence ?? 'no evidence'}`;
}

const phaseWords = {
  start: 'start: bringing the nodes up',
  warmup: 'warm-up',
  main: 'main: clients work while faults come and go',
  heal: 'heal: undoing every fault',
  settle: 'settle: letting the members catch up',
  'final-reads': 'final reads: asking every member what it holds',
  stop: 'stop: ending the nodes',
} as const;

function count(tally: Tally, event: HistoryEvent): void {
  switch (event.type) {
    case 'invoke':
      tally.invoked++;
      break;
    case 'ok':
    case 'fail':
    case 'info':
      tally.ended[event.type]++;
      break;
    case 'phase':
      tally.phase = event.name;
      if (event.name === 'main') tally.mainBegan = event.time;
      break;
    case 'fault':
      if (event.phase === 'begin') {
        tally.faults++;
        tally.active.set(event.fault.id, event.fault);
      } else tally.active.delete(event.fault.id);
      break;
    default:
  }
}

function operationsLine(tally: Tally): string {
  const { ok, fail, info } = tally.ended;
  return `${tally.invoked} operations: ${ok} ok, ${fail} failed, ${info} unknown, ${tally.invoked - ok - fail - info} open`;
}

function emptyTally(): Tally {
  return {
    phase: 'start',
    mainBegan: null,
    invoked: 0,
    ended: { ok: 0, fail: 0, info: 0 },
    active: new Map(),
    faults: 0,
  };
}

function seconds(time: number): string {
  return `${(time / nanosPerSecond).toFixed(1).padStart(5)} s`;
}

/** Calls back again and again until the result is called. */
function every(clock: Clock, intervalMs: number, callback: () => void): () => void {
  let cancel = clock.schedule(intervalMs, tick);
  function tick(): void {
    callback();
    cancel = clock.schedule(intervalMs, tick);
  }
  return () => cancel();
}
