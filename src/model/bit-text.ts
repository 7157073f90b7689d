/**
 * A set of small numbers as a text: 16 bits in each character, nothing behind the last one that is set. Equal sets are
 * equal texts, so one serves as its own key.
 */

export function bitText(bits: readonly number[]): string {
  const codes: number[] = [];
  for (const bit of bits) codes[bit >> 4] = (codes[bit >> 4] ?? 0) | (1 << (bit & 15));
  return Array.from(codes, code => String.fromCharCode(code ?? 0)).join('');
}

export function hasBit(text: string, bit: number): boolean {
  return ((codeAt(text, bit >> 4) >> (bit & 15)) & 1) === 1;
}

/** Whether every bit of the one is set in the other. */
export function isWithin(one: string, other: string): boolean {
  for (let place = 0; place < one.length; place++) {
    if ((one.charCodeAt(place) & ~codeAt(other, place)) !== 0) return false;
  }
  return true;
}

export function withBit(text: string, bit: number, isSet: boolean): string {
  if (hasBit(text, bit) === isSet) return text;
  const place = bit >> 4;
  const changed = String.fromCharCode(codeAt(text, place) ^ (1 << (bit & 15)));
  const result = text.slice(0, place).padEnd(place, '\0') + changed + text.slice(place + 1);
  return isSet ? result : withoutEmptyEnd(result);
}

function codeAt(text: string, place: number): number {
  return place < text.length ? text.charCodeAt(place) : 0;
}

function withoutEmptyEnd(text: string): string {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0) length--;
  return text.slice(0, length);
}
