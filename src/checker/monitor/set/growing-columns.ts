/**
 * What the operations on a set from which nothing is removed say, class by class: which elements, by number.
 *
 * Elements stand alone as arguments, and within the lists that reads show. Those of lists are looked up by what they are,
 * each list once, however often it was read.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { dense, none } from '../dense.ts';
import { ElementNumbers } from './element-numbers.ts';

/** Kinds of classes. `impossible`: a result that no set gives. */
export const [addition, seen, missed, read, impossible] = [0, 1, 2, 3, 4] as const;

export interface GrowingSet {
  /** By class. */
  readonly kinds: Uint8Array;
  /** By class: number of the element, or `none`. */
  readonly elements: Int32Array;
  /** How many elements there are. */
  readonly count: number;
  /** By class: the elements that a read shows, each once. */
  readonly shown: readonly (Int32Array | undefined)[];
  /** Classes of reads, those that show less first. */
  readonly reads: readonly number[];
}

export function growingSetOf({ classes }: Subhistory): GrowingSet {
  const { functions, values, length } = classes;
  const [addFunction, readFunction] = [functions.indexOf('add'), functions.indexOf('read')];
  const kinds = new Uint8Array(length);
  const arguments_ = new Int32Array(length).fill(none);
  const reads: number[] = [];
  for (let number = 0; number < length; number++) {
    const output = values[classes.output[number]!];
    if (classes.f[number] === readFunction) {
      kinds[number] = Array.isArray(output) ? read : impossible;
      if (kinds[number] === read) reads.push(number);
      continue;
    }
    if (classes.f[number] === addFunction) kinds[number] = addition;
    else kinds[number] = output === true ? seen : output === false ? missed : impossible;
    if (kinds[number] !== impossible) arguments_[number] = classes.input[number]!;
  }
  if (reads.length === 0) {
    const { of: elements, count } = dense(arguments_);
    return { kinds, elements, count, shown: [], reads };
  }
  const numbers = new ElementNumbers();
  const elements = arguments_.map(id => (id === none ? none : numbers.of(values[id])));
  const lists = reads.map(number => numbered(values[classes.output[number]!] as readonly unknown[], numbers));
  const lastShown = new Int32Array(numbers.count).fill(none);
  const shown: (Int32Array | undefined)[] = [];
  reads.forEach((number, index) => {
    shown[number] = withoutRepeats(lists[index]!, { lastShown, index });
  });
  reads.sort((one, other) => shown[one]!.length - shown[other]!.length);
  return { kinds, elements, count: numbers.count, shown, reads };
}

function numbered(list: readonly unknown[], numbers: ElementNumbers): Int32Array {
  const elements = new Int32Array(list.length);
  for (let index = 0; index < list.length; index++) elements[index] = numbers.of(list[index]);
  return elements;
}

/** `lastShown`: by element, the index of the last list that shows it. The list is changed. */
function withoutRepeats(
  list: Int32Array,
  { lastShown, index }: { readonly lastShown: Int32Array; readonly index: number },
): Int32Array {
  let length = 0;
  for (let place = 0; place < list.length; place++) {
    const element = list[place]!;
    if (lastShown[element] === index) continue;
    lastShown[element] = index;
    list[length++] = element;
  }
  return list.subarray(0, length);
}
