/**
 * What `register` and `cas-register` have in common: one value, and operations that need a value (or need it to be
 * another) and leave a value. A read of v needs v and leaves what is there; a write of v needs nothing and leaves v; a
 * cas from a to b needs a and leaves b; a refused cas from a needs anything but a.
 */
import type { Operation } from '../history/operation.ts';
import { sameValue, showValue, valueKey } from './value.ts';

/** Stands for every value that no operation looks for. */
const anotherValue = Symbol('another value');

export function isRefusedCas(operation: Operation): boolean {
  return operation.f === 'cas' && operation.outcome === 'fail' && operation.output === 'refused';
}

export function stepValue(state: unknown, operation: Operation): readonly unknown[] {
  if (operation.f === 'write') return [operation.input ?? null];
  if (operation.f === 'read') return sameValue(state, operation.output) ? [state] : [];
  const [from, to] = casArguments(operation);
  if (operation.outcome === 'fail') return sameValue(state, from) ? [] : [state];
  return sameValue(state, from) ? [to ?? null] : [];
}

/** A cas from a to a changes nothing: it is a read of a. */
export function isValueRead(operation: Operation): boolean {
  if (operation.f !== 'cas') return operation.f === 'read';
  const [from, to] = casArguments(operation);
  return operation.outcome === 'fail' || sameValue(from, to);
}

/**
 * An `info` operation that leaves b can be left out when it comes after the last return of every completed operation that
 * needs b, of every refused cas, and of every completed operation that needs what `info` cas can make of b.
 *
 * Proof. Take an order that is right, with such an operation x in it, and look at what stands between x and the next write
 * (or the end). While the value is b, no read of b and no cas from b that was completed can stand there, for it had
 * returned before x came; nor a refused cas; only `info` cas from b can. The same holds for each value that a chain of
 * them leaves. So nothing but `info` cas stands there. Leave them out with x: the next write does not care.
 */
export function noticeableValues(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const need = new Map<string | number, number>();
  let refusedUntil = -Infinity;
  const raise = (key: string | number, until: number): boolean => {
    if (until <= (need.get(key) ?? -Infinity)) return false;
    need.set(key, until);
    return true;
  };
  for (const operation of operations) {
    if (operation.outcome === 'fail') refusedUntil = Math.max(refusedUntil, operation.return);
    else if (operation.outcome === 'ok' && operation.f !== 'write')
      raise(valueKey(neededBy(operation)), operation.return);
  }
  const infos = operations.filter(operation => operation.outcome === 'info' && operation.f !== 'read');
  const infoCas = infos.filter(operation => operation.f === 'cas');
  for (let changed = true; changed; ) {
    changed = false;
    for (const cas of infoCas) {
      if (raise(valueKey(neededBy(cas)), need.get(valueKey(leftBy(cas))) ?? -Infinity)) changed = true;
    }
  }
  return new Map(infos.map(info => [info.id, Math.max(refusedUntil, need.get(valueKey(leftBy(info))) ?? -Infinity)]));
}

/**
 * A value that is left but that no operation needs, nor needs to be another, may as well be any other such value: whatever
 * is possible when the one is there is possible when the other is, and leaves the same.
 */
export function simplifyValues(operations: readonly Operation[]): readonly Operation[] {
  const needed = new Set<string | number>([valueKey(null)]);
  for (const operation of operations) if (operation.f !== 'write') needed.add(valueKey(neededBy(operation)));
  return operations.map(operation => {
    if (operation.f === 'read' || needed.has(valueKey(leftBy(operation)))) return operation;
    const input = operation.f === 'write' ? anotherValue : [neededBy(operation), anotherValue];
    return { ...operation, input, output: operation.outcome === 'fail' ? operation.output : undefined };
  });
}

/** Values are told apart only by operations that need one, or need another. */
export function representativeValues(operations: readonly Operation[]): readonly unknown[] {
  const values = new Map<string | number, unknown>();
  for (const operation of operations) {
    if (operation.f !== 'write') values.set(valueKey(neededBy(operation)), neededBy(operation) ?? null);
  }
  return [...values.values(), anotherValue];
}

export function describeValueOperation(operation: Operation): string {
  if (operation.f === 'read') return operation.outcome === 'ok' ? `read -> ${showValue(operation.output)}` : 'read';
  if (operation.f === 'write') return `write ${showValue(operation.input)}`;
  const [from, to] = casArguments(operation);
  const words = `cas ${showValue(from)} to ${showValue(to)}`;
  return operation.outcome === 'fail' ? `${words} -> refused` : words;
}

export function describeValue(state: unknown): string {
  return state === anotherValue ? 'the value is none that they look for' : `the value is ${showValue(state)}`;
}

/** See `Model.needs`. */
export function needsValue(operation: Operation): { readonly state: unknown } | null {
  return operation.f === 'write' || operation.outcome === 'fail' ? null : { state: neededBy(operation) ?? null };
}

/** See `Model.leaves`. */
export function leavesValue(operation: Operation): { readonly state: unknown } {
  return { state: leftBy(operation) ?? null };
}

/** The value that a read or a cas must find. */
export function neededBy(operation: Operation): unknown {
  return operation.f === 'read' ? operation.output : casArguments(operation)[0];
}

/** The value that a write or a cas leaves. */
export function leftBy(operation: Operation): unknown {
  return operation.f === 'write' ? operation.input : casArguments(operation)[1];
}

/** `[from, to]`; its shape has been checked. */
function casArguments({ input }: Operation): readonly unknown[] {
  return Array.isArray(input) ? input : [];
}
