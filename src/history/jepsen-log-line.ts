/**
 * What a line of Jepsen's log looks like that is an operation: `... 3	:invoke	:cas	[1 2]`.
 */

/** Process, type and function; the value follows. */
export const operationLine = /(?:^|[\s:\]-])(\d+|:[a-z][\w-]*)\s+:(invoke|ok|fail|info)\s+:([^\s,;()[\]{}"]+)(?:\s|$)/;

export function isJepsenLogLine(line: string): boolean {
  return operationLine.test(line);
}
