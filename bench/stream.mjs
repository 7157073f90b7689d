/**
 * The streaming checker alone: how fast it is, and what it keeps, on long histories that are right. Build before.
 *
 *     npm run build && node --expose-gc bench/stream.mjs [operations=1e5,1e6,1e7] [situations...]
 *
 * Events are made up as they are needed, by clients that overlap as much as they can, and handed over in batches as a live
 * run does. Time is that of the processor, and without that to make the events up. Kept: the most of any moment at which it
 * was asked.
 */
import { performance } from 'node:perf_hooks';

const dist = process.env.ORDEAL_DIST ?? '../dist';
const { LinearizabilityStream } = await import(`${dist}/checker/stream/stream.js`);
const { modelByName } = await import(`${dist}/model/catalogue.js`);

const [counts = '1e5,1e6,1e7', ...names] = process.argv.slice(2);
const batch = 1_000;

const situations = [
  { name: 'one register, 10 clients, every value once', model: 'cas-register', clients: 10, values: 'unique' },
  { name: 'one register, 10 clients, 5 values', model: 'cas-register', clients: 10, values: 'few' },
  { name: 'one register, 30 clients, every value once', model: 'cas-register', clients: 30, values: 'unique' },
  {
    name: 'as lin-kv: 5 keys at a time, 120 operations each',
    model: 'cas-register',
    clients: 10,
    values: 'unique',
    keys: 5,
  },
  {
    name: 'the same, 1 % of them unknown',
    model: 'cas-register',
    clients: 10,
    values: 'unique',
    keys: 5,
    unknown: 0.01,
  },
  {
    name: 'one register, 10 clients, 0.1 % unknown',
    model: 'cas-register',
    clients: 10,
    values: 'unique',
    unknown: 0.001,
  },
  { name: 'one queue, 5 clients', model: 'queue', clients: 5, values: 'unique' },
  { name: 'one counter, 5 clients', model: 'counter', clients: 5, values: 'unique' },
].filter(({ name }) => names.length === 0 || names.some(part => name.includes(part)));

/** A small generator of our own: the same events every time. */
function randomFrom(seed) {
  let state = seed >>> 0 || 1;
  return limit => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const objects = {
  'cas-register'(values) {
    let value = null;
    return {
      ask(below, serial) {
        const fresh = values === 'unique' ? serial : below(5);
        const roll = below(10);
        if (roll < 5) return ['read', null];
        return roll < 8 ? ['write', fresh] : ['cas', [value, fresh]];
      },
      apply(f, input) {
        if (f === 'read') return ['ok', value];
        if (f === 'write') value = input;
        else if (input[0] === value) value = input[1];
        else return ['fail', 'refused'];
        return ['ok', undefined];
      },
    };
  },
  queue() {
    const items = [];
    return {
      ask: (below, serial) => (items.length > 8 || below(2) === 0 ? ['dequeue', null] : ['enqueue', serial]),
      apply: (f, input) => (f === 'enqueue' ? (items.push(input), ['ok', undefined]) : ['ok', items.shift() ?? null]),
    };
  },
  counter() {
    let count = 0;
    return {
      ask: below => (below(2) === 0 ? ['read', null] : [['increment', 'decrement'][below(2)], null]),
      apply(f) {
        if (f === 'read') return ['ok', count];
        count += f === 'increment' ? 1 : -1;
        return ['ok', undefined];
      },
    };
  },
};

/** Hands each event to `take`. */
function generate({ model, clients, values, keys = 0, unknown = 0 }, operations, take) {
  const below = randomFrom(42);
  const fresh = serial => ({
    key: keys === 0 ? null : serial,
    object: objects[model](values),
    left: keys === 0 ? Infinity : 120,
  });
  const active = Array.from({ length: Math.max(1, keys) }, (_, serial) => fresh(serial));
  let serials = active.length;
  let processes = clients;
  const threads = Array.from({ length: clients }, (_, process) => ({ process, running: null, answer: null }));
  for (let index = 0, begun = 0; begun < operations; ) {
    const thread = threads[below(clients)];
    if (thread.running === null) {
      const at = below(active.length);
      if (active[at].left-- <= 0) active[at] = fresh(serials++);
      const { key, object } = active[at];
      const [f, value] = object.ask(below, begun++);
      thread.running = { object, f, value };
      thread.answer = null;
      take({ index, time: index++, type: 'invoke', process: thread.process, node: null, f, key, value });
    } else if (thread.answer === null && !(unknown > 0 && below(1000) < 500 * unknown)) {
      const { object, f, value } = thread.running;
      thread.answer = object.apply(f, value);
    } else {
      const { process, answer } = thread;
      thread.running = null;
      if (answer === null || (unknown > 0 && below(1000) < 500 * unknown)) {
        thread.process = processes++;
        take({ index, time: index++, type: 'info', process });
        continue;
      }
      const [type, value] = answer;
      take({ index, time: index++, type, process, ...(value === undefined ? {} : { value }) });
    }
  }
}

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(situation, operations) {
  const begin = processorMs();
  let events = 0;
  generate(situation, operations, () => events++);
  const making = processorMs() - begin;

  const stream = new LinearizabilityStream(modelByName(situation.model), { interval: Infinity });
  const most = { configurations: 0, entries: 0, events: 0, rss: 0 };
  let slowest = 0;
  let pending = 0;
  let batches = 0;
  const start = processorMs();
  generate(situation, operations, event => {
    stream.add(event);
    if (++pending < batch) return;
    pending = 0;
    const before = performance.now();
    const alarm = stream.check();
    slowest = Math.max(slowest, performance.now() - before);
    if (alarm !== null) throw new Error(`a false alarm: ${JSON.stringify(alarm)}`);
    if (++batches % 20 !== 0) return;
    const { size } = stream;
    for (const name of ['configurations', 'entries', 'events']) most[name] = Math.max(most[name], size[name]);
    most.rss = Math.max(most.rss, process.memoryUsage.rss());
  });
  const alarm = stream.check();
  if (alarm !== null) throw new Error(`a false alarm: ${JSON.stringify(alarm)}`);
  const seconds = (processorMs() - start - making) / 1000;
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed / 2 ** 20;
  console.log(
    [
      situation.name.padEnd(50),
      operations.toExponential(0).padStart(5),
      `${(operations / seconds / 1000).toFixed(0).padStart(6)} k operations/s`,
      `slowest batch ${slowest.toFixed(0).padStart(4)} ms`,
      `heap after ${heap.toFixed(0).padStart(4)} MiB, rss ${(most.rss / 2 ** 20).toFixed(0).padStart(4)} MiB`,
      `kept at most ${most.configurations} configurations, ${most.entries} entries, ${most.events} events`,
      stream.givenUp.size === 0 ? '' : `GAVE UP ${stream.givenUp.size} keys`,
    ].join('  '),
  );
}

for (const operations of counts.split(',').map(Number)) {
  for (const situation of situations) measure(situation, operations);
}
