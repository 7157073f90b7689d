/**
 * One setting flips the verdict: each pair of `test/toggles` runs once, the bad half goes red with the anomaly that it is
 * known for, the good half stays green.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Workplace } from '../promises/ordeal.ts';

const folder = fileURLToPath(new URL('../toggles', import.meta.url));

test.each(readdirSync(folder))('%s', async file => {
  using workplace = new Workplace();
  const { exit, stdout, stderr } = await workplace.ordeal('run', join(folder, file));
  expect(exit, stdout + stderr).toBe(0);
});
