/**
 * The other side of `encode.ts`, in the browser (and in tests): from the text of the page to the report.
 */
import type { Report, ReportData, ReportMessages, ReportOperations } from '../data.ts';
import { messageColumns, nanosPerMicro, operationColumns, type PayloadHead } from './layout.ts';
import { ByteReader } from './varint.ts';

/** Rejects when it is not a payload. */
export async function decodeReport(text: string): Promise<Report> {
  return unpackReport(await inflateText(text));
}

function unpackReport(bytes: Uint8Array): Report {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size))) as PayloadHead;
  const reader = new ByteReader(bytes, 4 + size);
  const operations = readOperations(reader, head.operations);
  const messages = readMessages(reader, head.messages);
  return { data: head.data as ReportData, operations, messages };
}

function readOperations(reader: ByteReader, tables: PayloadHead['operations']): ReportOperations {
  const { length } = tables;
  const columns = Object.fromEntries(
    operationColumns.map(([name, way]) => [name, readColumn(reader, length, way)]),
  ) as Pick<ReportOperations, (typeof operationColumns)[number][0]>;
  const outcome = new Uint8Array(length);
  for (let id = 0; id < length; id++) outcome[id] = reader.unsigned();
  const completion = new Int32Array(length);
  for (let id = 0; id < length; id++) {
    const distance = reader.unsigned();
    completion[id] = distance === 0 ? -1 : (columns.call[id] as number) + distance;
  }
  const [callTime, returnTime] = readTimes(reader, length);
  return { ...tables, ...columns, outcome, completion, callTime, returnTime };
}

function readMessages(reader: ByteReader, tables: PayloadHead['messages']): ReportMessages {
  const { length } = tables;
  const columns = Object.fromEntries(
    messageColumns.map(([name, way]) => [name, readColumn(reader, length, way)]),
  ) as Pick<ReportMessages, (typeof messageColumns)[number][0]>;
  const fate = new Uint8Array(length);
  for (let at = 0; at < length; at++) fate[at] = reader.unsigned();
  const [sent, arrived] = readTimes(reader, length);
  return { ...tables, ...columns, fate, sent, arrived };
}

function readColumn(reader: ByteReader, length: number, way: 'plain' | 'delta'): Int32Array {
  const column = new Int32Array(length);
  let before = 0;
  for (let at = 0; at < length; at++) {
    before = way === 'plain' ? reader.unsigned() - 1 : before + reader.signed();
    column[at] = before;
  }
  return column;
}

function readTimes(reader: ByteReader, length: number): [begins: Float64Array, ends: Float64Array] {
  const begins = new Float64Array(length);
  let micros = 0;
  for (let at = 0; at < length; at++) {
    micros += reader.signed();
    begins[at] = micros * nanosPerMicro;
  }
  const ends = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    const distance = reader.unsigned();
    ends[at] = distance === 0 ? Infinity : (begins[at] as number) + (distance - 1) * nanosPerMicro;
  }
  return [begins, ends];
}

/** The bytes that were deflated and written in base64. */
export async function inflateText(text: string): Promise<Uint8Array> {
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}
