/**
 * What backslashes mean in EDN: escapes within a string, and characters by name.
 */

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', b: '\b', f: '\f' };
const characters: Readonly<Record<string, string>> = {
  newline: '\n',
  return: '\r',
  space: ' ',
  tab: '\t',
  formfeed: '\f',
  backspace: '\b',
};
const unicode = /^u[0-9a-fA-F]{4}$/;

/** The text that is meant; `refuse` is told the offset of an escape that there is not. */
export function unescaped(text: string, refuse: (offset: number, escape: string) => never): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|[^])/g, (whole, escape: string, offset: number) => {
    if (escape === '\\' || escape === '"') return escape;
    if (unicode.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (/^[0-7]+$/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8));
    return escapes[escape] ?? refuse(offset, whole);
  });
}

/** The character after the backslash, which may have a name; null when there is none. */
export function characterNamed(name: string): string | null {
  if (/^.$/su.test(name)) return name;
  if (unicode.test(name)) return String.fromCharCode(Number.parseInt(name.slice(1), 16));
  return characters[name] ?? null;
}
