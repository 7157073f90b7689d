/** Random values and random histories that keep the protocol. */
import * as fc from 'fast-check';
import type { Key } from '../../src/base/names.ts';
import { type EventDraft, type Outcome, phases } from '../../src/history/event.ts';

/** Any string of 16-bit units: halves of surrogate pairs, line separators, control characters. */
const anyString = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)) }),
  fc.constantFrom('', '\u2028', '\u2029', '\uFEFF', '\uD800', 'é€😀', '"\\\n', '__proto__', '":', ' -- '),
);

const anyNumber = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
);

const values = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    anyNumber,
    anyString,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyString, tie('value'), { maxKeys: 4 }),
  ),
}));
/** Anything that a history can hold. */
export const anyValue: fc.Arbitrary<unknown> = values.value;

const anyKey: fc.Arbitrary<Key | null> = fc.oneof(fc.constant(null), anyString, anyNumber);

type Choice =
  | {
      readonly kind: 'operate';
      readonly thread: number;
      readonly f: string;
      readonly key: Key | null;
      readonly value: unknown;
    }
  | {
      readonly kind: 'end';
      readonly thread: number;
      readonly type: Outcome;
      readonly value: unknown;
      readonly error: string | undefined;
    }
  | { readonly kind: 'other'; readonly draft: EventDraft }
  | { readonly kind: 'fault'; readonly bit: boolean };

const thread = fc.nat({ max: 4 });
const choice: fc.Arbitrary<Choice> = fc.oneof(
  fc.record({
    kind: fc.constant('operate' as const),
    thread,
    f: anyString.filter(f => f !== ''),
    key: anyKey,
    value: anyValue,
  }),
  fc.record({
    kind: fc.constant('end' as const),
    thread,
    type: fc.constantFrom<Outcome>('ok', 'fail', 'info'),
    value: fc.option(anyValue, { nil: undefined }),
    error: fc.option(anyString, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('other' as const),
    draft: fc.oneof(
      fc.constantFrom(...phases).map((name): EventDraft => ({ type: 'phase', name })),
      fc
        .record({ node: anyString, state: fc.dictionary(anyString, anyValue, { maxKeys: 4 }) })
        .map((replica): EventDraft => ({ type: 'replica', ...replica })),
    ),
  }),
  fc.record({ kind: fc.constant('fault' as const), bit: fc.boolean() }),
);

/** Events that keep the protocol: choices that would break it become others. */
export const anyDrafts: fc.Arbitrary<readonly EventDraft[]> = fc.array(choice, { maxLength: 40 }).map(choices => {
  const drafts: EventDraft[] = [];
  const processes = [0, 1, 2, 3, 4];
  const open = new Set<number>();
  let next = processes.length;
  let fault = 0;
  for (const made of choices) {
    if (made.kind === 'other') drafts.push(made.draft);
    else if (made.kind === 'fault') {
      const record = { id: fault >> 1, kind: 'kill', targets: ['n1'], description: 'kill n1' };
      const ended = { ...record, bit: made.bit, evidence: 'pid 71 became 94' };
      drafts.push({ type: 'fault', phase: fault % 2 === 0 ? 'begin' : 'end', fault: fault % 2 === 0 ? record : ended });
      fault++;
    } else {
      const process = processes[made.thread] as number;
      if (made.kind === 'operate' && !open.has(process)) {
        open.add(process);
        const { f, key, value } = made;
        drafts.push({ process, type: 'invoke', f, key, value, node: made.thread === 0 ? null : `n${made.thread}` });
      } else if (made.kind === 'end' && open.delete(process)) {
        const value = made.value === undefined ? {} : { value: made.value };
        drafts.push({ process, type: made.type, ...value, ...(made.error === undefined ? {} : { error: made.error }) });
        if (made.type === 'info') processes[made.thread] = next++;
      }
    }
  }
  return drafts;
});
