import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences, replicaAnswers, type Subject, subjectName } from '../../../src/checker/agreement.ts';
import { defaultBudget } from '../../../src/checker/checker.ts';
import { convergence } from '../../../src/checker/convergence.ts';
import { lastDifference } from '../../../src/checker/convergence-time.ts';
import { finalOperations } from '../../../src/checker/final-reads.ts';
import { type Divergence, divergenceOf } from '../../../src/checker/measure/divergence/divergence.ts';
import { thinned } from '../../../src/checker/measure/divergence/track.ts';
import { type History, phaseStart } from '../../../src/history/history.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { Story } from '../story.ts';

const nodes = ['n1', 'n2', 'n3'];

/** Healed at 0.1 s; final reads from 0.3 s. */
function healed(workload = 'lww-map'): Story {
  return new Story(workload, nodes).phase('main').phase('heal').phase('settle').phase('final-reads');
}

/** Every event takes 0.1 s. */
function round(story: Story, ...values: readonly unknown[]): Story {
  for (const [index, output] of values.entries()) story.run(nodes[index] ?? null, 'get', { key: 'x', output });
  return story;
}

function picture(divergence: Divergence | null): readonly string[] {
  return (divergence?.points ?? []).map(({ time, distances }) => `${time / 1e9} ${distances.map(String).join(' ')}`);
}

describe('the distance from agreement', () => {
  test('of each member is the number of subjects on which it is not with most of them', () => {
    const found = divergenceOf(round(round(healed(), 5, null, 5), 5, 5, 5).history());
    expect(picture(found)).toEqual([
      '0.5 0 null null',
      // One says this, one says that: n1 comes first.
      '0.7 0 1 null',
      '0.9 0 1 0',
      '1.3 0 0 0',
    ]);
    // As `convergence` says: when it was last seen.
    expect(found).toMatchObject({
      nodes,
      agreedAt: 1.1e9,
      subjects: [{ f: 'get', key: 'x', agreedAt: 1.1e9, answers: ['5', '5', '5'], differs: [false, false, false] }],
      leftOut: 0,
    });
  });

  test('is there in the end when they do not agree', () => {
    const found = divergenceOf(round(healed(), 6, 5, 5).history());
    expect(picture(found).at(-1)).toBe('0.9 1 0 0');
    expect(found).toMatchObject({
      agreedAt: null,
      subjects: [{ agreedAt: null, answers: ['6', '5', '5'], differs: [true, false, false] }],
    });
  });

  test('is nothing where they never differed: they agreed from the beginning', () => {
    const found = divergenceOf(round(healed(), 5, 5).history());
    expect(found).toMatchObject({ agreedAt: 1e8, subjects: [], leftOut: 0 });
    expect(picture(found)).toEqual(['0.5 0 null null', '0.7 0 0 null']);
  });

  test('is not told when nobody said anything in the end', () => {
    expect(divergenceOf(healed().history())).toBeNull();
    expect(divergenceOf(round(new Story('lww-map', nodes), 5, 6).history())).toBeNull();
    expect(divergenceOf(healed().run('n1', 'get', { key: 'x', outcome: 'info' }).history())).toBeNull();
  });

  test('lists those that still differ first, then those that differed longest', () => {
    const story = healed();
    const say = (node: string, key: string, output: unknown) => story.run(node, 'get', { key, output });
    for (const key of ['a', 'b', 'c', 'd']) say('n1', key, 1);
    for (const key of ['a', 'b', 'c']) say('n2', key, 2);
    say('n2', 'd', 1);
    for (const key of ['a', 'b']) say('n2', key, 1);
    const found = divergenceOf(story.history());
    expect(found?.subjects.map(({ key, agreedAt }) => [key, agreedAt])).toEqual([
      ['c', null],
      ['b', 1.5e9],
      ['a', 1.3e9],
    ]);
  });

  test('leaves out subjects beyond 200, and counts them; cuts long answers', () => {
    const story = healed();
    for (let key = 0; key < 205; key++) {
      story.run('n1', 'get', { key, output: 'x'.repeat(300) }).run('n2', 'get', { key, output: key });
    }
    const found = divergenceOf(story.history());
    expect([found?.subjects.length, found?.leftOut]).toEqual([200, 5]);
    expect(found?.subjects[3]?.answers).toEqual([`"${'x'.repeat(196)}...`, '3', null]);
    expect(found?.points.at(-1)?.distances).toEqual([0, 205, null]);
  });

  test('of sets does not count the order, and shows what each lacks', () => {
    const story = healed('g-set');
    story.run('n1', 'read', { output: [1, 2, 3, 'x'] }).run('n2', 'read', { output: ['x', 3, 2, 1] });
    story.run('n3', 'read', { output: [3, 1, 9] });
    const [subject] = divergenceOf(story.history())?.subjects ?? [];
    expect(subject?.differs).toEqual([false, false, true]);
    expect(subject?.lacks).toEqual([
      { count: 1, elements: '[9]' },
      { count: 1, elements: '[9]' },
      { count: 2, elements: '[2,"x"]' },
    ]);
  });
});

describe("members' own copies", () => {
  test('are subjects by key, are compared when their round is over, and a missing key is null', () => {
    const story = round(healed(), 5, 5, 5)
      .replica('n1', { x: 5, y: 1 })
      .replica('n2', { x: 5, y: null })
      .replica('n3', { x: 4 });
    round(story, 5, 5, 5).replica('n1', { x: 5, y: 1 }).replica('n2', { y: 1, x: 5 }).replica('n3', { x: 5, y: 1 });
    const found = divergenceOf(story.history());
    expect(picture(found)).toEqual(['0.5 0 null null', '0.7 0 0 null', '0.9 0 0 0', '1.2 1 0 1', '2.1 0 0 0']);
    expect(found?.subjects).toEqual([
      { f: 'replica', key: 'x', agreedAt: 1.2e9, answers: ['5', '5', '5'], differs: [false, false, false] },
      { f: 'replica', key: 'y', agreedAt: 1.2e9, answers: ['1', '1', '1'], differs: [false, false, false] },
    ]);
  });

  test('of an earlier round are no evidence in the end', () => {
    const story = round(healed(), 5, 5, 5).replica('n1', { x: 4 }).replica('n2', { x: 5 });
    expect(divergenceOf(story.history())?.agreedAt).toBeNull();
    const found = divergenceOf(round(story, 5, 5, 5).history());
    expect(picture(found).slice(-2)).toEqual(['1.1 0 1 0', '1.7 0 0 0']);
    expect(found).toMatchObject({ agreedAt: 1.1e9, subjects: [{ answers: [null, null, null] }] });
  });
});

describe('is the picture behind the convergence checker', () => {
  test('on random stories', () => {
    const tally = { split: 0, agreed: 0, never: 0, ofCopies: 0 };
    const property = fc.property(stories(), history => {
      const found = divergenceOf(history);
      const remaining = remainingDifferences(history);
      const last = lastDifference(history);
      if (found === null) {
        expect(remaining).toEqual([]);
        return;
      }
      expect(found.agreedAt === null).toBe(remaining.length > 0);
      const verdict = convergence.check(history, defaultBudget);
      const kinds = verdict.validity === 'invalid' ? verdict.anomalies.map(({ kind }) => kind) : [];
      expect(found.agreedAt === null).toBe(kinds.includes('not-converged'));
      const healing = phaseStart(history, 'heal')?.time;
      if (remaining.length === 0) expect(found.agreedAt).toBe(last ?? healing);
      const open = found.subjects.filter(({ agreedAt }) => agreedAt === null);
      expect(namesOf(open)).toEqual(namesOf(remaining));
      // In the end each member differs on as many subjects as it is not on the side of most.
      const distances = nodes.map(node => remaining.filter(({ most }) => !most.includes(node)).length);
      const spoken = found.points.at(-1)?.distances ?? [];
      expect(spoken).toEqual(distances.map((distance, member) => (spoken[member] === null ? null : distance)));
      expect(found.points.every(({ time }, at) => time >= (found.points[at - 1]?.time ?? 0))).toBe(true);
      tally[remaining.length > 0 ? 'split' : last === null ? 'never' : 'agreed']++;
      if (remaining.some(({ f }) => f === 'replica')) tally.ofCopies++;
    });
    fc.assert(property, { numRuns: fuzzRuns(1000) });
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(fuzzRuns(1000) / 20);
  });

  test('thinning keeps the first, the last and every change of the height, or else the highest and lowest', () => {
    const property = fc.property(
      fc.array(fc.nat({ max: 2 }), { maxLength: 300 }),
      fc.integer({ min: 4, max: 60 }),
      (heights, limit) => {
        const kept = thinned(heights, limit);
        expect(kept.length).toBeLessThanOrEqual(limit);
        expect(kept).toEqual([...new Set(kept)].toSorted((left, right) => left - right));
        if (heights.length <= limit) expect(kept.length).toBe(heights.length);
        if (heights.length <= limit) return;
        const turns = heights.flatMap((height, at) =>
          at === 0 || at === heights.length - 1 || height !== heights[at - 1] ? [at] : [],
        );
        if (turns.length <= limit) {
          expect(kept).toEqual(expect.arrayContaining(turns));
          expect(kept.length).toBe(limit);
        }
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(heights.length - 1);
        expect(Math.max(...kept.map(at => heights[at] ?? 0))).toBe(Math.max(...heights));
      },
    );
    fc.assert(property, { numRuns: fuzzRuns(500) });
  });
});

function namesOf(subjects: readonly Subject[]): readonly string[] {
  return subjects.map(({ f, key }) => subjectName(f, key)).toSorted();
}

/** What `convergence` finds in the end, with the side that counts as most. */
function remainingDifferences(history: History) {
  const asked = finalOperations(history);
  const answers = asked.flatMap(({ outcome, node, f, key, output, ...operation }) =>
    outcome === 'ok' && node !== null ? [{ node, f, key, value: output ?? null, at: operation.return }] : [],
  );
  const begin = phaseStart(history, 'final-reads')?.index ?? 0;
  const after = asked.at(-1)?.call ?? begin;
  const copies = new Map(history.replicas.filter(({ index }) => index > after).map(({ node, state }) => [node, state]));
  const inOrder = answers.toSorted((left, right) => left.at - right.at);
  const all = differences([...inOrder, ...replicaAnswers(copies)], { nodes, workload: history.header.workload });
  return all
    .filter(({ sides }) => sides.length > 1)
    .map(({ f, key, sides }) => {
      const size = sides[0]?.nodes.length;
      const largest = sides.filter(side => side.nodes.length === size);
      const spoke = new Set(sides.flatMap(side => side.nodes));
      const first = nodes.find(node => largest.some(side => side.nodes.includes(node))) ?? '';
      const side = largest.find(other => other.nodes.includes(first))?.nodes ?? [];
      return { f, key, most: [...side, ...nodes.filter(node => !spoke.has(node))] };
    });
}

/** A few rounds of reads and copies in which the members come closer, or not. */
function stories(): fc.Arbitrary<History> {
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(1, 1, 1, 2, null) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>([1, 2], [2, 1], [1, 2, 2], '1') },
  );
  const node = fc.constantFrom(...nodes);
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('read' as const),
      node,
      key: fc.constantFrom('x', 'x', 'y'),
      value,
      outcome: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'info' as const),
      held: fc.constantFrom(true, false, false),
    }),
    fc.record({ kind: fc.constant('copy' as const), node, state: fc.dictionary(fc.constantFrom('x', 'y'), value) }),
  );
  const workload = fc.constantFrom('lww-map', 'g-set');
  return fc.tuple(workload, fc.array(step, { maxLength: 14 })).map(([name, steps]) => {
    const story = new Story(name, nodes).phase('main').run('n1', 'get', { key: 'x', output: 9 }).phase('heal');
    story.replica('n2', { x: 9 }).phase('final-reads');
    // A member is asked one thing at a time, but members answer when they like.
    const held = new Map<string, { readonly process: number; readonly output: unknown }>();
    for (const made of steps) {
      if (made.kind === 'copy') {
        story.replica(made.node, made.state);
        continue;
      }
      const earlier = held.get(made.node);
      if (earlier) story.end(earlier.process, { output: earlier.output });
      held.delete(made.node);
      const process = story.begin(made.node, 'get', { key: made.key });
      if (made.held) held.set(made.node, { process, output: made.value });
      else story.end(process, made.outcome === 'ok' ? { output: made.value } : { outcome: 'info' });
    }
    return story.history();
  });
}
