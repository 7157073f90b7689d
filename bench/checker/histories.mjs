/**
 * Histories for measuring, by seed: clients that are always busy with an object that is simulated.
 *
 * One random client at a time goes on: what it called takes effect, or what took effect returns and the next is called at
 * once. So every operation is applied at one moment between its call and its return, and the history is linearizable by
 * construction; or it has one answer that certainly cannot be (see `objects.mjs`).
 *
 * The same spec gives the same bytes: `{ kind, operations, clients, info, validity, values, seed }`.
 * - `kind`: a name of `modelOf`.
 * - `info`: the share of operations whose client crashes; another one with a fresh number replaces it. Half of them take
 *   effect before the crash, a quarter later, a quarter never.
 * - `validity`: `valid`, or one wrong answer: `middle` and `end` (any, after 50 % and 98 %), `stale` (one too old, at 50 %).
 * - `values`: how many different ones are written, of the kinds that do not write unique values.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeEvent, encodeHeader, encodeTrailer } from '../../dist/history/codec.js';
import { createObject, modelOf } from './objects.mjs';
import { randomFrom } from './random.mjs';

const corruptions = {
  middle: { share: 0.5, style: 'other' },
  end: { share: 0.98, style: 'other' },
  stale: { share: 0.5, style: 'stale' },
};

/** The events of the history, one by one, in the form of `src/history/event.ts`. */
export function* eventsOf(spec) {
  const random = randomFrom(JSON.stringify([spec.kind, spec.operations, spec.clients, spec.info, spec.seed]));
  const object = createObject(spec, random);
  const { share, style } = corruptions[spec.validity] ?? { share: Infinity };
  const late = [];
  let [index, asked, processes, steps] = [0, 0, 0, 0];
  let isWrong = false;
  const slots = [];

  const call = (process, last) => {
    const operation = { process, key: null, ...object.ask(process, last), fate: 'ok', applied: false, refused: false };
    if (random.unit() < spec.info) {
      const fates = object.fates(operation);
      operation.fate = fates[random.below(fates.length)];
    }
    operation.applied = operation.fate === 'never' || operation.fate === 'late';
    operation.call = index;
    object.called(operation);
    asked++;
    return operation;
  };
  const invocation = ({ process, f, key, value, call: at }) => {
    index++;
    return { index: at, time: at * 1000, process, type: 'invoke', f, key, value: value ?? null, node: null };
  };
  for (let client = 0; client < spec.clients && asked < spec.operations; client++) {
    slots.push(call(processes++, null));
    yield invocation(slots[client]);
  }
  while (slots.length > 0) {
    steps++;
    while (late.length > 0 && late[0].step <= steps) object.apply(late.shift().operation);
    const slot = random.below(slots.length);
    if (slots[slot].holding !== undefined) {
      slots[slot] = call(slots[slot].holding.process, slots[slot].holding);
      yield invocation(slots[slot]);
      continue;
    }
    const operation = slots[slot];
    const isDue = !isWrong && index >= share * 2 * spec.operations && operation.fate === 'ok';
    if (isDue && object.corrupt(operation, style)) isWrong = true;
    else if (!operation.applied) {
      operation.applied = object.apply(operation);
      continue;
    }
    const { process, fate } = operation;
    if (fate === 'late') late.push({ step: steps + 20 * spec.clients, operation });
    operation.return = index;
    yield completion(operation, index++);
    if (fate === 'ok') object.returned(operation);
    const last = fate === 'ok' ? operation : null;
    if (object.owes?.(last)) slots[slot] = { holding: last };
    else if (asked < spec.operations) {
      slots[slot] = call(last === null ? processes++ : process, last);
      yield invocation(slots[slot]);
    } else {
      slots[slot] = slots.at(-1);
      slots.pop();
    }
  }
  if (spec.validity !== 'valid' && !isWrong) throw new Error(`no answer could be made wrong: ${JSON.stringify(spec)}`);
}

/** Writes it as a history of ours. @returns the number of events */
export function writeHistory(spec, path) {
  const file = openSync(path, 'w');
  const digest = createHash('sha256');
  const put = text => {
    const bytes = Buffer.from(text);
    digest.update(bytes);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  };
  let text = encodeHeader({
    ordeal: 1,
    system: 'simulated',
    workload: spec.kind,
    model: modelOf[spec.kind],
    seed: String(spec.seed),
    nodes: ['n1'],
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  let events = 0;
  for (const event of eventsOf(spec)) {
    text += encodeEvent(event);
    events++;
    if (text.length > 1 << 20) {
      put(text);
      text = '';
    }
  }
  put(text);
  const trailer = Buffer.from(encodeTrailer({ events, digest: digest.digest('hex') }));
  writeSync(file, trailer);
  closeSync(file);
  return events;
}

function completion({ process, fate, f, to, refused, result }, index) {
  const time = index * 1000;
  if (fate !== 'ok') return { index, time, process, type: 'info' };
  if (f === 'cas' && to !== undefined && refused) return { index, time, process, type: 'fail', value: 'refused' };
  return result === undefined
    ? { index, time, process, type: 'ok' }
    : { index, time, process, type: 'ok', value: result };
}
