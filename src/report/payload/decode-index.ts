/**
 * The other side of `encode-index.ts`, in the browser (and in tests).
 */
import type { IndexData } from '../many/index-data.ts';
import { inflateText } from './decode.ts';

/** Rejects when it is not a payload. */
export async function decodeIndex(text: string): Promise<IndexData> {
  return JSON.parse(new TextDecoder().decode(await inflateText(text))) as IndexData;
}
