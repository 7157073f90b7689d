/**
 * Lists of choices that are still to be tried, in one growing array. A list is two numbers a choice (the choice, the state
 * after it), and their count on top; it is named by the place of its count. The lists of a search that goes deep and comes
 * back are made and spent like a stack, and so is the array.
 */

/** A list without choices. */
export const nothing = -1;

export class Pending {
  private data = new Int32Array(1_024);
  private length = 0;

  /** Adds to the list that is being made; what is added last is tried first. */
  add(choice: number, successor: number): void {
    if (this.length + 3 > this.data.length) this.grow();
    this.data[this.length++] = choice;
    this.data[this.length++] = successor;
  }

  /** Ends the list that is being made, of so many choices. */
  end(count: number): number {
    if (count === 0) return nothing;
    this.data[this.length] = count;
    return this.length++;
  }

  choice(list: number): number {
    return this.data[list - 2]!;
  }

  successor(list: number): number {
    return this.data[list - 1]!;
  }

  /** The list without the choice that has been taken. */
  rest(list: number): number {
    const count = this.data[list]! - 1;
    if (list + 1 === this.length) this.length = count === 0 ? list - 2 : list - 1;
    if (count === 0) return nothing;
    this.data[list - 2] = count;
    return list - 2;
  }

  private grow(): void {
    const larger = new Int32Array(this.data.length * 2);
    larger.set(this.data);
    this.data = larger;
  }
}
