/**
 * The definition of linearizability, spelled out: try every order, one object at a time. It shares nothing with what it
 * judges but `step`, `isRead`, `observes` and `stateKey` of the model.
 *
 * What has been done so far is a set of bits, and two ways to the same set and the same state need not both be gone. States
 * and operations are numbered, so that the model is asked once for each pair of them and not once for each history.
 *
 * How it can mislead: as the model does. It believes that operations which agree in all that `step` may look at (and in
 * the process, always) are interchangeable, and that states with the same key are the same.
 */

/** Bits of a number that must also hold the number of a state. */
export const mostOperations = 10;
const mostStates = 200_000;

export function oracleOf(model) {
  const table = tableOf(model);
  const dead = new Set();

  /** Whether some order explains what is known of these operations at this event. */
  function explains(operations, moment = Infinity) {
    const judged = knownAt(operations, moment).filter(one => isJudged(model, one));
    if (judged.length > mostOperations) throw new Error(`${judged.length} operations are too many`);
    table.tidy();
    const classes = judged.map(one => table.classOf(one));
    const before = judged.map(one => bitsOf(judged, other => other.return < one.call));
    const needed = bitsOf(judged, one => one.outcome !== 'info');
    dead.clear();
    /** Whether the rest can follow when this much has been done. */
    const extend = (done, state) => {
      if ((done & needed) === needed) return true;
      const here = (state.number << mostOperations) | done;
      if (dead.has(here)) return false;
      for (let next = 0; next < judged.length; next++) {
        const isDone = ((done >> next) & 1) === 1;
        if (isDone || (before[next] & ~done) !== 0) continue;
        for (const after of table.step(state, classes[next], judged[next])) {
          if (extend(done | (1 << next), after)) return true;
        }
      }
      dead.add(here);
      return false;
    };
    return extend(0, table.initial());
  }

  /** The index of the first event after which no order explains what is known; null when there is none. */
  function firstImpossible(operations) {
    if (explains(operations)) return null;
    // A call cannot make anything impossible, for what is open need not happen. Impossible once, impossible for ever.
    const ends = operations.map(one => one.return).filter(end => end !== Infinity);
    ends.sort((one, other) => one - other);
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (explains(operations, ends[middle])) low = middle + 1;
      else high = middle;
    }
    return ends[high];
  }

  return { explains, firstImpossible };
}

/** What is known at this event when it is known from the beginning what fails: that it does not happen. */
export function happenedBy(operations, moment) {
  return knownAt(
    operations.filter(one => one.outcome !== 'fail' || one.return <= moment),
    moment,
  );
}

/** What was called by then; of what had not returned nobody knows whether it happens. */
function knownAt(operations, moment) {
  if (moment === Infinity) return operations;
  return operations
    .filter(one => one.call <= moment)
    .map(one => (one.return <= moment ? one : { ...one, outcome: 'info', output: undefined, return: Infinity }));
}

/** It happened, or its failure is an observation, or it may have changed something. */
export function isJudged(model, operation) {
  if (operation.outcome === 'ok') return true;
  if (operation.outcome === 'info') return !model.isRead(operation);
  return model.observes?.(operation) === true;
}

function bitsOf(operations, holds) {
  let bits = 0;
  for (let index = 0; index < operations.length; index++) if (holds(operations[index])) bits |= 1 << index;
  return bits;
}

/** What the model has answered. */
function tableOf(model) {
  const classes = new Map();
  const states = new Map();
  const stateOf = value => {
    const key = model.stateKey(value);
    let state = states.get(key);
    if (state === undefined) {
      state = { number: states.size, value, after: new Map() };
      states.set(key, state);
    }
    return state;
  };
  return {
    initial: () => stateOf(model.initial),
    classOf({ f, key, input, outcome, output, process }) {
      const result = output === undefined ? '' : JSON.stringify(output);
      const text = `${f} ${key} ${outcome} ${process} ${JSON.stringify(input)} ${result}`;
      let number = classes.get(text);
      if (number === undefined) {
        number = classes.size;
        classes.set(text, number);
      }
      return number;
    },
    step(state, number, operation) {
      let after = state.after.get(number);
      if (after === undefined) {
        after = model.step(state.value, operation).map(stateOf);
        state.after.set(number, after);
      }
      return after;
    },
    /** Between two questions: what was numbered before is forgotten when it is too much. */
    tidy() {
      if (states.size < mostStates && classes.size < mostStates) return;
      states.clear();
      classes.clear();
    },
  };
}
