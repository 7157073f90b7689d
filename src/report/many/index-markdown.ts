/**
 * The index as Markdown: what fits into the summary of a CI job or into a message. The same facts in the same words as on the
 * page.
 */
import { markdownLine } from '../markdown-text.ts';
import { lastNightVerdict, worstCells } from './cells.ts';
import { frequencyInWords, seenInWords, statusInWords, statusWords } from './finding-words.ts';
import { type IndexVerdict, verdictMarks } from './index-data.ts';
import { combinationName, headline, lastNightInWords, type Told, verdictsInWords } from './index-words.ts';
import { newsLines } from './news.ts';
import { outliers } from './trends.ts';

const shownFindings = 20;
const shownCells = 20;

const marks: Readonly<Record<IndexVerdict, string>> = {
  pass: '✅',
  fail: '❌',
  error: '❗',
  unknown: '❔',
  vacuous: '∅',
  unfinished: '…',
};

export function indexMarkdown(data: Told): string {
  const worst = lastNightVerdict(data);
  const news = newsLines(data, outliers(data)).map(
    ({ text, weight }) => `- ${weight === 'bad' ? '❌' : weight === 'doubt' ? '❔' : '✅'} ${markdownLine(text)}`,
  );
  return [
    `## ${worst.toUpperCase()}: ${headline(data)}`,
    '',
    `${marks[worst]} ${markdownLine(lastNightInWords(data))}`,
    '',
    `In all: ${verdictsInWords(data, data.runs)}.`,
    ...(news.length === 0 ? [] : ['', ...news]),
    ...findingTable(data),
    ...cellTable(data),
    '',
  ].join('\n');
}

function findingTable(data: Told): readonly string[] {
  const { findings } = data;
  if (findings.length === 0) return [];
  const rows = findings.slice(0, shownFindings).map(finding => {
    return row([
      statusWords[finding.status],
      `${finding.name} on ${finding.system}${finding.planted ? ' (planted)' : ''}`,
      frequencyInWords(finding),
      seenInWords(finding, data),
      statusInWords(finding),
    ]);
  });
  const more = findings.length - shownFindings;
  return [
    '',
    '### Findings',
    '',
    '| | finding | how often | seen | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(more > 0 ? ['', `... and ${more} more.`] : []),
  ];
}

function cellTable(data: Told): readonly string[] {
  const worst = worstCells(data);
  if (worst.length === 0) return [];
  const rows = worst
    .slice(0, shownCells)
    .map(({ combination, counts, example }) =>
      row([
        counts.map(({ verdict, count }) => `${count}${verdictMarks[verdict]}`).join(' '),
        combinationName(combination),
        example,
      ]),
    );
  const more = worst.length - shownCells;
  return [
    '',
    '### Last night, what did not pass',
    '',
    '| runs | system, workload, nemesis | why |',
    '| --- | --- | --- |',
    ...rows,
    ...(more > 0 ? ['', `... and ${more} more.`] : []),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => markdownLine(cell, 400)).join(' | ')} |`;
}
