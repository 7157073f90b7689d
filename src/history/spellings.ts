/**
 * What bytes were seen to stand for: ids by spelling. A value that was met before costs a hash and a comparison, and is
 * neither parsed nor looked for again.
 *
 * Whoever adds a spelling has read it; whoever finds it has the very same bytes. So whether a guess at where a spelling ends
 * was right does not matter: what is found is what was read.
 *
 * How it can mislead: it is a cache. When it is full it forgets everything and begins anew.
 */

const slotCount = 8192;
const mostEntries = 4096;
const mostBytes = 16 * 1024 * 1024;
/** One that is longer would push out too many others. */
const longest = 256 * 1024;
/** From here on the comparison by the runtime is faster than one by hand. */
const long = 48;

/** Of what is not known. */
export const unknown = -1;

export class Spellings {
  /** Entries plus one; 0 is free. */
  private readonly slots = new Int32Array(slotCount);
  private readonly hashes = new Int32Array(mostEntries);
  private readonly ids = new Int32Array(mostEntries);
  /** Where an entry begins in `bytes`; the next begins where it ends. */
  private readonly begins = new Int32Array(mostEntries + 1);
  private bytes: Uint8Array = new Uint8Array(4096);
  private count = 0;

  /** The id of what is spelled like this, or `unknown`. */
  find(hash: number, bytes: Buffer, begin: number, end: number): number {
    let slot = slotOf(hash);
    for (;;) {
      const entry = (this.slots[slot] as number) - 1;
      if (entry < 0) return unknown;
      if (this.hashes[entry] === hash && this.isSpelled(entry, bytes, begin, end)) return this.ids[entry] as number;
      slot = (slot + 1) & (slotCount - 1);
    }
  }

  /** What is spelled like this, and was not known, has this id. */
  add(hash: number, bytes: Buffer, begin: number, end: number, id: number): void {
    const length = end - begin;
    if (length > longest) return;
    if (this.count === mostEntries || (this.begins[this.count] as number) + length > mostBytes) this.forget();
    const at = this.begins[this.count] as number;
    this.reserve(at + length);
    this.bytes.set(bytes.subarray(begin, end), at);
    this.hashes[this.count] = hash;
    this.ids[this.count] = id;
    this.begins[++this.count] = at + length;
    let slot = slotOf(hash);
    while (this.slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
    this.slots[slot] = this.count;
  }

  private isSpelled(entry: number, bytes: Buffer, begin: number, end: number): boolean {
    const first = this.begins[entry] as number;
    const length = end - begin;
    if ((this.begins[entry + 1] as number) - first !== length) return false;
    if (length > long) return bytes.compare(this.bytes, first, first + length, begin, end) === 0;
    for (let at = 0; at < length; at++) if (this.bytes[first + at] !== bytes[begin + at]) return false;
    return true;
  }

  private forget(): void {
    this.slots.fill(0);
    this.count = 0;
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(length, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

function slotOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 13)) & (slotCount - 1);
}
