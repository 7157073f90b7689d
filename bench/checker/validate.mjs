/**
 * Whether the histories of this bench are what they are said to be: small ones of every kind, judged by Porcupine and by
 * us. Exits with 1 when one is judged otherwise. Build first: `npm run build`.
 *
 *     node bench/checker/validate.mjs [--seeds 5] [--kinds KIND,KIND] [--porcupine]
 *
 * `--porcupine`: only by Porcupine, of which this many small histories take some seconds.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { valuesFor } from './cases.mjs';
import { writeHistory } from './histories.mjs';
import { modelOf } from './objects.mjs';
import { buildPorcupine } from './rival.mjs';
import { temporaryDirectory } from './temporary.mjs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    kinds: { type: 'string', default: Object.keys(modelOf).join(',') },
    porcupine: { type: 'boolean', default: false },
  },
});
const seeds = Number(options.seeds);
/** Those on which Porcupine is done at once. Wrong answers on 100 keys or elements need some operations on each. */
const sizes = { queue: 40, stack: 60, kv: 1000, contains: 1000, lock: 100 };
const directory = temporaryDirectory();
const tally = {};
let wrong = 0;

const porcupine = buildPorcupine(directory);
for (const kind of options.kinds.split(',')) {
  const specs = specsOf(kind);
  const paths = specs.map((_, place) => join(directory, `${kind}-${place}.jsonl`));
  for (const [place, spec] of specs.entries()) writeHistory(spec, paths[place]);
  const model = modelOf[kind];
  const ours = fileURLToPath(new URL('ours.mjs', import.meta.url));
  const sides = { porcupine: verdicts(porcupine, ['-model', model, '-once', '-timeout', '10s', ...paths]) };
  if (!options.porcupine) {
    const args = [ours, '--model', model, '--once', '--timeout', '10', ...paths];
    sides.ours = verdicts(process.execPath, args);
  }
  compare(specs, sides);
  for (const path of paths) rmSync(path);
}
console.table(tally);
console.log(wrong === 0 ? 'every history is what it is said to be' : `${wrong} VERDICTS ARE WRONG`);
process.exitCode = wrong === 0 ? 0 : 1;

function specsOf(kind) {
  const specs = [];
  for (const validity of ['valid', 'middle', 'end', 'stale'])
    for (const info of [0, 0.05])
      for (const clients of [2, 3, 5])
        for (let seed = 1; seed <= seeds; seed++) {
          const spec = { kind, operations: sizes[kind] ?? 100, clients, info, validity, seed };
          const full = { ...spec, values: valuesFor(spec) };
          if (canBeMade(full)) specs.push(full);
        }
  return specs;
}

/** In a short history no answer may be certainly wrong near the end. */
function canBeMade(spec) {
  try {
    writeHistory(spec, '/dev/null');
    return true;
  } catch (error) {
    if (!error.message.startsWith('no answer could be made wrong')) throw error;
    const row = rowOf(spec);
    row.notMade++;
    return false;
  }
}

function compare(specs, sides) {
  for (const [place, spec] of specs.entries()) {
    const expected = spec.validity === 'valid' ? 'valid' : 'invalid';
    const row = rowOf(spec);
    row.histories++;
    for (const [side, given] of Object.entries(sides)) {
      if (given[place] === 'unknown') row[`${side} unknown`]++;
      else if (given[place] !== expected) {
        wrong++;
        console.log(`${side} says ${given[place]}: ${JSON.stringify(spec)}`);
      }
    }
  }
}

function rowOf({ kind, validity }) {
  return (tally[`${kind} ${validity}`] ??= { histories: 0, notMade: 0, 'ours unknown': 0, 'porcupine unknown': 0 });
}

function verdicts(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  return lines.filter(({ phase }) => phase === 'first').map(({ verdict }) => verdict);
}
