/**
 * Errors that a user can mend: the second of our three kinds.
 *
 * Each carries what a person needs and nothing else: a stable code, a sentence, the place, and a hint what to do. The
 * command line prints these without a stack trace; programmes match on `code`.
 */

/** Exit codes of the command line, by meaning. */
export const exitCode = {
  pass: 0,
  fail: 1,
  unknown: 2,
  vacuous: 3,
  limit: 4,
  usage: 64,
  unavailable: 69,
  software: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Where the error is: a file and, when known, the line and the column (both from 1), or the key path in a document. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly key?: string;
}

export interface OrdealErrorOptions {
  /** Upper snake case, stable over releases: `UNKNOWN_WORKLOAD`. */
  readonly code: string;
  /** One line: what to do about it. */
  readonly hint?: string;
  readonly place?: Place;
  /** @default 64 (usage or configuration) */
  readonly exit?: ExitCode;
  readonly cause?: unknown;
}

/** A user's error. Shown as `code`, message, place and hint. */
export class OrdealError extends Error {
  override readonly name = 'OrdealError';
  readonly code: string;
  readonly hint: string | null;
  readonly place: Place | null;
  readonly exit: ExitCode;

  constructor(message: string, options: OrdealErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint ?? null;
    this.place = options.place ?? null;
    this.exit = options.exit ?? exitCode.usage;
  }
}

/** `file:line:column (key a.b)`, as far as it is known. */
export function formatPlace(place: Place): string {
  const position = [place.file, place.line, place.column].filter(part => part !== undefined).join(':');
  return place.key === undefined ? position : `${position} (key ${place.key})`;
}
