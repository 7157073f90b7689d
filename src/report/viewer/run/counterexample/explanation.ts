/**
 * The text of a checker, taken apart: lines of prose, lists (a line that begins with `- ` or is indented), and references
 * to operations (`#17`).
 *
 * A value of the store may look like a reference too. One that stands in quotes is taken for text; another would only lead
 * to an operation that exists.
 */
import { showForeign } from '../../../shown-text.ts';
import { showArrows } from './arrows.ts';

export type Piece = { readonly text: string } | { readonly operation: number; readonly text: string };

export type Block =
  | { readonly kind: 'prose'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Piece[])[] };

const longestLine = 4000;

/** `count`: how many operations there are. */
export function explanationBlocks(explanation: string, count: number): readonly Block[] {
  const blocks: (Block | { kind: 'list'; items: (readonly Piece[])[] })[] = [];
  for (const line of explanation.split('\n').filter(text => text.trim() !== '')) {
    const listed = /^(?:\s*- |\s+)(.*)$/.exec(line)?.[1];
    const pieces = piecesOf(showArrows(showForeign(listed ?? line, longestLine)), count);
    const last = blocks.at(-1);
    if (listed === undefined) blocks.push({ kind: 'prose', pieces });
    else if (last?.kind === 'list') blocks[blocks.length - 1] = { kind: 'list', items: [...last.items, pieces] };
    else blocks.push({ kind: 'list', items: [pieces] });
  }
  return blocks;
}

function piecesOf(text: string, count: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let written = 0;
  for (const match of text.matchAll(/(?<![\w"'&#])#(\d{1,9})\b/g)) {
    const operation = Number(match[1]);
    if (operation >= count) continue;
    if (match.index > written) pieces.push({ text: text.slice(written, match.index) });
    pieces.push({ operation, text: match[0] });
    written = match.index + match[0].length;
  }
  if (written < text.length) pieces.push({ text: text.slice(written) });
  return pieces;
}
