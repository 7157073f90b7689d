/**
 * A worker like ours, with a catalogue of checkers that break in every way that a checker can. Started by the tests of
 * the judge in place of `dist/checker/worker.js`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { OrdealError } from '../../dist/base/errors.js';
import { serve } from '../../dist/checker/serve.js';

const eaten = [];
const faults = {
  fine: () => undefined,
  throws: () => {
    throw new TypeError('state is not a function');
  },
  refuses: () => {
    throw new OrdealError('this is a history of tea', {
      code: 'WRONG_TEA',
      hint: 'brew coffee',
      place: { file: 'cup', line: 3 },
    });
  },
  overflows: function again() {
    return again() + 1;
  },
  eats: () => {
    for (;;) eaten.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
  },
  'wants-a-huge-buffer': () => new ArrayBuffer(Number.MAX_SAFE_INTEGER),
  hangs: () => {
    for (;;);
  },
  exits: () => process.exit(3),
  'says-a-function': () => ({ witness: () => undefined }),
};

serve({
  port: parentPort,
  task: workerData,
  checkerByName(name) {
    const fault = faults[name === 'availability' || name === 'coverage' ? 'fine' : name];
    if (!fault) throw new OrdealError(`there is no checker "${name}"`, { code: 'UNKNOWN_CHECKER' });
    return {
      name,
      summary: name,
      check: history => ({
        checker: name,
        validity: 'valid',
        summary: `${history.operations.length} operations`,
        stats: {},
        ...fault(),
      }),
    };
  },
});
