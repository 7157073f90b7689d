/**
 * A report as text for its page: a JSON head, then the columns as bytes, deflated, in base64. Base64 has no character that
 * means anything to HTML, so whatever a store under test said cannot reach the parser.
 *
 *     | 4 bytes: length of the head | head, UTF-8 | columns, one after the other |
 */
import { deflateRawSync } from 'node:zlib';
import type { Report, ReportMessages, ReportOperations } from '../data.ts';
import { messageColumns, nanosPerMicro, operationColumns, type PayloadHead } from './layout.ts';
import { ByteWriter } from './varint.ts';

export function encodeReport(report: Report): string {
  return deflateRawSync(packReport(report), { level: 7 }).toString('base64');
}

function packReport({ data, operations, messages }: Report): Uint8Array {
  const { length, nodes, functions, keys, values, errors } = operations;
  const head: PayloadHead = {
    data,
    operations: { length, nodes, functions, keys, values, errors },
    messages: { length: messages.length, names: messages.names, bodies: messages.bodies },
  };
  const text = Buffer.from(JSON.stringify(head));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const columns = new ByteWriter(1 << 16);
  writeOperations(columns, operations);
  writeMessages(columns, messages);
  return Buffer.concat([size, text, columns.written()]);
}

function writeOperations(bytes: ByteWriter, operations: ReportOperations): void {
  for (const [name, way] of operationColumns) writeColumn(bytes, operations[name], way);
  const { outcome, call, completion, callTime, returnTime } = operations;
  for (const code of outcome) bytes.unsigned(code);
  for (let id = 0; id < operations.length; id++) {
    const end = completion[id] as number;
    bytes.unsigned(end < 0 ? 0 : end - (call[id] as number));
  }
  writeTimes(bytes, callTime, returnTime);
}

function writeMessages(bytes: ByteWriter, messages: ReportMessages): void {
  for (const [name, way] of messageColumns) writeColumn(bytes, messages[name], way);
  for (const code of messages.fate) bytes.unsigned(code);
  writeTimes(bytes, messages.sent, messages.arrived);
}

function writeColumn(bytes: ByteWriter, column: Int32Array, way: 'plain' | 'delta'): void {
  let before = 0;
  for (const value of column) {
    if (way === 'plain') bytes.unsigned(value + 1);
    else bytes.signed(value - before);
    before = value;
  }
}

/** Begins ascend, but for what another tool recorded. */
function writeTimes(bytes: ByteWriter, begins: Float64Array, ends: Float64Array): void {
  let before = 0;
  for (const begin of begins) {
    const micros = Math.floor(begin / nanosPerMicro);
    bytes.signed(micros - before);
    before = micros;
  }
  for (let at = 0; at < begins.length; at++) {
    const begin = Math.floor((begins[at] as number) / nanosPerMicro);
    const end = ends[at] as number;
    bytes.unsigned(Number.isFinite(end) ? Math.max(0, Math.ceil(end / nanosPerMicro) - begin) + 1 : 0);
  }
}
