/**
 * A page in one file: the programme, the style and the payload are in it, and nothing is fetched. It can be mailed,
 * attached to an issue, and opened from a disk without a network.
 *
 * What a store under test said is in the payload alone, which is base64. The policy in the file lets only this programme and
 * this style run, by their digests, forbids every request, and forbids the programme to hand text to the parser.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPoint } from '../base/entry.ts';
import { escapeHtml } from '../base/text.ts';

export interface Page {
  /** Which programme shows it. */
  readonly viewer: 'run' | 'index';
  readonly title: string;
  /** See `payload/encode.ts`. */
  readonly payload: string;
  /** The same in words, for who runs no programmes. */
  readonly text: string;
  /** Directory of the programmes and the style. @default those that were built with ordeal */
  readonly assets?: string;
}

export function pageHtml({ viewer, title, payload, text, assets = builtAssets() }: Page): string {
  const script = readFileSync(join(assets, `${viewer}.js`), 'utf8').replaceAll('</script', '<\\/script');
  const style = readFileSync(join(assets, 'style.css'), 'utf8');
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main><p>Unpacking the report&hellip;</p></main>
<noscript><pre>${escapeHtml(text)}</pre></noscript>
<template id="payload">${payload}</template>
<script>${script}</script>
</body>
</html>
`;
}

function builtAssets(): string {
  return dirname(entryPoint(import.meta.url, './viewer/run'));
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
