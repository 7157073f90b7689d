/**
 * Simulated objects: what clients ask of them, what they answer, and which answers they certainly could not give.
 *
 * Each is written apart from the models of the checkers. An object applies one operation at a time, so what it answers is
 * right by construction. `corrupt` changes an answer only where a short argument (beside each) shows that no order of
 * the operations can explain it, crashed ones included; else it leaves the operation alone, and the next one is tried.
 *
 * - `ask(process, last)`: the next operation of a client; `last` is what it did before, or null.
 * - `called(operation)`, `returned(operation)`: called with every operation; a crashed one does not return.
 * - `apply(operation)`: takes effect and sets `result` (and `refused`); false when it cannot now and must wait.
 * - `corrupt(operation, style)`: at the moment when the operation would return, or could not be applied yet. `stale`: the
 *   newest answer that is too old; `other`: any other wrong one.
 * - `fates(operation)`: what may happen to it when its client crashes: `now`, `late`, `never`.
 * - `owes(last)`: whether the client must go on, a moment after this operation, also when there are enough.
 */

/** The names of the models that judge each kind. */
export const modelOf = {
  register: 'register',
  unique: 'register',
  cas: 'cas-register',
  kv: 'register',
  contains: 'set',
  reads: 'set',
  queue: 'queue',
  stack: 'stack',
  lock: 'mutex',
};

export function createObject(spec, random) {
  switch (spec.kind) {
    case 'register':
    case 'unique':
    case 'cas':
    case 'kv':
    case 'contains':
      return cells(spec, random);
    case 'reads':
      return growingSets(random);
    case 'queue':
    case 'stack':
      return items(spec.kind, random);
    case 'lock':
      return lock();
    default:
      throw new Error(`there is no kind of history "${spec.kind}"`);
  }
}

const anyFate = ['now', 'now', 'late', 'never'];

/**
 * Registers, alone or by key; also a set, each element of which is a register that is true or false.
 *
 * A read of v is certainly wrong when every write of v that was called before the read returned had itself returned
 * before a write of something else was called, and that one had returned before the read was called.
 */
function cells(spec, random) {
  const isSet = spec.kind === 'contains';
  const count = spec.kind === 'kv' || isSet ? 100 : 1;
  const follows = spec.validity !== 'valid';
  const all = Array.from({ length: count }, () => ({
    value: isSet ? false : null,
    writes: new Map(),
    latest: { call: -1, value: undefined },
    beforeLatest: { call: -1, value: undefined },
  }));
  let unique = 0;
  const anyValue = () => (spec.kind === 'unique' ? ++unique : 1 + random.below(spec.values));
  const writesTo = (cell, value) => {
    let writes = cell.writes.get(value);
    if (writes === undefined) cell.writes.set(value, (writes = { open: 0, last: -1 }));
    return writes;
  };
  const elements = ['contains', 'add', 'remove'];
  return {
    ask() {
      const number = random.below(count);
      const cell = all[number];
      if (isSet) {
        const f = elements[random.below(3)];
        return f === 'contains' ? { f, value: number, cell } : { f, value: number, cell, to: f === 'add' };
      }
      const key = spec.kind === 'kv' ? `k${number}` : null;
      const choice = spec.kind === 'cas' ? random.below(3) : random.below(2);
      if (choice === 0) return { f: 'read', key, cell };
      const to = anyValue();
      if (choice === 1) return { f: 'write', key, value: to, cell, to };
      const from = anyValue();
      return { f: 'cas', key, value: [from, to], cell, from, to };
    },
    called(operation) {
      if (!follows) return;
      const { cell, to } = operation;
      if (to !== undefined) writesTo(cell, to).open++;
      else [operation.latest, operation.beforeLatest] = [cell.latest, cell.beforeLatest];
    },
    returned({ cell, to, refused, call, return: end }) {
      if (!follows || to === undefined) return;
      const writes = writesTo(cell, to);
      writes.open--;
      if (refused) return;
      writes.last = end;
      const write = { call, value: to };
      if (to === cell.latest.value) cell.latest = call > cell.latest.call ? write : cell.latest;
      else if (call > cell.latest.call) [cell.latest, cell.beforeLatest] = [write, cell.latest];
      else if (call > cell.beforeLatest.call) cell.beforeLatest = write;
    },
    apply(operation) {
      const { cell, from, to } = operation;
      if (to === undefined) operation.result = cell.value;
      else if (from === undefined || from === cell.value) cell.value = to;
      else operation.refused = true;
      return true;
    },
    corrupt(operation, style) {
      const { cell, to, applied, latest, beforeLatest } = operation;
      if (to !== undefined || !applied) return false;
      const wrong = [...cell.writes].filter(([value, { open, last }]) => {
        const overwritten = value === latest.value ? beforeLatest.call : latest.call;
        return open === 0 && last >= 0 && last < overwritten;
      });
      if (wrong.length === 0) return false;
      const newest = wrong.reduce((one, other) => (other[1].last > one[1].last ? other : one));
      [operation.result] = style === 'stale' ? newest : wrong[random.below(wrong.length)];
      return true;
    },
    fates: () => anyFate,
  };
}

/**
 * Sets that only grow and are read whole. The clients go on to a fresh set (a key of its own) after 200 operations.
 *
 * A read without an element whose addition returned before the read was called is certainly wrong.
 */
function growingSets(random) {
  const each = 200;
  let asked = 0;
  let current = { key: '', added: new Map() };
  return {
    ask() {
      if (asked % each === 0) current = { key: `s${asked / each}`, added: new Map() };
      const element = asked++ % each;
      const { key } = current;
      return random.below(2) === 0
        ? { f: 'read', key, set: current }
        : { f: 'add', key, value: element, set: current, element };
    },
    called() {},
    returned({ set, element, return: end }) {
      if (element !== undefined) set.added.set(element, end);
    },
    apply(operation) {
      const { set, element } = operation;
      if (element !== undefined) set.added.set(element, Infinity);
      else operation.result = [...set.added.keys()].toSorted((one, other) => one - other);
      return true;
    },
    corrupt(operation, style) {
      const { set, element, applied, result, call } = operation;
      if (element !== undefined || !applied) return false;
      const owed = result.filter(one => set.added.get(one) < call);
      if (owed.length === 0) return false;
      const newest = owed.reduce((one, other) => (set.added.get(other) > set.added.get(one) ? other : one));
      const missing = style === 'stale' ? newest : owed[random.below(owed.length)];
      operation.result = result.filter(one => one !== missing);
      return true;
    },
    fates: () => anyFate,
  };
}

/**
 * A queue or a stack of unique values, short and now and then empty.
 *
 * Certainly wrong: a value that comes out a second time (stale). Or y comes out while x, which had to come out before it, never does:
 * of a queue, x was put in before y (one returned before the other was called); of a stack, after y and before the removal
 * was called. A crashed removal might have taken x, so where there are such, `stale` is used.
 */
function items(kind, random) {
  const [insert, remove] = kind === 'queue' ? ['enqueue', 'dequeue'] : ['push', 'pop'];
  let inside = [];
  let first = 0;
  let next = 0;
  let lastOut = null;
  let isRemovalLost = false;
  const take = () => {
    if (first === inside.length) return null;
    const item = kind === 'queue' ? inside[first++] : inside.pop();
    if (first > 1000) [inside, first] = [inside.slice(first), 0];
    return item;
  };
  return {
    ask() {
      if (random.unit() >= 0.45) return { f: remove };
      const item = { value: ++next, call: -1, return: Infinity };
      return { f: insert, value: item.value, item };
    },
    called({ item, call, fate, f }) {
      if (item !== undefined) item.call = call;
      if (f === remove && fate !== 'ok') isRemovalLost = true;
    },
    returned({ item, result, return: end }) {
      if (item !== undefined) item.return = end;
      else if (result !== null) lastOut = result;
    },
    apply(operation) {
      if (operation.item === undefined) operation.result = take()?.value ?? null;
      else inside.push(operation.item);
      return true;
    },
    corrupt(operation, style) {
      if (operation.f !== remove || operation.applied) return false;
      if (style === 'stale' || isRemovalLost) {
        if (lastOut === null) return false;
        operation.result = lastOut;
      } else {
        if (inside.length - first < 2) return false;
        const [x, y] = kind === 'queue' ? inside.slice(first, first + 2) : inside.slice(-2).toReversed();
        const isWrong = kind === 'queue' ? x.return < y.call : y.return < x.call && x.return < operation.call;
        if (!isWrong) return false;
        take();
        operation.result = take().value;
      }
      return true;
    },
    fates: () => anyFate,
  };
}

/**
 * A lock for which all clients queue. A crashed acquire never takes effect and a crashed release always does: else the
 * others would wait for ever.
 *
 * An acquire that returns while another holds (its acquire has returned, its release has not been called) is certainly wrong.
 */
function lock() {
  let holder = null;
  let isHeldForSure = false;
  return {
    ask: (process, last) => ({ f: last?.f === 'acquire' ? 'release' : 'acquire', process }),
    called({ f, process }) {
      if (f === 'release' && process === holder) isHeldForSure = false;
    },
    returned({ f, process }) {
      if (f === 'acquire' && process === holder) isHeldForSure = true;
    },
    apply({ f, process }) {
      if (f === 'acquire') {
        if (holder !== null) return false;
        holder = process;
      } else if (holder === process) holder = null;
      return true;
    },
    corrupt: ({ f, applied }) => f === 'acquire' && !applied && isHeldForSure,
    fates: ({ f }) => (f === 'acquire' ? ['never'] : ['now', 'late']),
    owes: last => last?.f === 'acquire',
  };
}
