/**
 * One history, and all that judges it: the algorithms that were asked for, each compared with the definition.
 */
import { monitorJudge } from './monitor.mjs';
import { mostOperations, oracleOf } from './oracle.mjs';
import { searchJudge } from './search.mjs';
import { streamJudge } from './stream.mjs';
import { windowsJudge } from './windows.mjs';

export const algorithms = ['search', 'windows', 'monitor', 'stream'];
/** Of a generated history. */
export const most = Math.min(9, mostOperations);

/** What is compiled in this directory, as a URL that ends with a slash. */
export async function loadProgram(dist) {
  const names = [
    'checker/search/search',
    'checker/subhistory/cut',
    'checker/subhistory/window',
    'checker/monitor/catalogue',
    'checker/stream/stream',
  ];
  const modules = await Promise.all([...names, 'model/catalogue'].map(name => import(`${dist}${name}.js`)));
  return Object.assign({}, ...modules);
}

/** `only`: names of algorithms. */
export function judgesOf(program, model, only) {
  const oracle = oracleOf(model);
  const counts = {
    search: { judged: 0 },
    windows: { judged: 0, tried: 0, refuted: 0, own: 0, ownRefuted: 0 },
    monitor: { name: null, valid: 0, invalid: 0, inapplicable: 0 },
    stream: { judged: 0, alarms: 0 },
  };
  const context = { program, model, oracle };
  const all = {
    search: searchJudge({ ...context, counts: counts.search }),
    windows: windowsJudge({ ...context, counts: counts.windows }),
    monitor: monitorJudge({ ...context, counts: counts.monitor }),
    stream: streamJudge({ ...context, counts: counts.stream }),
  };
  const ofParts = only.filter(name => name !== 'stream');

  /** The index of the first impossible event, or null; and the first disagreement of an algorithm, or null. */
  function judge(operations, way) {
    let first = null;
    for (const part of partsOf(model, operations)) {
      const found = oracle.firstImpossible(part);
      if (found !== null) first = Math.min(first ?? Infinity, found);
      if (ofParts.length === 0) continue;
      const subhistory = program.subhistoryOf(model, part);
      for (const name of ofParts) {
        const fault = faultOf(name, { operations: part, subhistory, first: found, way });
        if (fault !== null) return { first, disagreement: { algorithm: name, fault } };
      }
    }
    const fault = only.includes('stream') ? faultOf('stream', { operations, first, way }) : null;
    return { first, disagreement: fault === null ? null : { algorithm: 'stream', fault } };
  }

  function faultOf(name, question) {
    try {
      return all[name].judge(question);
    } catch (error) {
      return `fails: ${error.stack}`;
    }
  }

  return { judge, counts };
}

/** The operations on each object, in order of their calls. */
function partsOf(model, operations) {
  if (!model.partition) return [operations];
  const parts = new Map();
  for (const operation of operations) {
    const key = model.partition(operation);
    const part = parts.get(key);
    if (part) part.push(operation);
    else parts.set(key, [operation]);
  }
  return parts.values();
}
