/**
 * The last lines of a run, as a person reads them.
 */
import { expect, test } from 'vitest';
import { defaultBudget } from '../../src/checker/checker.ts';
import type { Judgement } from '../../src/checker/judge.ts';
import { linearizable } from '../../src/checker/linearizable.ts';
import { conclude } from '../../src/gate/verdict.ts';
import { modelByName } from '../../src/model/catalogue.ts';
import { textReport } from '../../src/report/text.ts';
import { history } from '../history/build.ts';

function report(text: string): string {
  const seen = history(text);
  const results = [linearizable(modelByName('cas-register')).check(seen, defaultBudget)];
  const judgement = {
    header: seen.header,
    truncated: seen.truncated,
    faults: seen.faults,
    results,
    operations: [...seen.operations],
  } as unknown as Judgement;
  const verdict = conclude(judgement, null);
  const closing = ['run it again: ordeal run --plan .ordeal/latest/plan.json'];
  return textReport({ title: 'toy, lin-kv, seed 7', judgement, verdict, closing, colour: false });
}

test('a stale read is shown with its operations, their overlap, the reason and the fault that overlapped', () => {
  const printed = report(`
    1000ms p0@n1 invoke write x 1
    1010ms p0 ok
    1500ms fault begin 1 partition n1
    2000ms p0@n1 invoke write x 2
    2010ms p1@n2 invoke read x
    2030ms p1 ok 2
    2040ms p0 ok
    2100ms p2@n3 invoke read x
    2110ms p2 ok 1
    2500ms fault end 1 partition n1 bit 12 messages dropped
  `);
  expect(printed).toMatchInlineSnapshot(`
    "
      ✗ linearizable: the answers on key x fit no order (stale-read; shown by 3 operations)

      anomaly 1: not-linearizable on key "x"
      Key x: Process 2 on n3: read -> 1 (#3, 2.100 s to 2.110 s). That is impossible: write 2 (#1, by process 0 on n1) had been acknowledged at 2.040 s, before this read began, and nothing wrote 1 again. The only one that did, write 1 (#0), had ended at 1.010 s, before write 2 (#1) began.

      #0  process 0  n1  1.000 s to 1.010 s  write "x" 1  ok
      #1  process 0  n1  2.000 s to 2.040 s  write "x" 2  ok
      #3  process 2  n3  2.100 s to 2.110 s  read "x"     ok 1

      process 0 on n1  ├ #0 write 1 ┤ ├ #1 write 2 ┤
      process 2 on n3                                ├ #3 read -> 1 ┤

      how far an order comes, whatever was before:
        #0 write 1     the value is 1
        #1 write 2     the value is 2
      ✗ #3 read -> 1   not possible when the value is 2

      faults that overlapped:
        #1 partition partition n1, 1.500 s to 2.500 s

    FAIL toy, lin-kv, seed 7
      → linearizable: the answers on key x fit no order (stale-read; shown by 3 operations)
      run it again: ordeal run --plan .ordeal/latest/plan.json
    "
  `);
});

test('how far the best order comes is shown where it needs no other operations', () => {
  const printed = report(`
    1000ms p0@n1 invoke write x 1
    1010ms p0 ok
    1020ms p1@n2 invoke cas x [2,3]
    1030ms p2@n3 invoke write x 4
    1040ms p2 ok
    1050ms p3@n1 invoke read x
    1060ms p3 ok 3
  `);
  expect(printed).toMatchInlineSnapshot(`
    "
      ✗ linearizable: the answers on key x fit no order (impossible-read; shown by 2 operations)

      anomaly 1: not-linearizable on key "x"
      Key x: No order of these 2 operations that respects who finished before whom explains every answer:
        #1 process 1 on n2: cas 2 to 3, at any time or never
        #3 process 3 on n1: read -> 3, 1.050 s to 1.060 s
      An order comes no farther than this:
        At first the value is null, where read -> 3 (#3) cannot come next.

      #1  process 1  n2  1.020 s to the end  cas "x" [2,3]  info
      #3  process 3  n1  1.050 s to 1.060 s  read "x"       ok 3

      process 1 on n2  ├ #1 cas [2,3] ╌╌╌
      process 3 on n1    ├ #3 read -> 3 ┤

      how far an order comes:
        at first                      the value is null
      ✗ #3 read -> 3                  not possible when the value is null
      ✗ #1 cas 2 to 3 (at any time)   not possible when the value is null

    FAIL toy, lin-kv, seed 7
      → linearizable: the answers on key x fit no order (impossible-read; shown by 2 operations)
      run it again: ordeal run --plan .ordeal/latest/plan.json
    "
  `);
});

test('a history that can be explained is shown in a few lines', () => {
  expect(report('p0@n1 invoke write x 1\np0 ok\np1@n2 invoke read x\np1 ok 1')).toMatchInlineSnapshot(`
    "
      ✓ linearizable: an order explains every answer of 2 operations on 1 key

    PASS toy, lin-kv, seed 7
      run it again: ordeal run --plan .ordeal/latest/plan.json
    "
  `);
});
