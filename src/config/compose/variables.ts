/**
 * Variables in a compose file: `$NAME`, `${NAME}`, `${NAME:-default}` (also when empty), `${NAME-default}` (when not set),
 * `${NAME:?message}`, `${NAME?message}`, and `$$` for a dollar sign. Defaults and messages may hold variables themselves.
 *
 * How it can mislead: as everywhere with compose files, a variable that nobody has set is the empty text.
 */

/** Undefined when nobody has set it. */
export type Lookup = (name: string) => string | undefined;

/** Why a text cannot be resolved, for people. */
export class VariableError extends Error {
  override readonly name = 'VariableError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const forms = 'write ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message}, ${NAME?message}, or $$ for a dollar';

/** Throws `VariableError`. */
export function interpolate(text: string, lookup: Lookup): string {
  let result = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '$') {
      result += text[index];
      continue;
    }
    if (text[index + 1] === '$') {
      result += '$';
      index++;
      continue;
    }
    const plain = /^\w+/.exec(text.slice(index + 1))?.[0];
    if (plain !== undefined && /^[A-Za-z_]/.test(plain)) {
      result += lookup(plain) ?? '';
      index += plain.length;
      continue;
    }
    const end = text[index + 1] === '{' ? closing(text, index + 1) : -1;
    if (end < 0) throw new VariableError(`${JSON.stringify(text)} has a $ that begins no variable`, forms);
    result += expand(text.slice(index + 2, end), lookup);
    index = end;
  }
  return result;
}

/** Where the brace that is opened at `open` is closed; -1 when it is not. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '{' && (index === open || text[index - 1] === '$')) depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return -1;
}

/** What stands between the braces. */
function expand(inner: string, lookup: Lookup): string {
  const match = /^([A-Za-z_]\w*)(?:(:?[-?])([\s\S]*))?$/.exec(inner);
  if (!match) throw new VariableError(`\${${inner}} is not a variable that is understood`, forms);
  const [, name = '', operator = '', rest = ''] = match;
  const value = lookup(name);
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  if (!missing) return value;
  if (operator.endsWith('-')) return interpolate(rest, lookup);
  if (!operator.endsWith('?')) return '';
  const message = interpolate(rest, lookup);
  throw new VariableError(`the variable ${name} is not set${message === '' ? '' : `: ${message}`}`, `set ${name}`);
}
