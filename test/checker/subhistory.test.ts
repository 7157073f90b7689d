import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../src/checker/parts.ts';
import { subhistoryOf } from '../../src/checker/subhistory/cut.ts';
import { never } from '../../src/checker/subhistory/subhistory.ts';
import { historyFromEvents } from '../../src/history/assemble.ts';
import type { HistoryEvent, HistoryHeader } from '../../src/history/event.ts';
import type { Operation } from '../../src/history/operation.ts';
import { casRegister } from '../../src/model/cas-register.ts';
import { valueKey } from '../../src/model/value.ts';

const header = { system: 'none', workload: 'none', model: null, seed: 1 } as unknown as HistoryHeader;

/** Processes that read, write and cas values of a few keys; a process that crashed comes back under a new number. */
function recorded(choices: readonly number[], keys: number): readonly HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const open = new Map<number, string>();
  const processes = [0, 1, 2, 3, 4];
  let last = 5;
  for (const choice of choices) {
    const index = events.length;
    const time = index * 10;
    const thread = choice % 5;
    const process = processes[thread]!;
    const f = open.get(process);
    const value = (choice >> 3) % 90;
    if (f === undefined) {
      const asked = ['read', 'write', 'cas'][choice % 3]!;
      open.set(process, asked);
      const argument = asked === 'read' ? null : asked === 'write' ? value : [value % 7, value];
      events.push({
        index,
        time,
        type: 'invoke',
        process,
        node: null,
        f: asked,
        key: `k${choice % keys}`,
        value: argument,
      });
      continue;
    }
    open.delete(process);
    if (choice % 11 === 0) {
      processes[thread] = last++;
      events.push({ index, time, type: 'info', process, error: 'timeout' });
    } else if (choice % 7 === 0) {
      events.push({ index, time, type: 'fail', process, ...(f === 'cas' ? { value: 'refused' } : {}) });
    } else events.push({ index, time, type: 'ok', process, ...(f === 'read' ? { value } : {}) });
  }
  return events;
}

const histories = fc
  .tuple(fc.array(fc.nat(0xffff), { maxLength: 400, size: 'max' }), fc.integer({ min: 1, max: 3 }))
  .map(([choices, keys]) => historyFromEvents(header, recorded(choices, keys)));

function isJudged({ f, input, outcome, output }: Operation): boolean {
  if (outcome === 'ok') return true;
  if (outcome === 'fail') return f === 'cas' && output === 'refused';
  return f === 'write' || (f === 'cas' && Array.isArray(input) && input[0] !== input[1]);
}

const classOf = ({ f, outcome, input, output }: Operation) =>
  JSON.stringify([f, outcome, valueKey(input), output === undefined ? null : valueKey(output)]);

describe('a subhistory', () => {
  test('holds what says something about the state, in order of calls, cut from columns or from a list', () => {
    fc.assert(
      fc.property(histories, ({ operations }) => {
        for (const part of partsOf(casRegister, operations)) {
          const judged = part.operations().filter(isJudged);
          for (const cut of [part.subhistory(), subhistoryOf(casRegister, part.operations())]) {
            expect([...cut.id]).toEqual(judged.map(({ id }) => id));
            expect(Array.from({ length: cut.length }, (_, position) => cut.operation(position))).toEqual(judged);
            expect([...cut.process]).toEqual(judged.map(({ process }) => process));
          }
        }
      }),
    );
  });

  test('ranks calls and returns as they followed one another', () => {
    fc.assert(
      fc.property(histories, ({ operations }) => {
        for (const part of partsOf(casRegister, operations)) {
          const { length, call, return: returns, events, time } = part.subhistory();
          const moments = part
            .operations()
            .filter(isJudged)
            .flatMap(one => (one.outcome === 'info' ? [one.call] : [one.call, one.return]))
            .toSorted((one, other) => one - other);
          expect(Array.from(events, (_, rank) => time(rank))).toEqual(moments);
          for (let position = 0; position < length; position++) {
            expect(events[call[position]!]).toBe(position * 2);
            if (returns[position] !== never) expect(events[returns[position]!]).toBe(position * 2 + 1);
          }
        }
      }),
    );
  });

  test('gives one class to what no model can tell apart, and only to that', () => {
    fc.assert(
      fc.property(histories, ({ operations }) => {
        for (const part of partsOf(casRegister, operations)) {
          const { length, class: ownClass, classes, operation } = part.subhistory();
          const names = new Map<number, string>();
          for (let position = 0; position < length; position++) {
            const name = classOf(operation(position));
            expect(names.get(ownClass[position]!) ?? name).toBe(name);
            names.set(ownClass[position]!, name);
          }
          expect(new Set(names.values()).size).toBe(classes.length);
          for (let found = 0; found < classes.length; found++) {
            expect(classOf(operation(classes.example[found]!))).toBe(names.get(found));
          }
        }
      }),
    );
  });
});
