/**
 * The flags that say how a history file is to be read, of every command that reads one.
 */
import { Option } from 'commander';
import { formatByName, formats } from '../history/format.ts';
import { type Independence, independences } from '../history/independent.ts';
import type { ReadOptions } from '../history/reader.ts';

export interface ReadingFlags {
  readonly format: string;
  readonly independent: Independence;
}

export function readingOptions(): readonly Option[] {
  const names = formats.map(({ name }) => name).join(', ');
  return [
    new Option('-f, --format <name>', `how the file is written: ${names}, or guess`).default('guess'),
    new Option('--independent <answer>', 'whether the values of a Jepsen history are pairs [key value]')
      .choices(independences)
      .default('guess'),
  ];
}

/** Errors: `UNKNOWN_FORMAT`. */
export function readingOf({ format, independent }: ReadingFlags): Omit<ReadOptions, 'header'> {
  return format === 'guess' ? { independent } : { independent, format: formatByName(format) };
}
