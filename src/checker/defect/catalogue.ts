/**
 * Which defects can be told of which model.
 */
import type { Model } from '../../model/model.ts';
import { amountDefects } from './amount.ts';
import { type FindDefect, type Phrases, phrases } from './defect.ts';
import { elementDefects } from './element.ts';
import { entryDefects } from './entry.ts';
import { itemDefects } from './item.ts';
import { itemOrderDefects } from './item-order.ts';
import { lockDefects } from './lock.ts';
import { textDefects } from './text.ts';
import { valueDefects } from './value.ts';

const byModel: Readonly<Record<string, (words: Phrases) => FindDefect>> = {
  register: valueDefects,
  'cas-register': valueDefects,
  queue: words => firstOf(itemDefects(words), itemOrderDefects(words)),
  stack: words => firstOf(itemDefects(words), itemOrderDefects(words)),
  log: entryDefects,
  set: elementDefects,
  mutex: lockDefects,
  counter: amountDefects,
  kv: textDefects,
};

export function defectsOf(model: Model): FindDefect {
  return byModel[model.name]?.(phrases(model)) ?? (() => null);
}

function firstOf(...finders: readonly FindDefect[]): FindDefect {
  return (part, suspects) => {
    for (const find of finders) {
      const defect = find(part, suspects);
      if (defect) return defect;
    }
    return null;
  };
}
