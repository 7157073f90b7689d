/**
 * The index on a terminal: how much was tested, what came out, what is new, what is still wrong. The rest is on the page.
 */
import { styleText } from 'node:util';
import { showForeign } from '../shown-text.ts';
import { lastNightVerdict, worstCells } from './cells.ts';
import { frequencyInWords, seenInWords, statusInWords, statusWords } from './finding-words.ts';
import { type IndexData, type IndexVerdict, verdictMarks } from './index-data.ts';
import { combinationName, headline, lastNightInWords, verdictsInWords } from './index-words.ts';
import { newsLines } from './news.ts';
import { outliers } from './trends.ts';

const shownFindings = 10;
const shownCells = 10;

export function indexText(data: IndexData, { colour }: { readonly colour: boolean }): string {
  const worst = lastNightVerdict(data);
  const word = paint(` ${worst.toUpperCase()} `, { verdict: worst, colour });
  const news = newsLines(data, outliers(data)).map(({ text, weight }) => `  ${newsMarks[weight]} ${safe(text)}`);
  return [
    '',
    `${headline(data)}: ${verdictsInWords(data, data.runs)}`,
    '',
    ...findingLines(data),
    ...cellLines(data),
    `${word} ${safe(lastNightInWords(data))}`,
    ...news,
    '',
  ].join('\n');
}

const newsMarks = { bad: '✗', doubt: '?', good: '✓' } as const;

function findingLines(data: IndexData): readonly string[] {
  const { findings } = data;
  if (findings.length === 0) return [];
  const lines = findings.slice(0, shownFindings).flatMap(finding => {
    const name = `${finding.name} on ${finding.system}${finding.planted ? ' (planted)' : ''}`;
    const last = data.runs[finding.runs.at(-1) ?? -1];
    return [
      `  ${statusWords[finding.status].padEnd(14)}  ${safe(name)}`,
      `  ${' '.repeat(14)}  ${frequencyInWords(finding)}; ${seenInWords(finding, data)}`,
      ...(statusInWords(finding) === '' ? [] : [`  ${' '.repeat(14)}  ${statusInWords(finding)}`]),
      `  ${' '.repeat(14)}  ${safe(last?.path ?? '')}`,
    ];
  });
  const more = findings.length - shownFindings;
  return ['findings', ...lines, ...(more > 0 ? [`  ... and ${more} more`] : []), ''];
}

/** What did not pass last night, by combination, the gravest first. */
function cellLines(data: IndexData): readonly string[] {
  const worst = worstCells(data);
  if (worst.length === 0) return [];
  const rows = worst.slice(0, shownCells).map(({ combination, counts, example }) => {
    const marks = counts.map(({ verdict, count }) => `${count}${verdictMarks[verdict]}`).join(' ');
    return `  ${marks.padEnd(14)}  ${safe(combinationName(combination))}: ${safe(example)}`;
  });
  const more = worst.length - shownCells;
  return ['last night, what did not pass', ...rows, ...(more > 0 ? [`  ... and ${more} more`] : []), ''];
}

function safe(text: string): string {
  return showForeign(text.replaceAll(/\s+/g, ' '), 400);
}

const formats = {
  pass: ['bold', 'bgGreen', 'black'],
  fail: ['bold', 'bgRed', 'white'],
  error: ['bold', 'bgRed', 'white'],
  unknown: ['bold', 'bgYellow', 'black'],
  vacuous: ['bold', 'bgYellow', 'black'],
  unfinished: ['bold', 'bgYellow', 'black'],
} as const;

function paint(
  text: string,
  { verdict, colour }: { readonly verdict: IndexVerdict; readonly colour: boolean },
): string {
  return colour ? styleText([...formats[verdict]], text, { validateStream: false }) : text.trim();
}
