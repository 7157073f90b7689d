/**
 * What the operations on a register need and leave, as small numbers: a read of v needs v, a write of v leaves v, a
 * cas from a to b needs a and leaves b; a cas from a to a is a read of a.
 *
 * The ids of the history are of whole arguments, and a cas has two values in one. So where there is a cas, each value
 * is named by what it is; elsewhere the ids will do. Either way it becomes a token first, an integer that equal values
 * share, and then a number: 0 is null, what a register holds at first, and the others follow without gaps.
 *
 * How it can mislead: a refused cas needs what it did *not* find.
 */
import { absent, outcomeCodes } from '../../../history/columns.ts';
import { valueKey } from '../../../model/value.ts';
import type { Classes } from '../../subhistory/subhistory.ts';
import { dense } from '../dense.ts';

/** The number of null. */
export const initialValue = 0;

/** Columns by class; `none` where it needs nothing, or leaves what was there. */
export interface ValueNumbers {
  /** How many there are, 0 included. */
  readonly count: number;
  readonly needs: Int32Array;
  readonly leaves: Int32Array;
}

export function numberValues({ length, f, input, output, outcome, functions, values }: Classes): ValueNumbers {
  const read = functions.indexOf('read');
  const write = functions.indexOf('write');
  const token = f.some(own => own !== read && own !== write) ? tokenOfValue() : tokenOfId;
  // First null, so that it gets the first number; then what is needed, and what is left.
  const tokens = new Int32Array(1 + length * 2).fill(noToken);
  tokens[0] = nullToken;
  for (let index = 0; index < length; index++) {
    if (f[index] === read) tokens[1 + index] = token(values, output[index]!);
    else if (f[index] === write) tokens[1 + length + index] = token(values, input[index]!);
    else {
      const pair = values[input[index]!] as readonly unknown[];
      const to = token(pair, 1);
      tokens[1 + index] = token(pair, 0);
      const isChange = to !== tokens[1 + index] && outcome[index] !== outcomeCodes.fail;
      if (isChange) tokens[1 + length + index] = to;
    }
  }
  const { of, count } = dense(tokens);
  return { count, needs: of.subarray(1, 1 + length), leaves: of.subarray(1 + length) };
}

const noToken = -1;
const nullToken = 0;

/** Of the value at `index`. */
type Token = (values: readonly unknown[], index: number) => number;

const tokenOfId: Token = (values, index) =>
  index === absent || (values[index] ?? null) === null ? nullToken : index + 1;

/** Whole numbers below this have the tokens that follow them; those of other values are greater. */
const plain = 0x4000_0000;

function tokenOfValue(): Token {
  const others = new Map<string | number, number>();
  return (values, index) => {
    const value = index === absent ? null : (values[index] ?? null);
    if (value === null) return nullToken;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < plain) return value + 1;
    const key = valueKey(value);
    let token = others.get(key);
    if (token === undefined) {
      token = plain + 1 + others.size;
      others.set(key, token);
    }
    return token;
  };
}
