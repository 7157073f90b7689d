/**
 * A worker of the live check that breaks in every way that one can; the name of the model says how. Started by
 * `live.test.ts` in place of `dist/checker/stream/live-worker.js`.
 */
import { parentPort, workerData } from 'node:worker_threads';

const eaten = [];
const faults = {
  throws: () => {
    throw new TypeError('state is not a function');
  },
  exits: () => process.exit(3),
  eats: () => {
    for (;;) eaten.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
  },
  hangs: () => {
    for (;;);
  },
};

parentPort.on('message', () => faults[workerData.model]());
