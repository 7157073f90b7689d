/**
 * Paths for people.
 */
import { relative } from 'node:path';

/** As a person would name it from where he is. */
export function shownPath(path: string): string {
  return relative(process.cwd(), path) || '.';
}
