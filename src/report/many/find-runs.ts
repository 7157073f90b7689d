/**
 * Finds run directories: the one that is named, or all below a directory of several (an output directory, shards, nights).
 *
 * A directory that looks like a run and is broken is a run here too: who reads it says what is wrong with it, so that nothing
 * that was tested disappears from the books. Links are not followed, else `latest` would be counted twice.
 */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OrdealError } from '../../base/errors.ts';

export interface FoundRun {
  /** As the caller would name it. */
  readonly path: string;
}

/** Directories between the one that is given and a run: `night/shard/.ordeal/runs/`. */
const deepest = 4;

/** Anything may be in these, and there is much of it. */
const neverSearched: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Each once, sorted by path. Errors: `NO_SUCH_DIRECTORY`, `NO_RUNS`. */
export function findRuns(paths: readonly string[]): readonly FoundRun[] {
  const found = new Map<string, string>();
  for (const path of paths) {
    assertDirectory(path);
    for (const run of search(path, 0)) {
      const place = realpathSync(run);
      if (!found.has(place)) found.set(place, run);
    }
  }
  if (found.size === 0) {
    throw new OrdealError(`there is no run in ${paths.join(', ') || 'no directory at all'}`, {
      code: 'NO_RUNS',
      hint: 'give run directories, or directories above them: .ordeal, or one with several nights',
    });
  }
  return [...found.values()].toSorted().map(path => ({ path }));
}

function assertDirectory(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  throw new OrdealError(there ? `${path} is no directory` : `there is no directory ${path}`, {
    code: 'NO_SUCH_DIRECTORY',
    hint: 'give run directories, or directories above them; ordeal run keeps its runs in .ordeal',
  });
}

function search(path: string, depth: number): readonly string[] {
  const entries = entriesOf(path);
  // What cannot be looked into may be a run: it is listed with the reason.
  if (entries === null || looksLikeRun(path, entries)) return [path];
  if (depth > deepest) return [];
  return entries
    .filter(entry => entry.isDirectory() && !neverSearched.has(entry.name))
    .flatMap(({ name }) => search(join(path, name), depth + 1));
}

function entriesOf(path: string): readonly Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return null;
  }
}

/** The name is how `run-directory.ts` calls them; a run that was killed early has little else. */
const stamped = /^\d{8}-\d{9}-./;

function looksLikeRun(path: string, entries: readonly Dirent[]): boolean {
  if (entries.some(({ name }) => name === 'plan.json' || name === 'verdict.json')) return true;
  return stamped.test(basename(path)) && !entries.some(({ name }) => name === 'runs');
}
