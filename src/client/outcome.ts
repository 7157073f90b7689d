/**
 * The table of definite errors: which answers say that the operation certainly did not happen, and never will.
 *
 * A wrong `fail` invents bugs (a write that "failed" is read later), a wrong `info` hides them. So a code is definite only
 * when its definition promises it, and a code that nobody defined promises nothing.
 *
 * Source: Maelstrom, `doc/protocol.md`, "Errors".
 */

export interface ErrorCode {
  readonly code: number;
  readonly name: string;
  /** The operation did not happen and never will. */
  readonly definite: boolean;
}

const errorCodes: readonly ErrorCode[] = [
  { code: 0, name: 'timeout', definite: false },
  { code: 1, name: 'node-not-found', definite: true },
  { code: 10, name: 'not-supported', definite: true },
  { code: 11, name: 'temporarily-unavailable', definite: true },
  { code: 12, name: 'malformed-request', definite: true },
  { code: 13, name: 'crash', definite: false },
  { code: 14, name: 'abort', definite: true },
  { code: 20, name: 'key-does-not-exist', definite: true },
  { code: 21, name: 'key-already-exists', definite: true },
  { code: 22, name: 'precondition-failed', definite: true },
  { code: 30, name: 'txn-conflict', definite: true },
];

const byCode = new Map(errorCodes.map(error => [error.code, error]));

/** What a code means. One that is not in the table is indefinite, whatever its text says. */
export function errorCode(code: number): ErrorCode {
  return byCode.get(code) ?? { code, name: 'unknown-error', definite: false };
}
