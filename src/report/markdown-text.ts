/**
 * Foreign texts in Markdown.
 */
import { showForeign } from './shown-text.ts';

/** A line of prose or a cell of a table: nothing in it may begin a mark, an element, a cell or a new line. */
export function markdownLine(text: string, longest = 2_000): string {
  const oneLine = showForeign(text.replaceAll(/\s+/g, ' '), longest);
  return oneLine.replaceAll(/[\\`*_{}[\]<#|~]|^>/g, mark => `\\${mark}`);
}

/** A block as it is. The fence is longer than any that is in the text. */
export function markdownBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
