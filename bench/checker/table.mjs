/**
 * The figures of `bench.mjs` as lines of text, and what they come to.
 *
 * A result is `{ name, expected, ours, theirs }`, with what `child.mjs` returns for each side. A ratio is Porcupine's time
 * by ours, warm; where a check was too long to be repeated, its first time is taken.
 */

const widths = [46, 10, 10, 12, 12, 10, 8, 9];

export const heading = [
  line(['', 'ours', 'ours', 'Porcupine', 'Porcupine', '', 'ours', 'its'], 'verdicts'),
  line(['case', 'warm ms', 'cold ms', 'warm ms', 'first ms', 'ratio', 'MiB', 'MiB'], '(ours / Porcupine)'),
].join('\n');

export function rowOf({ name, expected, ours, theirs }) {
  const ratio = ratioOf({ ours, theirs });
  const cells = [name, warm(ours), cold(ours), warm(theirs), cold(theirs), ratio.text, peak(ours), peak(theirs)];
  const [here, there] = [verdictOf(ours), verdictOf(theirs)];
  const verdicts = here === there ? here : `${here} / ${there}`;
  return line(cells, isWrong(expected, ours, theirs) ? `${verdicts}   WRONG: it is ${expected}` : verdicts);
}

/** @returns the text, and whether no verdict is wrong */
export function summary(results) {
  const lines = [
    '',
    `${results.length} cases; solved by us ${count(results, 'ours')}, by Porcupine ${count(results, 'theirs')}`,
  ];
  const both = results.filter(({ ours, theirs }) => isSolved(ours) && isSolved(theirs));
  if (both.length > 0) {
    const ratios = both.map(result => ({ ...result, ratio: warmMs(result.theirs) / warmMs(result.ours) }));
    const first = both.map(({ ours, theirs }) => theirs.first.ms / ours.first.ms);
    const { name, ratio } = ratios.reduce((one, other) => (other.ratio < one.ratio ? other : one));
    const mean = geometricMean(ratios.map(one => one.ratio));
    lines.push(
      `solved by both, ${both.length}: geometric mean of the ratios ${times(mean)} warm, ${times(geometricMean(first))} cold`,
    );
    lines.push(`worst ratio ${times(ratio)} (${name})`);
    const slower = ratios.filter(one => one.ratio < 1).map(one => `${one.name} (${times(one.ratio)})`);
    lines.push(`slower than Porcupine, warm: ${slower.length === 0 ? 'nowhere' : slower.join('; ')}`);
    const slowerCold = both.filter(({ ours, theirs }) => theirs.first.ms < ours.first.ms).length;
    lines.push(`slower than Porcupine, cold: ${slowerCold} of ${both.length}`);
  }
  const bounds = results.filter(({ ours, theirs }) => isSolved(ours) && theirs.wallMs > 0).map(boundOf);
  if (bounds.length > 0) {
    const long = results.filter(
      ({ name, ours, theirs }) =>
        /10\^[56]/.test(name) && !/kv|contains/.test(name) && isSolved(ours) && theirs.wallMs > 0,
    );
    lines.push(
      `all that we solved, ${bounds.length}, where it died with the time until then: at least ${times(geometricMean(bounds))}`,
    );
    if (long.length > 0)
      lines.push(
        `of them one object and 100,000 operations or more, ${long.length}: at least ${times(geometricMean(long.map(boundOf)))}, the least ${times(Math.min(...long.map(boundOf)))}`,
      );
  }
  for (const [side, other, words] of [
    ['ours', 'theirs', 'only Porcupine solved'],
    ['theirs', 'ours', 'only we solved'],
  ]) {
    const names = results.filter(result => !isSolved(result[side]) && isSolved(result[other])).map(({ name }) => name);
    lines.push(`${words} ${names.length}${names.length > 0 && side === 'ours' ? `: ${names.join('; ')}` : ''}`);
  }
  const wrong = results.filter(({ expected, ours, theirs }) => isWrong(expected, ours, theirs));
  if (wrong.length > 0)
    lines.push('', `!!! ${wrong.length} WRONG VERDICTS: ${wrong.map(({ name }) => name).join('; ')}`);
  return { text: lines.join('\n'), isRight: wrong.length === 0 };
}

function isSolved({ first, died }) {
  return first !== null && died === null;
}

function isWrong(expected, ...sides) {
  return sides.some(side => isSolved(side) && side.first.verdict !== expected);
}

function verdictOf(side) {
  return isSolved(side) ? side.first.verdict : `none (${side.died})`;
}

function warmMs({ warm: again, first }) {
  return again?.ms ?? first.ms;
}

/** One that died took at least as long as it lived. */
function ratioOf({ ours, theirs }) {
  if (isSolved(ours) && isSolved(theirs)) return { text: times(warmMs(theirs) / warmMs(ours)) };
  if (isSolved(ours)) return { text: `>${times(theirs.wallMs / warmMs(ours))}` };
  if (isSolved(theirs)) return { text: `<${times(warmMs(theirs) / ours.wallMs)}` };
  return { text: '-' };
}

function boundOf({ ours, theirs }) {
  return (isSolved(theirs) ? warmMs(theirs) : theirs.wallMs) / warmMs(ours);
}

function warm(side) {
  return side.warm === null || !isSolved(side) ? '-' : milliseconds(side.warm.ms);
}

function cold(side) {
  return isSolved(side) ? milliseconds(side.first.ms) : `>${milliseconds(side.wallMs)}`;
}

function peak({ first, peakMb }) {
  return Math.round(first?.peakMb ?? peakMb).toString();
}

function milliseconds(ms) {
  return ms.toFixed(ms < 10 ? 3 : ms < 1000 ? 1 : 0);
}

function times(ratio) {
  return ratio < 0.1 ? `${ratio.toPrecision(1)}x` : `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`;
}

function geometricMean(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}

function count(results, side) {
  return results.filter(result => isSolved(result[side])).length;
}

function line(cells, last) {
  const texts = cells.map((text, place) => (place === 0 ? text.padEnd(widths[0]) : text.padStart(widths[place])));
  return `${texts.join('')}  ${last}`;
}
