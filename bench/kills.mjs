/**
 * What a SIGKILL of the harness leaves behind, at random moments of a run: is the history readable, does a node survive,
 * does the next run start clean?
 *
 *     npm run build && node bench/kills.mjs [times=50]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readHistory } from '../dist/history/reader.js';

const times = Number(process.argv[2] ?? 50);
const ordeal = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'ordeal-kills-'));
const counts = { readable: 0, tooEarly: 0, unreadable: 0, survivors: 0, events: 0 };

for (let count = 1; count <= times; count++) {
  const child = spawn(process.execPath, [ordeal, 'run', '--time-limit', '6s', '--out', out], { stdio: 'ignore' });
  await sleep(200 + Math.random() * 6500);
  child.kill('SIGKILL');
  await sleep(400);
  const left = survivors();
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
const last = spawn(process.execPath, [ordeal, 'run', '--time-limit', '5s', '--out', out], { stdio: 'ignore' });
const exit = await new Promise(resolve => last.once('exit', resolve));
rmSync(out, { recursive: true, force: true });
console.log(`\n${times} kills: ${JSON.stringify(counts)}; the next run exits with ${exit}`);

/** Nodes are told where their data is, below the output directory of this bench. */
function survivors() {
  const found = spawnSync('pgrep', ['-af', '--', `--data ${out}`], { encoding: 'utf8' });
  if (found.status !== 0 && found.status !== 1) throw new Error(`pgrep cannot tell: ${found.stderr}`);
  return found.stdout.trim().split('\n').filter(Boolean);
}
