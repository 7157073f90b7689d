/** A thread that says that it listens, and then does not do its work: it breaks, ends, or says nothing. */
import { parentPort, workerData } from 'node:worker_threads';

const { gateway } = workerData;
if (gateway === 'ends before') process.exit(0);
if (gateway === 'breaks before') throw new Error('no luck');
parentPort.on('message', ({ id }) => {
  if (gateway === 'breaks') throw new Error('no luck any more');
  if (gateway === 'ends') process.exit(0);
  if (gateway === 'errs') parentPort.postMessage({ kind: 'error', id, message: 'an invariant is broken' }, []);
});
parentPort.postMessage({ kind: 'listening', port: 7 }, []);
