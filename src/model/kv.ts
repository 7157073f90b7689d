/**
 * A store of texts: `get -> text`, `put text`, `append text`. Every key is "" at first, and is an object of its own.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { partitionByKey, showValue } from './value.ts';

export const kv: Model<string, string> = {
  name: 'kv',
  summary: 'one text per key, "" at first: get, put, append',
  functions: ['get', 'put', 'append'],
  initial: '',
  step(state, { f, input, output }) {
    if (f === 'get') return output === state ? [state] : [];
    return [f === 'put' ? input : state + input];
  },
  stateKey: state => state,
  isRead: ({ f, input }) => f === 'get' || (f === 'append' && input === ''),
  overwrites: ({ f }) => f === 'put',
  malformed: ({ f, input }) => (f === 'get' || typeof input === 'string' ? null : `the value of ${f} is a text`),
  partition: partitionByKey,
  noticeable: noticeableTexts,
  isHopeless: (state, { f, output }) => f === 'get' && !String(output).startsWith(state),
  resets: ({ f }) => f === 'put',
  describe: {
    operation({ f, input, output, outcome }) {
      if (f !== 'get') return `${f} ${showValue(input)}`;
      return outcome === 'ok' ? `get -> ${showValue(output)}` : 'get';
    },
    state: state => `the text is ${showValue(state)}`,
  },
};

/**
 * An `info` put of t can be left out when it comes after the last return of every completed get that saw a text beginning
 * with t; an `info` append of t, after every one that saw a text with t in it.
 *
 * Proof. From it to the next put (or the end) every text begins with t, or has t in it; so no completed get is there, only
 * appends, which do not care. The next put does not care either.
 */
function noticeableTexts(operations: readonly Operation<string>[]): ReadonlyMap<number, number> {
  const latestFirst = operations
    .filter(({ f, outcome }) => f === 'get' && outcome === 'ok')
    .map(get => ({ text: String(get.output), until: get.return }))
    .toSorted((one, other) => other.until - one.until);
  const infos = operations.filter(({ f, outcome }) => f !== 'get' && outcome === 'info');
  return new Map(
    infos.map(({ id, f, input }) => {
      const last = latestFirst.find(({ text }) => (f === 'put' ? text.startsWith(input) : text.includes(input)));
      return [id, last?.until ?? -Infinity];
    }),
  );
}
