/**
 * The summary for issues and CI jobs.
 */
import { expect, test } from 'vitest';
import { reportOfStory, staleRead } from '../page/reports.ts';

test('carries the same facts as the terminal: verdict, sentences, operations, overlap, best order, faults, command', () => {
  expect(reportOfStory(staleRead).data.markdown).toMatchInlineSnapshot(`
    "## FAIL: toy with stale-read, lin-kv, seed 7

    - ✅ **availability**: 100.0 % of 4 operations answered, 1.9 ok a second, at most 1.020 s without an ok
    - ❌ **linearizable**: the answers on key x fit no order (stale-read; shown by 3 operations)

    ### Anomaly 1: not-linearizable on key "x"

    Key x: Process 2 on n3: read -> 1 (\\#3, 2.100 s to 2.110 s). That is impossible: write 2 (\\#1, by process 0 on n1) had been acknowledged at 2.040 s, before this read began, and nothing wrote 1 again. The only one that did, write 1 (\\#0), had ended at 1.010 s, before write 2 (\\#1) began.

    \`\`\`text
    #0  process 0  n1  1.000 s to 1.010 s  write "x" 1  ok
    #1  process 0  n1  2.000 s to 2.040 s  write "x" 2  ok
    #3  process 2  n3  2.100 s to 2.110 s  read "x"     ok 1

    process 0 on n1  ├ #0 write 1 ┤ ├ #1 write 2 ┤
    process 2 on n3                                ├ #3 read -> 1 ┤
    \`\`\`

    \`\`\`text
    how far an order comes, whatever was before:
      #0 write 1     the value is 1
      #1 write 2     the value is 2
    ✗ #3 read -> 1   not possible when the value is 2
    \`\`\`

    Faults that overlapped:
    - #1 partition partition n1, 1.500 s to 2.500 s

    Run it again:

    \`\`\`text
    ordeal run --plan .ordeal/latest/plan.json
    \`\`\`
    "
  `);
});

test('a foreign text can begin neither a mark, nor an element, nor a new line', () => {
  const { markdown } = reportOfStory(staleRead, {
    title: '# <img src=x onerror=alert(1)>\n- [x](javascript:1) `|',
  }).data;
  expect(markdown.split('\n')[0]).toBe('## FAIL: \\# \\<img src=x onerror=alert(1)> - \\[x\\](javascript:1) \\`\\|');
});

test('a fence is longer than any in what it holds', () => {
  const { markdown } = reportOfStory(staleRead, { reproduce: 'ordeal run --seed "```` ```"' }).data;
  expect(markdown).toContain('`````text\nordeal run --seed "```` ```"\n`````');
});
