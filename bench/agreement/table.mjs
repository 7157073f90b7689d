/**
 * What was counted, a line for each model.
 */
const columns = [
  ['model', -15, ({ name }) => name],
  ['histories', 10, ({ histories }) => histories],
  ['valid', 9, ({ valid }) => valid],
  ['invalid', 9, ({ invalid }) => invalid],
  ['with info', 10, ({ unfinished }) => unfinished],
  ['search', 9, ({ counts }) => counts.search.judged],
  ['windows', 9, ({ counts }) => counts.windows.judged],
  ['tried', 9, ({ counts }) => counts.windows.tried],
  ['refuted', 9, ({ counts }) => counts.windows.refuted],
  ['chosen', 9, ({ counts }) => counts.windows.own],
  ['refuted', 9, ({ counts }) => counts.windows.ownRefuted],
  ['monitor', 9, ({ counts: { monitor } }) => (monitor.name === null ? 'none' : monitor.valid + monitor.invalid)],
  ['invalid', 9, ({ counts: { monitor } }) => (monitor.name === null ? '' : monitor.invalid)],
  ['inapplicable', 13, ({ counts: { monitor } }) => (monitor.name === null ? '' : monitor.inapplicable)],
  ['stream', 9, ({ counts }) => counts.stream.judged],
  ['alarms', 9, ({ counts }) => counts.stream.alarms],
  ['seconds', 9, ({ seconds }) => seconds.toFixed(1)],
  ['µs each', 9, ({ seconds, histories }) => ((seconds * 1e6) / histories).toFixed(1)],
];

export const headline = columns.map(([title, width]) => padded(title, width)).join('');

export function lineOf(report) {
  return columns.map(([, width, of]) => padded(of(report), width)).join('');
}

/** A negative width: to the left. */
function padded(value, width) {
  const text = String(value);
  return width < 0 ? text.padEnd(-width) : text.padStart(width);
}
