/**
 * Values as texts for a report: JSON, cut, each once. A report of a hundred thousand reads of long lists must not be as long
 * as all those lists.
 */

/** What all values of a report may take together, in characters, before the longer ones are cut more. */
const mostCharacters = 3_000_000;
const longestText = 1_000;
const shortestLimit = 80;

export class Texts {
  /** How many were cut. */
  cut = 0;

  /** One text a value, in their order. `undefined` is "". */
  of(values: readonly unknown[], write: (value: unknown) => string = jsonText): readonly string[] {
    const limit = Math.min(longestText, Math.max(shortestLimit, Math.floor(mostCharacters / (values.length + 1))));
    return values.map(value => this.cutTo(write(value), limit));
  }

  cutTo(text: string, limit: number): string {
    if (text.length <= limit) return text;
    this.cut++;
    return `${text.slice(0, limit)}… (${text.length.toLocaleString('en-US')} characters)`;
  }
}

function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
