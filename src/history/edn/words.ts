/**
 * Words of a text in bytes, each decoded once: a million operations share a dozen keywords, and a word that is known costs
 * a hash and a comparison, and no string.
 *
 * How it can mislead: when the table is full, further words are decoded anew each time, and have no id.
 */
import { isUtf8 } from 'node:buffer';

const slotCount = 8192;
const mostWords = 4096;
/** Of a word that the table does not hold. */
export const unlisted = -1;

export class WordTable {
  /** By id; those given to the constructor come first. */
  readonly texts: string[] = [];
  private readonly spellings: Buffer[] = [];
  /** Ids plus one; 0 is free. */
  private readonly slots = new Int32Array(slotCount);

  constructor(words: readonly string[] = []) {
    for (const word of words) {
      const bytes = Buffer.from(word);
      this.id(bytes, 0, bytes.length);
    }
  }

  /** The id of these bytes, or `unlisted`. */
  id(bytes: Buffer, begin: number, end: number): number {
    let hash = 0;
    for (let at = begin; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    return this.idOf(bytes, begin, end, hash);
  }

  /** The same, for whoever has passed over the bytes already and knows their hash: see `id`. */
  idOf(bytes: Buffer, begin: number, end: number, hash: number): number {
    let slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
    for (;;) {
      const known = (this.slots[slot] as number) - 1;
      if (known < 0) return this.add(slot, bytes.subarray(begin, end));
      const spelling = this.spellings[known] as Buffer;
      if (spelling.length === end - begin && this.endOf(known, bytes, begin) === end) return known;
      slot = (slot + 1) & (slotCount - 1);
    }
  }

  /** Where this word ends when it begins here; 0 when it does not. More may follow it. */
  endOf(id: number, bytes: Buffer, begin: number): number {
    const spelling = this.spellings[id] as Buffer;
    for (let at = 0; at < spelling.length; at++) if (spelling[at] !== bytes[begin + at]) return 0;
    return begin + spelling.length;
  }

  text(bytes: Buffer, begin: number, end: number): string {
    const id = this.id(bytes, begin, end);
    return id === unlisted ? bytes.toString('utf8', begin, end) : (this.texts[id] as string);
  }

  private add(slot: number, word: Buffer): number {
    if (this.texts.length === mostWords || !isUtf8(word)) return unlisted;
    this.texts.push(word.toString());
    this.spellings.push(Buffer.from(word));
    this.slots[slot] = this.texts.length;
    return this.texts.length - 1;
  }
}
