/**
 * The corpus: every recorded history in `histories/` still gets the verdict that its label says. It is a gallery of
 * anomalies for readers, and where a history that once fooled us is pinned.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkerByName } from '../src/checker/catalogue.ts';
import { defaultBudget } from '../src/checker/checker.ts';
import { workloadByName } from '../src/generator/workloads/catalogue.ts';
import { readHistory } from '../src/history/reader.ts';

interface Label {
  readonly file: string;
  /** Checkers that must say `invalid`; every other checker of the workload must say `valid`. */
  readonly invalid: readonly string[];
  readonly why: string;
}

const folder = fileURLToPath(new URL('../histories', import.meta.url));
const labels = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly Label[];

describe('recorded histories', () => {
  test('every file has a label, and every label a file', () => {
    const files = readdirSync(folder).filter(name => name.endsWith('.jsonl'));
    expect(labels.map(label => label.file).toSorted()).toEqual(files.toSorted());
  });

  test.each(labels.map(label => [label.file, label] as const))('%s', (file, label) => {
    const history = readHistory(join(folder, file));
    expect(history.truncated).toBeNull();
    const checkers = [...workloadByName(history.header.workload).checkers, ...label.invalid];
    const invalid = [...new Set(checkers)].filter(name => {
      const { validity } = checkerByName(name).check(history, defaultBudget);
      expect(validity).not.toBe('unknown');
      return validity === 'invalid';
    });
    expect(invalid.toSorted()).toEqual(label.invalid.toSorted());
  });
});
