/**
 * The formats in which histories come, by name, and how to tell which one a file has.
 *
 * The first characters tell: nothing else is read twice, so standard input can be guessed as well. A guess only chooses the
 * reader, which is as strict as when it is named: a wrong guess is refused and never misread.
 */
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import { isJepsenLogLine } from './jepsen-log-line.ts';

interface Format {
  readonly name: string;
  readonly reader: 'jsonl' | 'edn' | 'log';
  /** One line, for the help. */
  readonly summary: string;
}

export const formats = [
  { name: 'jsonl', reader: 'jsonl', summary: "a JSON object a line: ours, or another tool's" },
  { name: 'edn', reader: 'edn', summary: "Jepsen's history.edn: operations as maps, in lines or in one list" },
  {
    name: 'jepsen-log',
    reader: 'log',
    summary: 'operations as Jepsen logs them: jepsen.log, history.txt, its etcd logs',
  },
  { name: 'porcupine', reader: 'edn', summary: "Porcupine's key-value test data: EDN with a :key" },
] as const satisfies readonly Format[];

export type FormatName = (typeof formats)[number]['name'];
export type FormatReader = (typeof formats)[number]['reader'];

/** Errors: `UNKNOWN_FORMAT` with the nearest right name. */
export function formatByName(name: string): FormatName {
  const format = formats.find(candidate => candidate.name === name);
  if (format !== undefined) return format.name;
  throw new OrdealError(`there is no format "${name}"`, {
    code: 'UNKNOWN_FORMAT',
    hint: suggestion(
      name,
      formats.map(candidate => candidate.name),
    ),
  });
}

export function readerOf(name: FormatName): FormatReader {
  return (formats.find(candidate => candidate.name === name) as Format).reader;
}

/** Looked at before we give up. */
const headBytes = 256 * 1024;
const mostLines = 2_000;

/** The format of a file that begins so, or null. A file without any text is ours: an empty one. */
export function guessFormat(head: Buffer): FormatName | null {
  const text = head
    .toString('utf8', 0, headBytes)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '' || /^[{[]\s*(?:"|\{\s*"|$)/.test(text)) return 'jsonl';
  if (text.split('\n', mostLines).some(isJepsenLogLine)) return 'jepsen-log';
  return /^(?:[{[(;]|#_|#[a-zA-Z])/.test(text) ? 'edn' : null;
}

export function cannotGuess(file: string): OrdealError {
  return new OrdealError('the format cannot be guessed: it begins like none of the formats that we know', {
    code: 'UNKNOWN_FORMAT',
    hint: `tried: ${formats.map(({ name, summary }) => `${name} (${summary})`).join('; ')}. Name it: --format edn`,
    place: { file },
  });
}
