/**
 * How the text of a checker is taken apart.
 */
import { describe, expect, test } from 'vitest';
import { explanationBlocks } from '../../../../src/report/viewer/run/counterexample/explanation.ts';

/** A reference is shown as `<17>`. */
function shown(explanation: string): readonly string[] {
  return explanationBlocks(explanation, 100).map(block => {
    const written = (block.kind === 'prose' ? [block.pieces] : block.items).map(pieces =>
      pieces.map(piece => ('operation' in piece ? `<${piece.operation}>` : piece.text)).join(''),
    );
    return `${block.kind}: ${written.join(' | ')}`;
  });
}

describe('an explanation', () => {
  test('names operations, also within brackets and at the end', () => {
    expect(shown('read -> 3 (#17) was answered by #4.')).toEqual(['prose: read → 3 (<17>) was answered by <4>.']);
  });

  test('has lists: lines with a dash, and lines that are indented', () => {
    expect(shown('They differ:\n- n1 says 1\n- n2 says 2\nNo order:\n  #3 write 1\n  #4 write 2')).toEqual([
      'prose: They differ:',
      'list: n1 says 1 | n2 says 2',
      'prose: No order:',
      'list: <3> write 1 | <4> write 2',
    ]);
  });

  test('keeps a value as it is, though it looks like a reference or an arrow', () => {
    expect(shown('write "#17 -> x" (#3) and a#5')).toEqual(['prose: write "#17 -> x" (<3>) and a#5']);
  });

  test('refers to no operation that does not exist', () => {
    expect(shown('write (#100) and (#99)')).toEqual(['prose: write (#100) and (<99>)']);
  });

  test('shows what would hide or turn round the text', () => {
    expect(shown('write "\u202e"')).toEqual(['prose: write "⟨U+202E⟩"']);
  });
});
