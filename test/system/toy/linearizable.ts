/**
 * Whether a history of one register is linearizable: a search for an order, short enough to be seen to be right.
 *
 * Wing and Gong's algorithm with Lowe's memory of configurations. Independent of the checkers that the harness ships,
 * so that the toy store and those checkers do not share a mistake.
 */

/** One operation on one key. `call` and `return` are positions in one order of all events. */
export interface RegisterOperation {
  readonly f: 'read' | 'write' | 'cas';
  /** Written, or [from, to]; null for a read. */
  readonly input: unknown;
  /** Of a read: what it returned. Of a cas: whether it took place. Undefined when nobody knows. */
  readonly output: unknown;
  readonly call: number;
  /** Infinity: it may take effect at any time, or never. */
  readonly return: number;
}

interface Configuration {
  readonly done: ReadonlySet<number>;
  readonly state: string;
}

/** Values are compared by their JSON text; the register begins with null. Null as a result: too hard to say. */
export function isLinearizable(all: readonly RegisterOperation[], maxConfigurations = 300_000): boolean | null {
  const operations = all
    .filter(operation => operation.f !== 'read' || operation.return !== Infinity)
    .toSorted((a, b) => a.call - b.call);
  const last = operations.filter(operation => operation.return !== Infinity).length;
  const seen = new Set<string>();
  const stack: { configuration: Configuration; first: number; completed: number }[] = [
    { configuration: { done: new Set(), state: 'null' }, first: 0, completed: 0 },
  ];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { configuration, completed } = top;
    if (completed === last) return true;
    let { first } = top;
    const open = new Set(configuration.done);
    while (open.delete(first)) first++;
    const key = `${first} ${[...open].toSorted((a, b) => a - b).join()} ${configuration.state}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > maxConfigurations) return null;
    let deadline = Infinity;
    for (let index = first; index < operations.length; index++) {
      const operation = operations[index] as RegisterOperation;
      if (operation.call > deadline) break;
      if (open.has(index)) continue;
      deadline = Math.min(deadline, operation.return);
      const state = step(configuration.state, operation);
      if (state === null) continue;
      const next = { done: new Set(open).add(index), state };
      stack.push({ configuration: next, first, completed: completed + (operation.return === Infinity ? 0 : 1) });
    }
  }
  return false;
}

/** Null: impossible in this state. */
function step(state: string, { f, input, output }: RegisterOperation): string | null {
  if (f === 'read') return state === JSON.stringify(output) ? state : null;
  if (f === 'write') return JSON.stringify(input);
  const [from, to] = input as readonly [unknown, unknown];
  const matches = state === JSON.stringify(from);
  if (output === undefined) return matches ? JSON.stringify(to) : null;
  return matches === output ? (matches ? JSON.stringify(to) : state) : null;
}
