/**
 * The path of a compiled module, for code that starts it as a process or a worker of its own.
 *
 * A worker needs JavaScript. Run from `dist/` the module is the neighbour itself; run from `src/` (by the tests) it is
 * the compiled twin in `dist/`, so a test that starts processes tests what a user runs. Build before such tests.
 */
import { fileURLToPath } from 'node:url';

/** `entryPoint(import.meta.url, './worker')`: the file to start. */
export function entryPoint(importer: string, relative: string): string {
  const path = fileURLToPath(new URL(`${relative}.js`, importer));
  return importer.endsWith('.ts') ? path.replace(/([/\\])src([/\\])(?!.*[/\\]src[/\\])/, '$1dist$2') : path;
}
