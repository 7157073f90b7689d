/**
 * The smallest history that can be had by dropping operations, one at a time, while it still has this property.
 */
export function shrink(operations, has) {
  for (let smaller = operations; ; ) {
    const next = smaller.map((_, place) => smaller.toSpliced(place, 1)).find(has);
    if (next === undefined) return smaller;
    smaller = next;
  }
}
