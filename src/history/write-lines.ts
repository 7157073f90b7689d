/**
 * Writes a history that was read as JSON Lines of ours, numbered anew without gaps.
 *
 * The closing line vouches for the whole: a history that was truncated gets none, and stays truncated.
 */
import { createHash } from 'node:crypto';
import { eventsOf } from './assemble.ts';
import { encodeEvent, encodeHeader, encodeTrailer } from './codec.ts';
import type { History } from './history.ts';

/** The lines, each with its newline. */
export function* jsonLines(history: History): Generator<string> {
  const digest = createHash('sha256');
  let index = 0;
  const header = encodeHeader(history.header);
  digest.update(header);
  yield header;
  for (const event of eventsOf(history)) {
    const line = encodeEvent({ ...event, index: index++ });
    digest.update(line);
    yield line;
  }
  if (history.truncated === null) yield encodeTrailer({ events: index, digest: digest.digest('hex') });
}
