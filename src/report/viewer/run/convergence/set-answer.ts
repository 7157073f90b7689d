/**
 * Answers that are sets: what one lacks and has besides, against what most members say. Read from the texts, so there is
 * nothing to say of a text that was cut.
 *
 * How it can mislead: numbers of more than fifteen digits are not told apart once they are read, so texts with such are
 * left as they are.
 */

export interface SetDifference {
  readonly lacking: readonly string[];
  readonly extra: readonly string[];
  /** The same elements in another order. */
  readonly reordered: boolean;
}

/** The elements of a JSON list, each as JSON with its members in order; null for anything else. */
export function elementsOf(text: string): readonly string[] | null {
  if (!text.startsWith('[') || /\d{16}/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(element => canonical(element)) : null;
  } catch {
    return null;
  }
}

/** Both counted: an element that is there twice and was there once is one too many. */
export function compareElements(own: readonly string[], usual: readonly string[]): SetDifference {
  const lacking = beyond(usual, own);
  const extra = beyond(own, usual);
  const reordered = lacking.length === 0 && extra.length === 0 && own.some((element, at) => element !== usual[at]);
  return { lacking, extra, reordered };
}

/** `lacks 3, 7 and 2 more; has 9 besides` */
export function differenceWords({ lacking, extra, reordered }: SetDifference): string {
  if (reordered) return 'the same in another order';
  return [
    ...(lacking.length === 0 ? [] : [`lacks ${few(lacking)}`]),
    ...(extra.length === 0 ? [] : [`has ${few(extra)} besides`]),
  ].join('; ');
}

const mostNamed = 5;

function few(elements: readonly string[]): string {
  const named = elements.slice(0, mostNamed).join(', ');
  return elements.length <= mostNamed ? named : `${named} and ${elements.length - mostNamed} more`;
}

function beyond(some: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const element of others) counts.set(element, (counts.get(element) ?? 0) + 1);
  return some.filter(element => {
    const left = counts.get(element) ?? 0;
    counts.set(element, left - 1);
    return left <= 0;
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  });
}
