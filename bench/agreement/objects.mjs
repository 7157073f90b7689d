/**
 * A simulated object for each model: what clients ask of it, what it answers, and answers that are wrong. They are written
 * apart from the models, on purpose: what they do is right by construction.
 *
 * `clear` objects are asked so that the answers tell which operation answers which, as the monitors want it: every value goes
 * in once, a counter counts by one amount, and so on. Others are asked for few values that collide.
 *
 * An object has `ask(process, serial)`: a function and an argument; `apply(f, input, process)`: the result, or `blocked` or
 * `refused`; and `change(operation, operations)`: whether an answer was changed.
 */

/** It cannot be done now. */
export const blocked = Symbol('blocked');
/** It was not done, and that says something. */
export const refused = Symbol('refused');

/** By name of the model. */
export const objects = {
  register: registerObject,
  'cas-register': casObject,
  set: setObject,
  queue: (random, clear) =>
    itemsObject(random, { insert: 'enqueue', remove: 'dequeue', value: valuesFor(random, clear), take: takeFirst }),
  stack: (random, clear) =>
    itemsObject(random, { insert: 'push', remove: 'pop', value: valuesFor(random, clear), take: items => items.pop() }),
  'priority-queue': (random, clear) =>
    itemsObject(random, {
      insert: 'insert',
      remove: 'remove-min',
      value: prioritiesFor(random, clear),
      take: items => takeLeast(random, items),
    }),
  log: logObject,
  counter: counterObject,
  mutex: mutexObject,
  'fenced-mutex': fencedMutexObject,
  semaphore: semaphoreObject,
  kv: kvObject,
};

const few = [null, 0, 1, 2];
const pick = (random, list) => list[random.below(list.length)];

/** Small values that collide, or one that nobody else uses. */
function valuesFor(random, clear) {
  return serial => (clear || random.below(4) === 0 ? 10 + serial : random.below(3));
}

/** A register can also be given back the value that it had at first. */
function registerValuesFor(random, clear) {
  const value = valuesFor(random, clear);
  return serial => (!clear && random.below(8) === 0 ? null : value(serial));
}

/** What one of the operations put there, or something else. */
function otherValue(random, operations) {
  const { input } = pick(random, operations);
  if (random.below(8) < 2 || input === null) return pick(random, few);
  return Array.isArray(input) ? pick(random, input) : input;
}

/** Another result, if it is another. */
function giveOutput(operation, output) {
  if (JSON.stringify(operation.output) === JSON.stringify(output)) return false;
  operation.output = output;
  return true;
}

function registerObject(random, clear) {
  const value = registerValuesFor(random, clear);
  let current = null;
  return {
    ask: (_, serial) => (random.below(2) === 0 ? ['read', null] : ['write', value(serial)]),
    apply(f, input) {
      if (f === 'read') return current;
      current = input;
      return undefined;
    },
    change: (operation, operations) => operation.f === 'read' && giveOutput(operation, otherValue(random, operations)),
  };
}

function casObject(random, clear) {
  const value = registerValuesFor(random, clear);
  const made = [null];
  let current = null;
  const ask = serial => {
    const roll = random.below(8);
    if (roll < 3) return ['read', null];
    const to = value(serial);
    if (roll < 5) return ['write', to];
    const from = random.below(4) > 0 ? current : pick(random, clear ? made : few);
    return ['cas', [from, to]];
  };
  return {
    ask(_, serial) {
      const [f, input] = ask(serial);
      if (f !== 'read') made.push(f === 'write' ? input : input[1]);
      return [f, input];
    },
    apply(f, input) {
      if (f === 'read') return current;
      if (f === 'cas' && input[0] !== current) return refused;
      current = f === 'write' ? input : input[1];
      return undefined;
    },
    change(operation, operations) {
      if (operation.f === 'read') return giveOutput(operation, otherValue(random, operations));
      if (operation.f === 'write') return false;
      const wasRefused = operation.outcome === 'fail';
      operation.outcome = wasRefused ? 'ok' : 'fail';
      operation.output = wasRefused ? undefined : 'refused';
      return true;
    },
  };
}

/** A clear one is never read as a whole, or nothing is ever removed from it. */
function setObject(random, clear) {
  const functions = !clear
    ? ['add', 'add', 'remove', 'contains', 'read', 'read']
    : random.below(2) === 0
      ? ['add', 'add', 'contains', 'read', 'read']
      : ['add', 'add', 'remove', 'contains', 'contains'];
  const elements = new Set();
  return {
    ask() {
      const f = pick(random, functions);
      return [f, f === 'read' ? null : random.below(3)];
    },
    apply(f, input) {
      if (f === 'read') return [...elements];
      if (f === 'contains') return elements.has(input);
      if (f === 'add') elements.add(input);
      else elements.delete(input);
      return undefined;
    },
    change(operation) {
      if (operation.f === 'contains') return giveOutput(operation, !operation.output);
      if (operation.f !== 'read') return false;
      const changed = random.below(4);
      const others = operation.output.filter(element => element !== changed);
      return giveOutput(operation, others.length < operation.output.length ? others : [...others, changed]);
    },
  };
}

function itemsObject(random, { insert, remove, value, take }) {
  const items = [];
  return {
    ask: (_, serial) => (random.below(2) === 0 ? [remove, null] : [insert, value(serial)]),
    apply(f, input) {
      if (f === remove) return take(items) ?? null;
      items.push(input);
      return undefined;
    },
    change(operation, operations) {
      if (operation.f !== remove) return false;
      const { input } = pick(random, operations);
      return giveOutput(operation, input === null && random.below(4) === 0 ? 7 : input);
    },
  };
}

const takeFirst = items => items.shift();

const priorityOf = value => (Array.isArray(value) ? value[0] : value);

/** Of several of the lowest priority any one. */
function takeLeast(random, items) {
  const least = Math.min(...items.map(priorityOf));
  const places = [...items.keys()].filter(place => priorityOf(items[place]) === least);
  return places.length === 0 ? undefined : items.splice(pick(random, places), 1)[0];
}

/** Numbers, or pairs of which some have the same priority. */
function prioritiesFor(random, clear) {
  const inPairs = random.below(2) === 0;
  return serial => {
    if (!clear) return inPairs ? [random.below(2), random.below(2)] : random.below(4);
    return inPairs ? [random.below(3), serial] : 16 * random.below(4) + serial;
  };
}

function logObject(random, clear) {
  const value = valuesFor(random, clear);
  const tells = random.below(4) > 0;
  const entries = [];
  return {
    ask: (_, serial) => (random.below(5) < 2 ? ['read', null] : ['append', value(serial)]),
    apply(f, input) {
      if (f === 'read') return [...entries];
      const offset = entries.push(input) - 1;
      return tells ? offset : undefined;
    },
    change(operation, operations) {
      const { f, output } = operation;
      if (f === 'append') return giveOutput(operation, pick(random, [...few, 3]));
      const place = random.below(output.length + 1);
      const roll = random.below(3);
      if (roll === 0) return giveOutput(operation, output.toSpliced(place, 0, otherValue(random, operations)));
      if (roll === 1) return giveOutput(operation, output.toSpliced(place, 1));
      return giveOutput(operation, output.toSpliced(place, 2, ...output.slice(place, place + 2).toReversed()));
    },
  };
}

function counterObject(random, clear) {
  const amount = random.below(4) - 1;
  const changes =
    amount === 1
      ? [
          ['increment', null],
          ['add', 1],
        ]
      : amount === -1
        ? [
            ['decrement', null],
            ['add', -1],
          ]
        : [['add', 2 * amount]];
  let count = 0;
  const anyChange = () =>
    pick(random, [
      ['increment', null],
      ['decrement', null],
      ['add', random.below(4) - 1],
    ]);
  return {
    ask() {
      if (random.below(5) < 2) return ['read', null];
      return clear ? pick(random, changes) : anyChange();
    },
    apply(f, input) {
      if (f === 'read') return count;
      count += f === 'add' ? input : f === 'increment' ? 1 : -1;
      return undefined;
    },
    change: operation =>
      operation.f === 'read' && giveOutput(operation, operation.output + pick(random, [-2, -1, 1, 2, 0.5])),
  };
}

function mutexObject(random) {
  let holder = null;
  return {
    ask: process => [random.below(8) > 0 === (holder === process) ? 'release' : 'acquire', null],
    apply(f, _, process) {
      if (holder !== (f === 'acquire' ? null : process)) return blocked;
      holder = f === 'acquire' ? process : null;
      return undefined;
    },
    change: () => false,
  };
}

function fencedMutexObject(random) {
  const lock = mutexObject(random);
  let token = 0;
  return {
    ask: lock.ask,
    apply(f, input, process) {
      if (lock.apply(f, input, process) === blocked) return blocked;
      return f === 'acquire' ? (token += 1 + random.below(2)) : undefined;
    },
    change: operation =>
      operation.f === 'acquire' && giveOutput(operation, pick(random, [null, '1', 0, 1, 2, 3, 4, 5, 6, 1.5])),
  };
}

/** Where it is not clear, some clients are wrong about the number of permits. */
function semaphoreObject(random, clear) {
  const permits = 1 + random.below(3);
  const holders = [];
  return {
    ask(process) {
      if (random.below(8) < (holders.includes(process) ? 5 : 1)) return ['release', null];
      return ['acquire', clear || random.below(4) > 0 ? permits : 1 + random.below(3)];
    },
    apply(f, input, process) {
      if (f === 'acquire') return holders.length < input && holders.push(process) > 0 ? undefined : blocked;
      const place = holders.indexOf(process);
      return place !== -1 && holders.splice(place, 1).length === 1 ? undefined : blocked;
    },
    change: () => false,
  };
}

function kvObject(random) {
  const texts = ['', 'a', 'b', 'ab'];
  let text = '';
  return {
    ask() {
      const f = pick(random, ['get', 'get', 'put', 'append', 'append']);
      return [f, f === 'get' ? null : pick(random, texts)];
    },
    apply(f, input) {
      if (f === 'get') return text;
      text = f === 'put' ? input : text + input;
      return undefined;
    },
    change(operation) {
      if (operation.f !== 'get') return false;
      const place = random.below(operation.output.length + 1);
      const [head, tail] = [operation.output.slice(0, place), operation.output.slice(place)];
      return giveOutput(operation, pick(random, [head, tail, tail + head, `${head}a${tail}`, `${head}b${tail}`]));
    },
  };
}
