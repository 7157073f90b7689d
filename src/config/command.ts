/**
 * One command line as a user types it, split into words: `python3 "my raft.py" --fast`. No shell is started, so there are
 * no variables, globs or pipes; single and double quotes keep blanks together, a backslash keeps the next character.
 */
import { OrdealError } from '../base/errors.ts';

export function splitCommand(text: string): readonly [string, ...string[]] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character === '\\' && quote !== "'" && index + 1 < text.length) word = (word ?? '') + text[++index];
    else if (quote !== null) {
      if (character === quote) quote = null;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  const [first, ...rest] = words;
  if (quote === null && first !== undefined) return [first, ...rest];
  throw new OrdealError(quote === null ? 'the command is empty' : `the command has an unclosed ${quote}`, {
    code: 'BAD_COMMAND',
    hint: 'for example --bin "python3 raft.py"',
  });
}
