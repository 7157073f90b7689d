/**
 * Small random histories of a simulated object: two to four clients that overlap, are refused and, in half of the
 * histories, crash, with an effect before, later or never. Half of the histories are spoilt afterwards, so that often no
 * order explains them; half are `clear` (see `objects.mjs`). An eighth has two keys.
 *
 * A process that crashed does nothing more; its client goes on as another one.
 */
import { randomFrom } from '../checker/random.mjs';
import { blocked, objects, refused } from './objects.mjs';

const nanosPerIndex = 1e6;

/**
 * History number so and so of a seed, the same everywhere and for ever: its operations, in order of their calls; and
 * whether nothing was changed, so that some order must explain it.
 */
export function historyOf(model, { seed, number, most }) {
  const random = randomFrom(`${seed} ${model} ${number}`);
  const [crashes, spoils, clear] = [1, 2, 4].map(bit => (number & bit) !== 0);
  const keys = random.below(8) === 0 ? ['x', 'y'] : [null];
  const objectOf = new Map(keys.map(key => [key, objects[model](random, clear)]));
  const history = { random, keys, objectOf, operations: [], events: [] };
  simulate(history, { crashes, clients: 2 + random.below(3), count: 2 + random.below(most - 1) });
  const isSpoilt = spoils && spoil(history);
  return { operations: recorded(history), genuine: !isSpoilt };
}

/** Until every client is done, or it takes too long: somebody may wait for a lock for ever. */
function simulate({ random, keys, objectOf, operations, events }, { crashes, clients, count }) {
  const doomed = crashes ? random.below(count) : -1;
  const processes = Array.from({ length: clients }, (_, client) => client);
  const running = processes.map(() => null);
  const late = [];
  let open = 0;

  function invoke(client) {
    const id = operations.length;
    const key = keys[random.below(keys.length)];
    const [f, input] = objectOf.get(key).ask(processes[client], id);
    const operation = { ...draft, id, process: processes[client], node: `n${client + 1}`, f, key, input };
    operations.push(operation);
    events.push(id * 2);
    running[client] = { operation, answer: blocked };
    open++;
  }

  function apply(one) {
    const { f, key, input, process } = one.operation;
    if (one.answer === blocked) one.answer = objectOf.get(key).apply(f, input, process);
  }

  function crash(client) {
    const one = running[client];
    running[client] = null;
    open--;
    late.push(one);
    // Somebody is told of some crashes.
    if (random.below(2) === 0) events.push(one.operation.id * 2 + 1);
    processes[client] = clients + one.operation.id;
  }

  function complete(client) {
    const { operation, answer } = running[client];
    const failed = answer === blocked || answer === refused;
    operation.outcome = failed ? 'fail' : 'ok';
    operation.output = answer === refused ? 'refused' : failed ? undefined : answer;
    events.push(operation.id * 2 + 1);
    running[client] = null;
    open--;
  }

  for (let steps = 0; steps < 16 * count && (operations.length < count || open > 0); steps++) {
    if (late.length > 0 && random.below(4) === 0) apply(late[random.below(late.length)]);
    const client = random.below(clients);
    const one = running[client];
    if (one === null) {
      if (operations.length < count) invoke(client);
      continue;
    }
    const roll = random.below(10);
    if (crashes && (one.operation.id === doomed || roll === 0)) crash(client);
    else if (one.answer !== blocked) complete(client);
    else if (roll === 1) complete(client);
    else apply(one);
  }
}

const draft = {
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

/** One to four changes. False when nothing was changed. */
function spoil(history) {
  const { random } = history;
  let changes = 1 + random.below(4);
  let isSpoilt = false;
  for (let times = 0; times < 12 && changes > 0; times++) {
    if (!ways[random.below(ways.length)](history)) continue;
    isSpoilt = true;
    changes--;
  }
  return isSpoilt;
}

const ways = [changeAnswer, changeAnswer, changeAnswer, swapAnswers, shorten, shorten, scatter, finish, forget];

function changeAnswer({ random, operations, objectOf }) {
  const operation = operations[random.below(operations.length)];
  const answered = operation.outcome === 'ok' || operation.output !== undefined;
  return answered && objectOf.get(operation.key).change(operation, operations);
}

function swapAnswers({ random, operations }) {
  const [one, other] = [0, 1].map(() => operations[random.below(operations.length)]);
  if (one === other || one.f !== other.f || one.outcome !== 'ok' || other.outcome !== 'ok') return false;
  [one.output, other.output] = [other.output, one.output];
  return true;
}

/** It returns sooner than it did, or was called later; often it is as short as it can be. */
function shorten({ random, operations, events }) {
  const { id } = operations[random.below(operations.length)];
  const called = events.indexOf(id * 2);
  const returned = events.indexOf(id * 2 + 1);
  const between = returned - called - 1;
  if (between <= 0) return false;
  const by = random.below(2) === 0 ? between : 1 + random.below(between);
  if (random.below(2) === 0) move(events, returned, returned - by);
  else move(events, called, called + by);
  return true;
}

function move(events, from, to) {
  const [event] = events.splice(from, 1);
  events.splice(to, 0, event);
}

/** Some happened at other times, which nobody ever made happen. Not where it matters who asks. */
function scatter({ random, operations, events }) {
  if (operations.some(({ f }) => f === 'acquire' || f === 'release')) return false;
  for (let times = 1 + random.below(operations.length); times > 0; times--) {
    const { id } = operations[random.below(operations.length)];
    const own = events.filter(event => event >> 1 === id);
    for (const event of own) events.splice(events.indexOf(event), 1);
    const places = own.map(() => random.below(events.length + 1)).toSorted((one, other) => other - one);
    for (const [at, place] of places.entries()) events.splice(place, 0, own.at(-1 - at));
  }
  giveProcesses(operations, events);
  return true;
}

/** To each operation one that is free; what crashed keeps it. */
function giveProcesses(operations, events) {
  const busy = new Set();
  for (const event of events) {
    const operation = operations[event >> 1];
    if ((event & 1) === 0) {
      let process = 0;
      while (busy.has(process)) process++;
      busy.add(process);
      operation.process = process;
    } else if (operation.outcome !== 'info') busy.delete(operation.process);
  }
}

/** What crashed had returned after all. */
function finish({ random, operations, events, objectOf }) {
  const operation = operations[random.below(operations.length)];
  if (operation.outcome !== 'info') return false;
  const others = operations.filter(({ f, outcome }) => f === operation.f && outcome === 'ok');
  operation.outcome = 'ok';
  // A read must show something, or it could not be changed later.
  operation.output = others.length > 0 ? others[random.below(others.length)].output : firstAnswer(objectOf, operation);
  const { id } = operation;
  if (events.includes(id * 2 + 1)) return true;
  const called = events.indexOf(id * 2);
  events.splice(called + 1 + random.below(events.length - called), 0, id * 2 + 1);
  return true;
}

/** As the object would answer now. */
function firstAnswer(objectOf, { f, key, input, process }) {
  const answer = objectOf.get(key).apply(f, input, process);
  return answer === blocked || answer === refused ? undefined : answer;
}

/** What happened had failed. */
function forget({ random, operations }) {
  const operation = operations[random.below(operations.length)];
  if (operation.outcome !== 'ok' || random.below(2) === 0) return false;
  operation.outcome = 'fail';
  operation.output = undefined;
  return true;
}

/** With the times of the events. */
function recorded({ operations, events }) {
  for (const [index, event] of events.entries()) {
    const operation = operations[event >> 1];
    if ((event & 1) === 0) {
      operation.call = index;
      operation.callTime = index * nanosPerIndex;
    } else {
      if (operation.outcome !== 'info') operation.return = index;
      operation.returnTime = index * nanosPerIndex;
    }
  }
  operations.sort((one, other) => one.call - other.call);
  for (const [id, operation] of operations.entries()) operation.id = id;
  return operations;
}

/** As a recorder would have written them. Of an `info` that was told there is an event, too. */
export function eventsOf(operations) {
  const events = [];
  for (const { process, node, f, key, input, outcome, output, call, callTime, returnTime } of operations) {
    events.push({ index: call, time: callTime, type: 'invoke', process, node, f, key, value: input });
    if (returnTime === Infinity) continue;
    const completion = { index: returnTime / nanosPerIndex, time: returnTime, type: outcome, process };
    if (output !== undefined) completion.value = output;
    events.push(completion);
  }
  return events.toSorted((one, other) => one.index - other.index);
}
