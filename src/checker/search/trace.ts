/**
 * Writes down the order of linearization while a path of the search is walked once more.
 *
 * Operations that count as done although nobody chose a moment for them (*free* ones) have a moment too: directly before
 * the blind operation under which they became free, which wipes out what they did; or, when the state was already what
 * they leave, the moment at which they were met, when they change nothing. It is noted when they become free, holds when
 * they are passed at their return, and is forgotten when they are chosen after all.
 */
import { present } from '../../base/assert.ts';

export class Trace {
  private readonly order: number[] = [];
  /** How many operations were in order when it became free. */
  private readonly places = new Map<number, number>();
  private readonly passed: { readonly operation: number; readonly place: number }[] = [];

  linearize(operation: number): void {
    this.places.delete(operation);
    this.order.push(operation);
  }

  free(operation: number): void {
    if (!this.places.has(operation)) this.places.set(operation, this.order.length);
  }

  pass(operation: number): void {
    this.passed.push({ operation, place: present(this.places.get(operation)) });
  }

  /** The whole order. */
  result(): readonly number[] {
    const passed = this.passed.toSorted((one, other) => one.place - other.place);
    const result: number[] = [];
    let next = 0;
    this.order.forEach((operation, place) => {
      while (next < passed.length && present(passed[next]).place <= place)
        result.push(present(passed[next++]).operation);
      result.push(operation);
    });
    return [...result, ...passed.slice(next).map(({ operation }) => operation)];
  }
}
