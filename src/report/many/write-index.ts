/**
 * The page of many runs, in one file beside them.
 */
import { pageHtml } from '../page.ts';
import { encodeIndex } from '../payload/encode-index.ts';
import { writeWhole } from '../run-report.ts';
import { lastNightVerdict } from './cells.ts';
import type { IndexData } from './index-data.ts';
import { headline } from './index-words.ts';
import { type IndexSource, makeIndex } from './make-index.ts';

/** Returns what it wrote, for a summary in words. Errors: `CANNOT_WRITE_REPORT`. */
export function writeIndex(source: IndexSource): IndexData {
  const data = makeIndex(source);
  writeWhole(source.path, indexHtml(data));
  return data;
}

export function indexHtml(data: IndexData, assets: { readonly assets?: string } = {}): string {
  const worst = lastNightVerdict(data);
  return pageHtml({
    ...assets,
    viewer: 'index',
    title: `${worst}: ${headline(data)}`,
    payload: encodeIndex(data),
    text: data.markdown,
  });
}
