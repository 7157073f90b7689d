/**
 * Gives the operations on elements their moments, from the flips that `presence.ts` found, and puts those of all
 * elements into one order.
 *
 * Flips are made by the writes that account for them; whatever else there is happens when the bit has its value for the
 * first time after the call. Crashed writes that make no flip do not happen.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import type { Presence } from './presence.ts';
import { codeCell, isReturn, isWrite, partnerCell, positionCell, step, type Timeline } from './timeline.ts';

export class ElementMoments {
  private readonly events: number;
  /** Positions as they happen, element after element, and for each the rank of the event before which it happens. */
  private readonly happened: Int32Array;
  private readonly before: Int32Array;
  private count = 0;
  /** Of the element at hand: see `Presence.flips`. */
  private readonly flips: Int32Array;
  /** Positions of the writes that make the flips. */
  private readonly makers: Int32Array;
  private readonly isMaker: Uint8Array;
  /** By value: positions. */
  private readonly waiting: readonly [number[], number[]] = [[], []];

  /** `most`: events of one element. */
  constructor({ events, length }: Subhistory, most: number) {
    this.events = events.length;
    this.happened = new Int32Array(length);
    this.before = new Int32Array(length);
    this.flips = new Int32Array(most);
    this.makers = new Int32Array(most);
    this.isMaker = new Uint8Array(length);
  }

  /** The element was found possible to the end just now. */
  add(timeline: Timeline, found: Presence): void {
    const { cells, from, to } = timeline;
    const { isMaker, flips, waiting } = this;
    const count = found.flips(flips);
    if (count > 0) this.findMakers(timeline, count);
    let flipped = 0;
    for (let event = from; event < to; event += step) {
      const rank = cells[event]!;
      const code = cells[event + codeCell]!;
      if (isReturn(code)) {
        for (; flipped < count && flips[flipped]! >> 1 === rank; flipped++) this.flip(flipped, rank);
        continue;
      }
      const position = cells[event + positionCell]!;
      if (cells[event + partnerCell] === never || isMaker[position] === 1) continue;
      if ((code & 1) === (flipped & 1)) this.happen(position, rank + 1);
      else waiting[code & 1]!.push(position);
    }
  }

  /** All that happened, in order of time. */
  order(): Int32Array {
    const { happened, before, count } = this;
    const starts = new Int32Array(this.events + 2);
    for (let index = 0; index < count; index++) starts[before[index]! + 1] = starts[before[index]! + 1]! + 1;
    for (let rank = 1; rank < starts.length; rank++) starts[rank] = starts[rank]! + starts[rank - 1]!;
    const order = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      const rank = before[index]!;
      order[starts[rank]!] = happened[index]!;
      starts[rank] = starts[rank]! + 1;
    }
    return order;
  }

  private happen(position: number, rank: number): void {
    this.happened[this.count] = position;
    this.before[this.count++] = rank;
  }

  private flip(flip: number, rank: number): void {
    const served = this.waiting[1 - (flip & 1)]!;
    this.happen(this.makers[flip]!, rank);
    for (let index = 0; index < served.length; index++) this.happen(served[index]!, rank);
    served.length = 0;
  }

  /** A write that returns makes the oldest flip that it can, and crashed ones what is left: see `presence.ts`. */
  private findMakers({ cells, from, to }: Timeline, count: number): void {
    const { flips } = this;
    /** By value: flips without a maker, and crashed writes. */
    const open: readonly [number[], number[]] = [[], []];
    const crashed: readonly [number[], number[]] = [[], []];
    let flipped = 0;
    for (let event = from; event < to; event += step) {
      const code = cells[event + codeCell]!;
      if (!isReturn(code)) {
        if (isWrite(code) && cells[event + partnerCell] === never)
          crashed[code & 1]!.push(cells[event + positionCell]!);
        continue;
      }
      let isUsed = !isWrite(code);
      for (; flipped < count && flips[flipped]! >> 1 === cells[event]; flipped++) {
        if (flips[flipped]! & 1) open[1 - (flipped & 1)]!.push(flipped);
        else {
          this.make(flipped, cells[event + positionCell]!);
          isUsed = true;
        }
      }
      if (isUsed) continue;
      const owed = open[code & 1]!;
      let place = owed.length;
      while (place > 0 && flips[owed[place - 1]!]! >> 1 > cells[event + partnerCell]!) place--;
      if (place < owed.length) this.make(owed.splice(place, 1)[0]!, cells[event + positionCell]!);
    }
    for (const value of [0, 1] as const) {
      open[value].forEach((flip, index) => this.make(flip, crashed[value][index]!));
    }
  }

  private make(flip: number, position: number): void {
    this.makers[flip] = position;
    this.isMaker[position] = 1;
  }
}
