/**
 * An index as text for its page: JSON, deflated, in base64; see `encode.ts`.
 */
import { deflateRawSync } from 'node:zlib';
import type { IndexData } from '../many/index-data.ts';

export function encodeIndex(data: IndexData): string {
  return deflateRawSync(JSON.stringify(data), { level: 7 }).toString('base64');
}
