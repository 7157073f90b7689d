/**
 * A harness that is there to be killed: starts stubborn nodes, stops one of them, says which processes there are, waits.
 * Arguments: the compiled sources, a directory for logs, a mark for the command lines.
 */
import { fileURLToPath } from 'node:url';

const [dist, directory, mark] = process.argv.slice(2);
const { StdioCluster } = await import(`${dist}/runtime/stdio/cluster.js`);
const { Random } = await import(`${dist}/base/random.js`);
const { systemClock } = await import(`${dist}/base/time.js`);

const stubborn = fileURLToPath(new URL('stubborn.mjs', import.meta.url));
const wrapper = fileURLToPath(new URL('wrapper.mjs', import.meta.url));
const cluster = await StdioCluster.start({
  nodes: ['n1', 'n2', 'n3'],
  command: node => [process.execPath, ...(node === 'n3' ? [wrapper] : []), stubborn, mark],
  directory,
  random: Random.fromSeed(1),
  clock: systemClock(),
  latency: { distribution: 'constant', meanMs: 0 },
});
await cluster.processes.pause('n2');
await cluster.processes.kill('n1');
await cluster.processes.start('n1');
process.stdout.write('ready\n');
