/**
 * The search with so little patience that it soon tries windows, against the definition; and a window of our own choice:
 * when a search from every state finds it impossible, then what had happened by its end must be.
 *
 * Small histories are mostly decided before any window is tried, so the second is the harder test of windows.
 */
import { happenedBy } from './oracle.mjs';
import { searchJudge } from './search.mjs';

/** Of models whose states can be represented; of others no window is ever tried. */
export function windowsJudge({ program, model, oracle, counts }) {
  const { Search, subhistoryOf, windowOf } = program;
  const impatient = searchJudge({ program, model, oracle, counts, patience: 1 });
  countTried(Search, counts);

  function ownWindowFault({ operations, subhistory, way }) {
    const { length } = subhistory.events;
    if (length === 0) return null;
    const chosen = Math.imul(way, 0x9e3779b1) >>> 0;
    const to = length - 1 - (chosen % Math.min(length, 8));
    const bounds = { from: (chosen >>> 8) % (to + 1), to };
    const window = windowOf(model, subhistory, bounds).operations;
    const starts = model.representatives(window);
    if (starts === null) return null;
    counts.own++;
    const search = new Search(model, subhistoryOf(model, window), { starts });
    if (search.run(Infinity, () => false) === 'valid') return null;
    counts.ownRefuted++;
    const isWrong = oracle.explains(happenedBy(operations, subhistory.time(to)));
    return isWrong ? `says that events ${bounds.from} to ${to} of a part are impossible, but they are not` : null;
  }

  return {
    /** What is wrong with it, in words, or null. `way`: any number. */
    judge(question) {
      if (!model.representatives) return null;
      return impatient.judge(question) ?? ownWindowFault(question);
    },
  };
}

/** Counts when windows are tried, and when one refutes the whole. It is no part of what a search tells. */
function countTried({ prototype }, counts) {
  const { tryWindow } = prototype;
  if (tryWindow === undefined) throw new Error('a search has no tryWindow: who counts the windows?');
  prototype.tryWindow = function (...args) {
    counts.tried++;
    tryWindow.apply(this, args);
    if (this.outcome === 'invalid') counts.refuted++;
  };
}
