/**
 * Judges many histories of one model, in a process of its own; tells how far it is, and in the end what it has counted.
 * It stops at the first disagreement, which it makes smaller and prints into its report.
 */
import { performance } from 'node:perf_hooks';
import { eventsOf, historyOf } from './histories.mjs';
import { judgesOf, loadProgram, most } from './judges.mjs';
import { shrink } from './shrink.mjs';

/** Histories between two reports. */
const batch = 5_000;

process.once('message', async task => {
  const report = await work(task);
  process.send({ report }, () => process.disconnect());
});

async function work({ dist, name, seed, from, count, only }) {
  const program = await loadProgram(dist);
  const model = program.models.find(candidate => candidate.name === name);
  const { judge, counts } = judgesOf(program, model, only);
  const tally = { valid: 0, invalid: 0, unfinished: 0 };
  const begin = process.cpuUsage();
  const finished = (histories, disagreement) => {
    const { user, system } = process.cpuUsage(begin);
    return { name, histories, ...tally, counts, seconds: (user + system) / 1e6, disagreement };
  };
  let reportAt = performance.now();
  for (let number = from; number < from + count; number++) {
    const { operations, genuine } = historyOf(name, { seed, number, most });
    const { first, disagreement } = judge(operations, number);
    tally[first === null ? 'valid' : 'invalid']++;
    if (operations.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
    if (genuine && first !== null)
      return finished(
        number - from + 1,
        evidence({ operations, number, algorithm: 'generator', fault: 'is not right' }),
      );
    if (disagreement !== null)
      return finished(number - from + 1, smallest({ operations, number, judge, ...disagreement }));
    if (number % batch === 0 && performance.now() - reportAt > 1_000) {
      reportAt = performance.now();
      await new Promise(resolve => process.send({ histories: number - from }, resolve));
    }
  }
  return finished(count, null);
}

/** The same algorithm must disagree, in whatever way. */
function smallest({ operations, number, judge, algorithm }) {
  const disagreementOf = some => judge(some, number).disagreement;
  const small = shrink(operations, some => disagreementOf(some)?.algorithm === algorithm);
  return evidence({ operations: small, number, algorithm, fault: disagreementOf(small).fault });
}

/** As lines of a history. */
function evidence({ operations, number, algorithm, fault }) {
  const lines = eventsOf(operations).map(event => JSON.stringify(event));
  return { number, algorithm, fault, history: lines.join('\n') };
}
