/**
 * The general search against the definition: its verdict, the order that it found; and of what is impossible, the event
 * after which no call mattered.
 */
import { orderFault } from './replay.mjs';

/** `patience`: undefined for the default one. */
export function searchJudge({ program, model, oracle, counts, patience }) {
  const { Search } = program;
  const options = patience === undefined ? {} : { patience };
  return {
    /** What is wrong with it, in words, or null. */
    judge({ operations, subhistory, first }) {
      const search = new Search(model, subhistory, options);
      const verdict = search.run(Infinity, () => false);
      counts.judged++;
      const expected = first === null ? 'valid' : 'invalid';
      if (verdict !== expected) return `says ${verdict}, but it is ${expected}`;
      if (verdict === 'valid') {
        const order = Array.from(search.witness(), position => subhistory.operation(position));
        return orderFault(model, operations, order);
      }
      const until = subhistory.time(search.deepest);
      const begun = operations.filter(({ call }) => call <= until);
      return oracle.explains(begun) ? `says that no call after event ${until} matters, but one does` : null;
    },
  };
}
