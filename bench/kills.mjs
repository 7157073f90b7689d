/**
 * What a SIGKILL of the harness leaves behind, at random moments of a run: is the history readable, does a node survive,
 * does the next run start clean? Of a system in Docker: does `doctor --clean` leave nothing of it, and touch nothing else?
 *
 *     npm run build && node bench/kills.mjs [times=50] [system=toy]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readHistory } from '../dist/history/reader.js';
import { label, ownerOf } from '../dist/runtime/docker/labels.js';

const [times = 50, system = 'toy'] = process.argv.slice(2).map((text, index) => (index === 0 ? Number(text) : text));
const inDocker = system !== 'toy';
const ordeal = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'ordeal-kills-'));
// Somebody else's: it must be there in the end, and run.
const stranger = 'somebody-else';
if (inDocker)
  docker('run', '-d', '--name', stranger, '-v', `${stranger}:/data`, 'debian:bookworm-slim', 'sleep', '3600');
const counts = { readable: 0, tooEarly: 0, unreadable: 0, survivors: 0, events: 0 };

for (let count = 1; count <= times; count++) {
  const child = spawn(process.execPath, [ordeal, 'run', system, '--time-limit', '6s', '--out', out], {
    stdio: 'ignore',
  });
  const owner = ownerOf(child.pid);
  await sleep(200 + Math.random() * 6500);
  child.kill('SIGKILL');
  await sleep(400);
  if (inDocker) clean();
  const left = inDocker ? madeBy(owner) : survivors();
  counts.survivors += left.length;
  const history = join(out, 'latest', 'history.jsonl');
  if (!existsSync(history)) counts.tooEarly++;
  else {
    try {
      counts.events += readHistory(history).eventCount;
      counts.readable++;
    } catch (error) {
      counts.unreadable++;
      console.log(`${count}: ${error.message}`);
    }
  }
  process.stdout.write(left.length > 0 ? `${count}: survived: ${left.join('; ')}\n` : '.');
}
const last = spawn(process.execPath, [ordeal, 'run', system, '--time-limit', '5s', '--out', out], { stdio: 'ignore' });
const exit = await new Promise(resolve => last.once('exit', resolve));
rmSync(out, { recursive: true, force: true });
if (inDocker) {
  const untouched =
    docker('ps', '-q', '--filter', `name=${stranger}`) !== '' && docker('volume', 'ls', '-q').includes(stranger);
  docker('rm', '-f', '-v', stranger);
  docker('volume', 'rm', stranger);
  console.log(`\nsomebody else's container and volume ${untouched ? 'are untouched' : 'ARE GONE'}`);
}
console.log(`\n${times} kills: ${JSON.stringify(counts)}; the next run exits with ${exit}`);

function clean() {
  const { status, stdout } = spawnSync(process.execPath, [ordeal, 'doctor', '--clean'], { encoding: 'utf8' });
  if (status !== 0) console.log(`doctor --clean exits with ${status}: ${stdout}`);
}

function madeBy(owner) {
  const kinds = [
    ['ps', '-aq'],
    ['network', 'ls', '-q'],
    ['volume', 'ls', '-q'],
  ];
  return kinds.flatMap(kind =>
    docker(...kind, '--filter', `label=${label.owner}=${owner}`)
      .split('\n')
      .filter(Boolean),
  );
}

function docker(...words) {
  return spawnSync('docker', words, { encoding: 'utf8' }).stdout.trim();
}

/** Nodes are told where their data is, below the output directory of this bench. */
function survivors() {
  const found = spawnSync('pgrep', ['-af', '--', `--data ${out}`], { encoding: 'utf8' });
  if (found.status !== 0 && found.status !== 1) throw new Error(`pgrep cannot tell: ${found.stderr}`);
  return found.stdout.trim().split('\n').filter(Boolean);
}
