/**
 * Where the worker of the live check begins: lines of a history in, a report on each batch of them out. Started by
 * `live.ts`, never imported.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../../base/assert.ts';
import { decodeLine } from '../../history/codec.ts';
import { parseLine } from '../../history/line.ts';
import { modelByName } from '../../model/catalogue.ts';
import { countOf } from '../words.ts';
import type { LiveReport, LiveTask } from './live-messages.ts';
import { LinearizabilityStream } from './stream.ts';

const port = present(parentPort);
const stream = new LinearizabilityStream(modelByName((workerData as LiveTask).model), { interval: Infinity });
let saidStopped = false;
let saidGivenUp = false;

port.on('message', (lines: string) => {
  for (let begin = 0; begin < lines.length; ) {
    const end = lines.indexOf('\n', begin);
    const text = lines.slice(begin, end);
    const line = decodeLine(parseLine(text), text);
    if (line.kind === 'event') stream.add(line.event);
    begin = end + 1;
  }
  const report: LiveReport = { alarm: stream.check(), limit: limit() };
  port.postMessage(report);
});

/** Null when there is nothing new to say. */
function limit(): string | null {
  if (stream.stopped !== null && !saidStopped) {
    saidStopped = true;
    return stream.stopped;
  }
  if (stream.givenUp.size === 0 || saidGivenUp) return null;
  saidGivenUp = true;
  return `${countOf(stream.givenUp.size, 'key')} can be explained in too many ways to follow them all`;
}
