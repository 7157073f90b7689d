/**
 * The checkers write `read -> 5`, as a terminal can show it; the page writes `read → 5`.
 */

/** What stands in quotes is a value, and stays as it is. */
export function showArrows(text: string): string {
  return text
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, at) => (at % 2 === 0 ? part.replaceAll(' -> ', ' → ') : part))
    .join('');
}
