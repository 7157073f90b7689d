/**
 * Writes the entries of a log in their order, as late as the returns allow: what `log.ts` proves.
 *
 * It may be asked to judge only what has happened up to an event. Then what returns later is open: an append that does
 * not know its offset, or a read that was never answered.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { EarliestReturn } from '../earliest-return.ts';
import { impossible, type LogEntries, none } from './entries.ts';

export interface Placement {
  /** Positions of appends, by place. */
  readonly written: Int32Array;
  readonly count: number;
}

/** Null: what has happened up to and with this rank is impossible. */
export function placeEntries(subhistory: Subhistory, entries: LogEntries, until: number): Placement | null {
  const places = placesOf(subhistory, entries, until);
  if (!places) return null;
  const { events, class: classOf, return: returns } = subhistory;
  const { lengths, numbers } = entries;
  /** How many entries there were at the call of each read. */
  const countAtCall = new Int32Array(subhistory.length);
  for (let rank = 0; rank <= until; rank++) {
    const position = events[rank]! >> 1;
    const own = classOf[position]!;
    const shown = lengths[own]!;
    if ((events[rank]! & 1) === 0) {
      if (shown !== none) countAtCall[position] = places.count;
      else if (!knowsOffset(entries, { own, end: returns[position]!, until })) open(places, position, numbers[own]!);
      continue;
    }
    if (shown !== none) {
      if (shown < countAtCall[position]! || !fill(places, { upTo: shown, rank })) return null;
    } else if (places.isWritten[position] === 0) {
      const place = placeFor(places, { position, offset: entries.offsets[own]!, number: numbers[own]! });
      if (!fill(places, { upTo: place + 1, rank })) return null;
    }
  }
  return places;
}

function knowsOffset(
  { offsets }: LogEntries,
  { own, end, until }: { readonly own: number; readonly end: number; readonly until: number },
): boolean {
  return offsets[own] !== none && end <= until;
}

interface Places extends Placement {
  count: number;
  readonly calls: Int32Array;
  readonly isWritten: Uint8Array;
  /** How many places are known from reads. */
  readonly readable: number;
  /** By place: the append that was told it, or `none`. */
  readonly told: Int32Array;
  /** By place in the part that was read: number of its value. */
  readonly shown: Int32Array;
  /** By number of a value: the next place where it was read and nobody was told; `none` when there is none left. */
  readonly nextOf: Int32Array;
  /** By place: the next one of the same value. */
  readonly following: Int32Array;
  /** By number of a value: its only append, where it has just one and that is open. */
  readonly only: Int32Array;
  readonly appends: Int32Array;
  /** By number of a value with several appends. */
  readonly several: (EarliestReturn | undefined)[];
  /** All appends that do not know their offset. */
  readonly anyOpen: EarliestReturn;
  readonly returns: Int32Array;
  /** No place before this one, behind those that were read, is without an append that was told it. */
  gap: number;
}

/** Null when two were told one offset, or another value was read there, or a place is beyond all appends. */
function placesOf(subhistory: Subhistory, entries: LogEntries, until: number): Places | null {
  const { length, call, return: returns, class: classOf } = subhistory;
  const { offsets, lengths, numbers, shown, appends } = entries;
  let readable = 0;
  let called = 0;
  for (let position = 0; position < length && call[position]! <= until; position++) {
    const entriesShown = lengths[classOf[position]!]!;
    if (entriesShown === none) called++;
    else if (returns[position]! > until) continue;
    else if (entriesShown === impossible) return null;
    else readable = Math.max(readable, entriesShown);
  }
  if (readable > called) return null;
  const told = new Int32Array(called + 1).fill(none);
  for (let position = 0; position < length && call[position]! <= until; position++) {
    const own = classOf[position]!;
    const offset = offsets[own]!;
    if (offset === none || returns[position]! > until) continue;
    if (offset === impossible || offset >= called || told[offset] !== none) return null;
    if (offset < readable && shown[offset] !== numbers[own]) return null;
    told[offset] = position;
  }
  const nextOf = new Int32Array(appends.length).fill(none);
  const following = new Int32Array(readable);
  for (let place = readable - 1; place >= 0; place--) {
    if (told[place] !== none) continue;
    const number = shown[place]!;
    following[place] = nextOf[number]!;
    nextOf[number] = place;
  }
  return {
    written: new Int32Array(called + 1),
    count: 0,
    calls: call,
    returns,
    isWritten: new Uint8Array(length),
    readable,
    told,
    shown,
    nextOf,
    following,
    only: new Int32Array(appends.length).fill(none),
    appends,
    several: [],
    anyOpen: new EarliestReturn(returns, called),
    gap: readable,
  };
}

/** An append was called that does not know its offset. */
function open({ only, several, appends, anyOpen, returns }: Places, position: number, number: number): void {
  anyOpen.add(position);
  if (number === none) return;
  if (appends[number] === 1) only[number] = position;
  else (several[number] ??= new EarliestReturn(returns, appends[number]!)).add(position);
}

/** Where an append that returns is written: the first place that it can have. */
function placeFor(
  places: Places,
  { position, offset, number }: { readonly position: number; readonly offset: number; readonly number: number },
): number {
  const { told, nextOf } = places;
  if (offset !== none && told[offset] === position) return offset;
  if (number !== none && nextOf[number] !== none) return nextOf[number]!;
  places.gap = Math.max(places.gap, places.count);
  while (told[places.gap] !== none) places.gap++;
  return places.gap;
}

/** Writes the next entries. False when one of them cannot be written now. */
function fill(places: Places, { upTo, rank }: { readonly upTo: number; readonly rank: number }): boolean {
  const { told, written, isWritten, calls, shown, nextOf, following, readable } = places;
  while (places.count < upTo) {
    const place = places.count;
    let position = told[place]!;
    if (position !== none) {
      if (calls[position]! > rank) return false;
    } else {
      position = place < readable ? takeValue(places, shown[place]!) : takeAny(places);
      if (position === none) return false;
      if (place < readable) nextOf[shown[place]!] = following[place]!;
    }
    isWritten[position] = 1;
    written[place] = position;
    places.count++;
  }
  return true;
}

function takeValue({ only, several, appends }: Places, number: number): number {
  if (appends[number]! > 1) return several[number]?.take() ?? none;
  const position = only[number] ?? none;
  only[number] = none;
  return position;
}

function takeAny({ anyOpen, isWritten }: Places): number {
  for (;;) {
    const position = anyOpen.take();
    if (position === none || isWritten[position] === 0) return position;
  }
}
