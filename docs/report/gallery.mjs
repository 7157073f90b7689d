/**
 * Makes reports to look at: of three real failures (Redis with Sentinel, etcd with serializable reads, a store with a
 * planted bug), and of what else a run can come to. With --pictures it also takes the pictures of this folder.
 *
 *     node docs/report/gallery.mjs [--out DIR below this repository] [--only NAME] [--pictures]
 *
 * Needs what was built; for etcd and Redis a Docker Engine, for the pictures Chromium (CHROMIUM names another one than
 * /usr/bin/chromium). A run that comes out otherwise than it should ends the script: a fault needs luck with the timing, so
 * each is tried three times.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeHistory } from '../../bench/checker/histories.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const ordeal = join(root, 'dist/cli/main.js');
const refuses = 'node test/promises/nodes/refuses.mjs';

/** `run` or `check`, with what comes behind it; and the exit code that is meant. */
const gallery = {
  'toy-stale-read': { exit: 1, run: ['toy', '--bug', 'stale-read'] },
  'etcd-serializable': { exit: 1, run: ['etcd', '--set', 'reads=serializable', '--nemesis', 'partition-primary'] },
  'redis-sentinel': {
    exit: 1,
    run: [
      'redis-sentinel',
      '--workload',
      'g-set',
      '--nemesis',
      'isolate-primary-long',
      '--time-limit',
      '30s',
      '--converge-within',
      '25s',
    ],
  },
  diverged: { exit: 1, run: ['toy', '--bug', 'no-repair', '--workload', 'g-set'] },
  passing: { exit: 0, run: ['toy'] },
  unknown: {
    exit: 2,
    check: ['--model', 'register', '--budget', '2s'],
    history: {
      kind: 'register',
      operations: 20_000,
      clients: 100,
      info: 0.01,
      validity: 'middle',
      values: 200,
      seed: 1,
    },
  },
  vacuous: { exit: 3, run: ['--bin', refuses, '--workload', 'unique-ids', '--nemesis', 'none', '--time-limit', '3s'] },
};

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string', default: '.ordeal/gallery' },
    only: { type: 'string' },
    pictures: { type: 'boolean' },
  },
});
const out = join(root, flags.out);
mkdirSync(out, { recursive: true });
const names = Object.keys(gallery).filter(name => flags.only === undefined || name === flags.only);
if (names.length === 0) throw new Error(`--only ${flags.only}: one of ${Object.keys(gallery).join(', ')}`);
for (const name of names) {
  make(name, gallery[name]);
  console.log(join(flags.out, `${name}.html`));
}
start(['report', flags.out]);
if (flags.pictures) await takePictures(names);

function make(name, { exit, run, check, history }) {
  const page = join(flags.out, `${name}.html`);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const status = run ? runAndKeep(name, run, page) : checkHistory(name, { check, history, page });
    if (status === exit) return;
    console.error(`${name}: exit code ${status}, not ${exit}`);
  }
  throw new Error(`${name} did not come out as it should, three times`);
}

function runAndKeep(name, run, page) {
  const directory = join(flags.out, name);
  rmSync(join(root, directory), { recursive: true, force: true });
  const status = start(['run', ...run, '--out', directory]);
  const [made] = readdirSync(join(root, directory, 'runs'));
  copyFileSync(join(root, directory, 'runs', made, 'report.html'), join(root, page));
  return status;
}

function checkHistory(name, { check, history, page }) {
  const path = join(flags.out, `${name}.jsonl`);
  writeHistory(history, join(root, path));
  return start(['check', path, ...check, '--report', page]);
}

/** In the root, so that the reports show short paths. */
function start(args) {
  return spawnSync(ordeal, args, { cwd: root, stdio: 'inherit' }).status;
}

/** The first screens, as a reader sees them; and the failing one in the dark. */
async function takePictures(shown) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  for (const name of [...shown, 'index']) {
    for (const colorScheme of name === 'toy-stale-read' ? ['light', 'dark'] : ['light']) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme });
      await page.goto(pathToFileURL(join(out, `${name}.html`)).href);
      await page.waitForSelector('html[data-ready=yes]', { state: 'attached' });
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(here, `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`) });
      await page.close();
    }
  }
  await browser.close();
}
