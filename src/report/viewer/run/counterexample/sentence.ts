/**
 * The explanation of an anomaly as it is read: the first lines large, lists as lists, and every operation that is named a
 * link that shows it.
 */
import { element } from '../../parts/dom.ts';
import { type Block, explanationBlocks, type Piece } from './explanation.ts';

export function sentence(explanation: string, operationCount: number): HTMLElement {
  return element('div', { class: 'sentence' }, ...explanationBlocks(explanation, operationCount).map(blockElement));
}

function blockElement(block: Block): HTMLElement {
  if (block.kind === 'prose') return element('p', {}, ...block.pieces.map(pieceNode));
  return element('ul', {}, ...block.items.map(pieces => element('li', {}, ...pieces.map(pieceNode))));
}

function pieceNode(piece: Piece): Node | string {
  return 'operation' in piece ? operationLink(piece.operation) : piece.text;
}

/** `#17`. What it does is decided where all that has a `data-operation` is listened to. */
export function operationLink(id: number): HTMLAnchorElement {
  return element('a', { class: 'reference', href: `#operation=${id}`, 'data-operation': String(id) }, `#${id}`);
}
