/**
 * The operations of a history as the page has them: the same columns, with texts for what the tables hold.
 */

import type { Key } from '../base/names.ts';
import { showKey } from '../checker/words.ts';
import { columnsOf } from '../history/columns.ts';
import { hasTimes } from '../history/has-times.ts';
import type { History } from '../history/history.ts';
import { eventSpan, type ReportOperations } from './data.ts';
import type { Texts } from './texts.ts';

export function reportOperations(history: History, texts: Texts): ReportOperations {
  const columns = columnsOf(history.operations);
  const span = hasTimes(history) ? 1 : eventSpan;
  return {
    ...columns,
    length: history.operations.length,
    callTime: columns.callTime.map(time => time * span),
    returnTime: columns.returnTime.map(time => time * span),
    nodes: columns.nodes.map(name => texts.cutTo(name ?? '', 100)),
    functions: columns.functions.map(name => texts.cutTo(name, 100)),
    keys: columns.keys.map(name => texts.cutTo(keyName(name), 200)),
    values: texts.of(columns.values),
    errors: texts.of(columns.errors, String),
  };
}

function keyName(key: Key | null): string {
  return key === null ? '' : showKey(key);
}
