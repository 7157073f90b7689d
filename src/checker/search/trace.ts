/**
 * Writes down the order of linearization while a path of the search is walked once more.
 *
 * Operations that count as done although nobody chose a moment for them (*free* ones) have a moment too: directly before
 * the blind operation under which they became free, which wipes out what they did; or, when the state was already what
 * they leave, the moment at which they were met, when they change nothing. It is noted when they become free, holds when
 * they are passed at their return, and is forgotten when they are chosen after all.
 */
export class Trace {
  private readonly order: Int32Array;
  private length = 0;
  /** By operation, when it became free: how many were in order by then; else -1. */
  private readonly places: Int32Array;
  /** Those that were passed. */
  private readonly passed: number[] = [];

  /** `operations`: how many there are. */
  constructor(operations: number) {
    this.order = new Int32Array(operations);
    this.places = new Int32Array(operations).fill(-1);
  }

  linearize(operation: number): void {
    this.places[operation] = -1;
    this.order[this.length++] = operation;
  }

  free(operation: number): void {
    if (this.places[operation] === -1) this.places[operation] = this.length;
  }

  pass(operation: number): void {
    this.passed.push(operation);
  }

  /** The whole order. */
  result(): Int32Array {
    const { places, order, length } = this;
    const passed = this.passed.toSorted((one, other) => places[one]! - places[other]!);
    const result = new Int32Array(length + passed.length);
    let next = 0;
    let at = 0;
    for (let place = 0; place < length; place++) {
      while (next < passed.length && places[passed[next]!]! <= place) result[at++] = passed[next++]!;
      result[at++] = order[place]!;
    }
    while (next < passed.length) result[at++] = passed[next++]!;
    return result;
  }
}
