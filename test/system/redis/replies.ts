/** Replies as a server writes them: the inverse of the parser. */
import { isErrorReply, type Reply } from '../../../src/system/redis/resp.ts';

/** Texts are written as bulk texts, since only these may hold any character. */
export function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (isErrorReply(reply)) return `-${reply.error}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}
