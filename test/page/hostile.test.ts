/**
 * Whatever a store, a file or a user said stands on the page as text and does nothing else: no script runs, no element
 * appears that the page did not make, and nothing pushes the page out of its frame.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Key } from '../../src/base/names.ts';
import { historyFromEvents } from '../../src/history/assemble.ts';
import type { EventDraft, HistoryEvent } from '../../src/history/event.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { testHeader } from '../history/build.ts';
import { type OpenPage, settled, useBrowser } from './browser.ts';
import { reportOf } from './reports.ts';

const { openReport } = useBrowser();

/** Would be seen if it ran. */
const call = 'window.hacked=true';
const attacks = [
  `<script>${call}</script>`,
  `</script><script>${call}</script>`,
  `</template><script>${call}</script>`,
  `<img src=x onerror=${call}>`,
  `"><svg onload=${call}>`,
  `' onmouseover='${call}' x='`,
  `<iframe srcdoc="<script>parent.${call}</script>">`,
  `javascript:${call}`,
  `<style>*{display:none}</style>`,
  `<!-- -->]]>`,
  '&lt;b&gt; &#60;script&#62;',
  '\u202egnp.exe\u202c \u200f\u061c \u2066isolated',
  '\u0000\u0001\u001b[31mred\u0007\r\n\t\u007f\u0085\u2028\u2029',
  '\ud800 lone \udfff',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  '𝕬'.repeat(200),
  'w'.repeat(1_000_000),
  '__proto__',
  'constructor',
  '',
  ' ',
];

const text = fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 30 }));
const value = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, text, { maxKeys: 2 }),
  fc.constant(null),
);

interface Said {
  readonly f: string;
  readonly key: Key | null;
  readonly node: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string;
  readonly kind: string;
  readonly words: string;
}

const said: fc.Arbitrary<Said> = fc.record({
  f: text,
  key: fc.option(text),
  node: text,
  input: value,
  output: value,
  error: text,
  kind: text,
  words: text,
});

/** A history in which every field that anybody else fills holds something hostile. */
function events({ f, key, node, input, output, error, kind, words }: Said): HistoryEvent[] {
  const fault = { id: 1, kind, targets: [node], description: words };
  const drafts: EventDraft[] = [
    { type: 'phase', name: 'main' },
    { type: 'fault', phase: 'begin', fault },
    { type: 'invoke', process: 0, f, key, value: input, node },
    { type: 'ok', process: 0, value: output },
    { type: 'invoke', process: 1, f, key, value: input, node },
    { type: 'fail', process: 1, error },
    { type: 'invoke', process: 2, f: 'write', key, value: output, node },
    { type: 'info', process: 2, error },
    { type: 'fault', phase: 'end', fault: { ...fault, bit: false, evidence: words } },
    { type: 'phase', name: 'heal' },
    { type: 'phase', name: 'final-reads' },
    { type: 'invoke', process: 3, f: 'read', key, value: null, node },
    { type: 'ok', process: 3, value: output },
    { type: 'replica', node, state: { [words]: output } },
    { type: 'replica', node: 'n2', state: { [words]: input } },
  ];
  return drafts.map((draft, index) => ({ ...draft, index, time: index * 1e6 }));
}

test('hostile texts in every field are shown as text: nothing runs, nothing is fetched, the frame holds', async () => {
  await fc.assert(
    fc.asyncProperty(said, text, async (words, title) => {
      const header = testHeader({
        nodes: [words.node, 'n2'],
        system: words.words,
        workload: 'g-set',
        seed: words.error,
      });
      const report = reportOf(historyFromEvents(header, events(words)), {
        checkers: ['convergence'],
        title,
        reproduce: words.error,
        logs: [
          {
            node: words.node,
            lines: [
              { time: 1e6, text: words.words },
              { time: null, text: words.error },
            ],
            leftOut: null,
          },
        ],
        messages: {
          length: 1,
          from: Int32Array.of(0),
          to: Int32Array.of(1),
          sent: Float64Array.of(1e6),
          arrived: Float64Array.of(Infinity),
          fate: Uint8Array.of(1),
          body: Int32Array.of(0),
          names: [words.node, words.kind],
          bodies: [JSON.stringify({ type: words.f, value: words.input })],
        },
      });
      for (const dark of [false, true]) {
        await using opened = await openReport(report, { dark, hash: 'operation=0' });
        await settled(opened.page);
        expect(await harm(opened)).toEqual({ state: 'yes', hacked: false, scripts: 1, strangers: [], tooWide: [] });
      }
    }),
    { numRuns: fuzzRuns(12) },
  );
});

/** What an attack would have changed. */
async function harm({ page }: OpenPage): Promise<unknown> {
  return await page.evaluate(() => ({
    state: document.documentElement.dataset['ready'],
    hacked: 'hacked' in window,
    scripts: document.scripts.length,
    strangers: [...document.querySelectorAll('main *')]
      .filter(
        node =>
          /^(script|iframe|img|style|object|embed|link|base|meta|form)$/i.test(node.tagName) ||
          [...node.attributes].some(({ name }) => name.startsWith('on') || name === 'srcdoc'),
      )
      .map(node => node.tagName),
    tooWide:
      document.documentElement.scrollWidth <= window.innerWidth
        ? []
        : [...document.querySelectorAll('main *')]
            .filter(node => node.getBoundingClientRect().right > window.innerWidth + 1)
            .slice(0, 5)
            .map(node => `${node.tagName}.${node.getAttribute('class') ?? ''}`),
  }));
}
