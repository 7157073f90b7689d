/**
 * A toy node as a process: JSON lines in, JSON lines out, and a clock that ticks.
 *
 * The one idea: a node is asked in three ways only, `receive`, `tick` and `settle`, and lets nothing out before `settle`.
 * So a whole cluster runs in one process under a simulated network and clock, with the code that a user runs.
 *
 * How it can mislead: everything that arrived together is received before the node settles once. That is what makes
 * one write to the disk and one message per peer carry a whole batch; it is no promise about any single request.
 */
import { type Clock, nanosPerMs, systemClock, wallTime } from '../../base/time.ts';
import type { Body, Message } from './wire.ts';

export interface NodeProgram {
  receive(message: Message): void;
  /** Time has passed. Called every `tickMs`; later when the machine is busy or the process was stopped. */
  tick(): void;
  /** Everything that was there has been received: write what must not be forgotten, then let the messages out. */
  settle(): void;
}

/** Who a node is, as `init` tells it. */
export interface Identity {
  readonly id: string;
  readonly peers: readonly string[];
}

export type Send = (to: string, body: Body) => void;

/** What every node is given, whether it is a process or runs in a simulation. */
export interface Surroundings extends Identity {
  readonly send: Send;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** A line for the node's log: a change of state, not a message. */
  readonly log: (text: string) => void;
}

export const tickMs = 20;

/** Runs a node on stdin and stdout until stdin ends. */
export function serve(make: (surroundings: Surroundings) => NodeProgram): void {
  const clock = systemClock();
  let node: NodeProgram | null = null;
  let output = '';

  function handle(message: Message): void {
    const { type, node_id: id, node_ids: ids, msg_id: question } = message.body;
    if (type !== 'init') {
      node?.receive(message);
      return;
    }
    const self = id as string;
    const send: Send = (dest, body) => {
      output += `${JSON.stringify({ src: self, dest, body })}\n`;
    };
    const peers = (ids as string[]).filter(other => other !== self);
    node ??= make({ id: self, peers, send, nowMs: () => clock.now() / nanosPerMs, log });
    send(message.src, { type: 'init_ok', in_reply_to: question as number });
  }

  function settle(): void {
    node?.settle();
    if (output !== '') process.stdout.write(output);
    output = '';
  }

  eachBatch(process.stdin, lines => {
    for (const line of lines) if (line !== '') handle(JSON.parse(line) as Message);
    settle();
  });
  process.stdin.on('end', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0)); // Nobody reads any more: the harness is gone.
  everyTick(clock, () => {
    node?.tick();
    settle();
  });
}

/** Calls back with all complete lines of a chunk together. */
function eachBatch(stream: NodeJS.ReadStream, receive: (lines: readonly string[]) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    receive(lines);
  });
}

function everyTick(clock: Clock, callback: () => void): void {
  clock.schedule(tickMs, () => {
    callback();
    everyTick(clock, callback);
  });
}

/** With the machine's own time, not the node's wrong one, so that logs can be laid beside each other. */
function log(text: string): void {
  process.stderr.write(`${wallTime()} ${text}\n`);
}
