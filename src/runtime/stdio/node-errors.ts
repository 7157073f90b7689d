/**
 * What is said to a person when a node does not start or does not behave: which node, what happened, its last words.
 */
import { existsSync } from 'node:fs';
import { OrdealError } from '../../base/errors.ts';
import type { NodeName } from '../../base/names.ts';
import type { NodeLog } from './node-log.ts';
import type { Ending } from './node-process.ts';

interface Subject {
  readonly name: NodeName;
  readonly command: readonly string[];
  readonly log: NodeLog;
}

const lastLines = 10;
const shownCharacters = 200;

/** The command itself could not be run. */
export function notStarted({ name, command, log }: Subject, cause: NodeJS.ErrnoException): OrdealError {
  const [file = ''] = command;
  if (cause.code === 'ENOENT') return notFound(name, file, cause);
  return new OrdealError(`${name} cannot run ${file}: ${cause.message}`, {
    code: 'BIN_NOT_STARTED',
    hint: cause.code === 'EACCES' ? `make it executable: chmod +x ${file}` : 'run the command by hand to see why',
    place: { file: log.path },
    cause,
  });
}

function notFound(name: NodeName, file: string, cause: Error): OrdealError {
  const isPath = /[/\\]/.test(file);
  const isThere = existsSync(file);
  const hint =
    isPath && isThere
      ? 'the file is there: is the interpreter in its first line (#!) installed?'
      : isThere
        ? `a command without a path is looked for on the PATH; did you mean ./${file}?`
        : `give a path that is right from ${process.cwd()}, or a command that is on the PATH`;
  const why = isPath && isThere ? '' : ': there is no such command';
  return new OrdealError(`${name} cannot run ${file}${why}`, { code: 'BIN_NOT_FOUND', hint, cause });
}

/** It ended before it had answered `init`. */
export function endedEarly(subject: Subject, ending: Ending): OrdealError {
  return new OrdealError(endedSentence(subject, ending, ' before it was up'), {
    code: 'NODE_EXITED',
    hint: `run it by hand: ${subject.command.join(' ')}`,
    place: { file: subject.log.path },
  });
}

/** It lives, but did not answer `init` in time, or not with `init_ok`. */
export function notReady({ name, log }: Subject, what: string): OrdealError {
  return new OrdealError(`${name} is not ready: ${what}${lastWords(log)}`, {
    code: 'NODE_NOT_READY',
    hint: 'a node answers init with {"type":"init_ok","in_reply_to":<msg_id>}, one line, and flushes its output',
    place: { file: log.path },
  });
}

/** It printed something on standard output that is not a message. */
export function protocolBroken({ name, log }: Subject, line: string, problem: string): OrdealError {
  const text = line.trimEnd();
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text;
  return new OrdealError(`${name} printed a line on stdout that ${problem}: ${JSON.stringify(shown)}`, {
    code: 'NODE_PROTOCOL',
    hint: 'nodes must print logs on stderr; stdout is for messages, one JSON object a line',
    place: { file: log.path },
  });
}

/** `n2 exited with code 1: <last log lines>`. */
export function endedSentence({ name, log }: Subject, ending: Ending, when = ''): string {
  return `${name} ${describeEnding(ending)}${when}${lastWords(log)}`;
}

export function describeEnding({ signal, exitCode }: Ending): string {
  return signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
}

function lastWords(log: NodeLog): string {
  const words = log.tail(lastLines);
  if (words === '') return ': it wrote nothing on stderr';
  return words.includes('\n') ? `; the last lines of its log:\n${words}` : `: ${words}`;
}
