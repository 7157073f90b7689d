/**
 * Histories of one object of any length from a seed: clients that overlap and crash; and then, if asked for, spoilt, by
 * answers that were changed and by operations that were made shorter than they were.
 */
import fc from 'fast-check';
import { Random } from '../../../src/base/random.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';

/** As of the small histories, but it knows who asks. */
export interface Asked extends Omit<Kind, 'ask'> {
  ask(tape: Tape, unique: number, process: number): ReturnType<Kind['ask']>;
}

export interface Shape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** How likely it is that an operation crashes, in [0, 1]. */
  readonly crashes: number;
  /** How many changes are made afterwards. @default 0 */
  readonly spoilt?: number;
}

/** A third of them without crashes, a quarter not spoilt. */
export function shapes(sizes: {
  readonly operations: readonly [least: number, most: number];
  readonly clients: readonly [least: number, most: number];
}): fc.Arbitrary<Shape> {
  const between = ([min, max]: readonly [number, number]) => fc.integer({ min, max });
  const shape = fc.record({
    seed: fc.nat(),
    operations: between(sizes.operations),
    clients: between(sizes.clients),
    crashes: fc.constantFrom(0, 0.2, 0.5),
    spoilt: fc.constantFrom(0, 2, 4, 8),
  });
  return fc.noBias(shape);
}

type Draft = { -readonly [P in keyof Operation]: Operation[P] };
type Answer = ReturnType<ReturnType<Kind['create']>>;

interface Running {
  readonly operation: Draft;
  answer: Answer;
}

/** `operation * 2`, and 1 more for a return. */
type Events = number[];

export function randomHistory(kind: Asked, shape: Shape): readonly Operation[] {
  const random = Random.fromSeed(shape.seed);
  const tape: Tape = { below: limit => random.integer(0, limit - 1), ended: false };
  const drafts: Draft[] = [];
  const events = simulate(kind, { ...shape, random, tape, drafts });
  for (let times = shape.spoilt ?? 0; times > 0; times--) spoil(kind, { random, tape, drafts, events });
  events.forEach((event, index) => {
    const operation = drafts[event >> 1]!;
    if (event % 2 === 0) operation.call = index;
    else operation.return = index;
  });
  // Listed by their calls, as in a recorded history.
  return drafts.toSorted((one, other) => one.call - other.call).map((operation, id) => ({ ...operation, id }));
}

interface Simulation extends Shape {
  readonly random: Random;
  readonly tape: Tape;
  readonly drafts: Draft[];
}

function simulate(kind: Asked, { random, tape, drafts, clients, crashes, operations }: Simulation): Events {
  const events: Events = [];
  const object = kind.create();
  const running = new Map<number, Running>();
  const crashed: Running[] = [];
  const processes = Array.from({ length: clients }, (_, client) => client);
  const effect = (one: Running): void => void (one.answer ??= object(one.operation, one.operation.process));
  const begin = (client: number): void => {
    const id = drafts.length;
    const operation = { ...draft, id, process: processes[client]!, ...kind.ask(tape, id, processes[client]!) };
    drafts.push(operation);
    events.push(id * 2);
    running.set(client, { operation, answer: null });
  };
  let process = clients;
  for (let steps = 0; steps < operations * clients * 8; steps++) {
    if (drafts.length === operations && running.size === 0) break;
    const client = random.integer(0, clients - 1);
    const one = running.get(client);
    if (crashed.length > 0 && random.chance(0.1)) effect(crashed.splice(random.integer(0, crashed.length - 1), 1)[0]!);
    if (!one) {
      if (drafts.length < operations) begin(client);
    } else if (random.chance(crashes / 2)) {
      crashed.push(one);
      running.delete(client);
      processes[client] = process++;
    } else if (one.answer === null) effect(one);
    else {
      Object.assign(one.operation, one.answer);
      events.push(one.operation.id * 2 + 1);
      running.delete(client);
    }
  }
  return events;
}

const draft: Draft = {
  id: 0,
  process: 0,
  node: null,
  f: '',
  key: null,
  input: null,
  outcome: 'info',
  output: undefined,
  error: null,
  call: 0,
  return: Infinity,
  callTime: 0,
  returnTime: Infinity,
};

interface Spoiling {
  readonly random: Random;
  readonly tape: Tape;
  readonly drafts: readonly Draft[];
  readonly events: Events;
}

/** Another answer, that of another operation, a completion instead of a crash, a later call or an earlier return. */
function spoil(kind: Asked, { random, tape, drafts, events }: Spoiling): void {
  if (drafts.length === 0) return;
  const operation = random.pick(drafts);
  const { id } = operation;
  if (operation.outcome === 'info') {
    if (random.chance(0.5)) return;
    const last = Math.max(...drafts.filter(one => one.process === operation.process).map(one => one.id));
    if (last !== id) return;
    Object.assign(operation, { outcome: 'ok', output: kind.wrong(tape, operation) });
    events.splice(random.integer(events.indexOf(id * 2) + 1, events.length), 0, id * 2 + 1);
    return;
  }
  const other = random.pick(drafts);
  const called = events.indexOf(id * 2);
  const returned = events.indexOf(id * 2 + 1);
  const how = random.integer(0, 5);
  if (how === 0) operation.output = kind.wrong(tape, operation);
  else if (how <= 3) {
    if (other.outcome !== 'ok' || other.f !== operation.f) return;
    [operation.output, other.output] = [other.output, operation.output];
  } else if (how === 4) events.splice(called + 1, 0, ...events.splice(returned, 1));
  else events.splice(returned - 1, 0, ...events.splice(called, 1));
}
