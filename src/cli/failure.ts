/**
 * How an error ends a command: a user's error in words with its place and a hint, a bug of ours with its stack.
 */
import { styleText } from 'node:util';
import { type ExitCode, exitCode, formatPlace, OrdealError } from '../base/errors.ts';

/** Prints to stderr and returns the exit code. */
export function printError(error: unknown): ExitCode {
  process.stderr.write(`${describeError(error)}\n`);
  return error instanceof OrdealError ? error.exit : exitCode.software;
}

/** As it is printed. */
export function describeError(error: unknown): string {
  const red = (text: string) => styleText('red', text, { stream: process.stderr });
  if (error instanceof OrdealError) {
    const lines = [`${red('error')} ${error.code}: ${error.message}`];
    if (error.place) lines.push(`   at: ${formatPlace(error.place)}`);
    if (error.hint) lines.push(` hint: ${error.hint}`);
    return lines.join('\n');
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${red('bug')} This is a bug of ordeal, not of your system. Please report it with these lines:\n${stack}`;
}
