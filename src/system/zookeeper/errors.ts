/**
 * The table of ZooKeeper's errors: which answers say that the request certainly had no effect, and never will.
 *
 * A server refuses a request before it becomes a transaction, or as a transaction that changes nothing; both are final.
 * What is not listed, and whatever speaks of time or of the server's own trouble, promises nothing.
 *
 * How it can mislead: `MARSHALLINGERROR` sounds like a request that nobody could read. The last processor of a server
 * also answers it when anything goes wrong after the transaction was applied, so it is indefinite.
 *
 * Source: `KeeperException.Code` of ZooKeeper 3.8.0 (names and numbers); for what is definite, where the server throws
 * it (`PrepRequestProcessor`, `FinalRequestProcessor`, `ZooKeeperServer`).
 */

export interface ZooKeeperError {
  readonly code: number;
  readonly name: string;
  /** The request had no effect and never will. */
  readonly definite: boolean;
}

/** The numbers that mean something to us. */
export const errorCodes = { ok: 0, noNode: -101, badVersion: -103, nodeExists: -110 } as const;

const table: readonly ZooKeeperError[] = [
  // The server's own trouble, and the bounds of ranges, which no server answers.
  { code: -1, name: 'SYSTEMERROR', definite: false },
  { code: -2, name: 'RUNTIMEINCONSISTENCY', definite: false },
  { code: -3, name: 'DATAINCONSISTENCY', definite: false },
  // Names that client libraries give to what they cannot know.
  { code: -4, name: 'CONNECTIONLOSS', definite: false },
  { code: -5, name: 'MARSHALLINGERROR', definite: false },
  { code: -6, name: 'UNIMPLEMENTED', definite: true },
  { code: -7, name: 'OPERATIONTIMEOUT', definite: false },
  { code: -8, name: 'BADARGUMENTS', definite: true },
  { code: -12, name: 'UNKNOWNSESSION', definite: false },
  { code: -13, name: 'NEWCONFIGNOQUORUM', definite: true },
  { code: -14, name: 'RECONFIGINPROGRESS', definite: true },
  { code: -100, name: 'APIERROR', definite: false },
  { code: -101, name: 'NONODE', definite: true },
  { code: -102, name: 'NOAUTH', definite: true },
  { code: -103, name: 'BADVERSION', definite: true },
  { code: -108, name: 'NOCHILDRENFOREPHEMERALS', definite: true },
  { code: -110, name: 'NODEEXISTS', definite: true },
  { code: -111, name: 'NOTEMPTY', definite: true },
  // The leader looks at the session before it makes a transaction of the request.
  { code: -112, name: 'SESSIONEXPIRED', definite: true },
  { code: -113, name: 'INVALIDCALLBACK', definite: false },
  { code: -114, name: 'INVALIDACL', definite: true },
  { code: -115, name: 'AUTHFAILED', definite: true },
  { code: -118, name: 'SESSIONMOVED', definite: true },
  { code: -119, name: 'NOTREADONLY', definite: true },
  { code: -120, name: 'EPHEMERALONLOCALSESSION', definite: true },
  { code: -121, name: 'NOWATCHER', definite: true },
  { code: -122, name: 'REQUESTTIMEOUT', definite: false },
  { code: -123, name: 'RECONFIGDISABLED', definite: true },
  { code: -124, name: 'SESSIONCLOSEDREQUIRESASLAUTH', definite: true },
  { code: -125, name: 'QUOTAEXCEEDED', definite: true },
  // Turned away at the door, because too many were waiting.
  { code: -127, name: 'THROTTLEDOP', definite: true },
];

const byCode = new Map(table.map(error => [error.code, error]));

/** Every error that a server of 3.8 may answer. */
export const zooKeeperErrors: readonly ZooKeeperError[] = table;

/** What a code means. One that is not in the table is indefinite. */
export function zooKeeperError(code: number): ZooKeeperError {
  return byCode.get(code) ?? { code, name: 'unknown error', definite: false };
}

/** `BADVERSION (-103)` */
export function showError(code: number): string {
  return `${zooKeeperError(code).name} (${code})`;
}
