/**
 * What `JSON.parse` does not say: where a text is wrong, which member is there twice, which number does not fit.
 *
 * Slow, and only asked when something is wrong or might be: `JSON.parse` reads the good lines.
 */
import { maximumDepth } from './intern.ts';

export interface JsonProblem {
  /** In UTF-16 units from 0. */
  readonly offset: number;
  readonly message: string;
}

/** The first thing that is wrong with this text, or null. Every text that `JSON.parse` refuses has a problem. */
export function jsonProblem(text: string): JsonProblem | null {
  return scan(text).problem;
}

/** Where the value of this member of the outermost object begins; null when it cannot be found. */
export function memberOffset(text: string, name: string): number | null {
  return scan(text).members.get(name) ?? null;
}

interface Scan {
  readonly problem: JsonProblem | null;
  /** Offset of the value, by name. */
  readonly members: ReadonlyMap<string, number>;
}

function scan(text: string): Scan {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return { problem: null, members: scanner.members };
  } catch (error) {
    if (error instanceof Problem) {
      return { problem: { offset: error.offset, message: error.message }, members: scanner.members };
    }
    throw error;
  }
}

class Problem extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const escapeToken = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /true|false|null/y;

class Scanner {
  readonly members = new Map<string, number>();
  private readonly text: string;
  private offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): void {
    this.value(0);
    if (this.peek() !== '') this.fail('the end of the line is expected');
  }

  private value(depth: number): void {
    const next = this.peek();
    if ((next === '{' || next === '[') && depth > maximumDepth) {
      throw new Problem(this.offset, `lists and objects are nested in more than ${maximumDepth} levels`);
    }
    if (next === '{') this.object(depth);
    else if (next === '[') this.array(depth);
    else if (next === '"') this.string();
    else if (next === '-' || (next >= '0' && next <= '9')) this.number();
    else if (this.take(wordToken) === null) this.fail('a value is expected');
  }

  private object(depth: number): void {
    const names = new Set<string>();
    this.offset++;
    if (this.accept('}')) return;
    do {
      if (this.peek() !== '"') this.fail('a name in double quotes is expected');
      const begin = this.offset;
      const name: string = JSON.parse(this.string());
      if (names.has(name)) throw new Problem(begin, `the member ${JSON.stringify(name)} is there twice`);
      names.add(name);
      this.expect(':');
      this.peek();
      if (depth === 0) this.members.set(name, this.offset);
      this.value(depth + 1);
    } while (this.accept(','));
    this.expect('}', '"," or "}"');
  }

  private array(depth: number): void {
    this.offset++;
    if (this.accept(']')) return;
    do this.value(depth + 1);
    while (this.accept(','));
    this.expect(']', '"," or "]"');
  }

  /** The token, from quote to quote. By hand: a regular expression gives up on very long strings. */
  private string(): string {
    const begin = this.offset++;
    for (;;) {
      const next = this.text.charAt(this.offset);
      if (next === '"') return this.text.slice(begin, ++this.offset);
      if (next === '') this.fail('the closing quote of a string is expected');
      if (next < ' ') throw new Problem(this.offset, 'not JSON: in a string this character must be escaped');
      if (next !== '\\') this.offset++;
      else if (this.take(escapeToken) === null) throw new Problem(this.offset, 'not JSON: there is no such escape');
    }
  }

  private number(): void {
    const begin = this.offset;
    const token = this.take(numberToken);
    if (token === null) this.fail('a number is expected');
    if (Math.abs(Number(token)) > Number.MAX_SAFE_INTEGER) {
      throw new Problem(begin, `the number ${token} is too large to be held exactly`);
    }
  }

  /** The next character that is not blank; empty at the end. */
  private peek(): string {
    for (;;) {
      const next = this.text.charAt(this.offset);
      if (next !== ' ' && next !== '\t' && next !== '\n' && next !== '\r') return next;
      this.offset++;
    }
  }

  private accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.offset++;
    return true;
  }

  private expect(character: string, shown = `"${character}"`): void {
    if (!this.accept(character)) this.fail(`${shown} is expected`);
  }

  private take(token: RegExp): string | null {
    token.lastIndex = this.offset;
    const match = token.exec(this.text);
    if (match === null) return null;
    this.offset = token.lastIndex;
    return match[0];
  }

  private fail(expected: string): never {
    const found = this.text.charAt(this.offset);
    const instead = found === '' ? 'but the line ends' : `not ${JSON.stringify(found)}`;
    throw new Problem(this.offset, `not JSON: ${expected}, ${instead}`);
  }
}
