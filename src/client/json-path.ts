/**
 * Paths into JSON, as far as answers of stores need them: `$.node.value`, `$.items[0]`, `$['a.b']`, and `[*]` for every
 * element of a list: `$.items[*].id` is a list.
 */

export type JsonPath = readonly (string | number | typeof every)[];

const every = Symbol('*');

/** Null when it is not a path. */
export function parseJsonPath(text: string): JsonPath | null {
  if (!text.startsWith('$')) return null;
  const path: (string | number | typeof every)[] = [];
  const part = /\.([\w-]+)|\[(\d+)\]|\[(\*)\]|\['([^']*)'\]/y;
  part.lastIndex = 1;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return null;
    const [, name, index, star, quoted] = match;
    path.push(star ? every : index === undefined ? ((name ?? quoted) as string) : Number(index));
  }
  return path;
}

/** What is there; undefined when nothing is. */
export function atJsonPath(value: unknown, path: JsonPath): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (part === every) {
    return Array.isArray(value) ? value.map((element: unknown) => atJsonPath(element, rest)) : undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return atJsonPath((value as Readonly<Record<string | number, unknown>>)[part], rest);
}
