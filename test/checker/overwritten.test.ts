import { describe, expect, test } from 'vitest';
import { overwritten } from '../../src/checker/overwritten.ts';
import { Story, type Told } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

class Register extends Story {
  constructor() {
    super('lww-map');
  }

  put(node: string, input: number, told: Told = {}): this {
    return this.run(node, 'put', { key: 'x', input, ...told });
  }

  remove(node: string, told: Told = {}): this {
    return this.run(node, 'remove', { key: 'x', ...told });
  }

  get(node: string, output: number | null): this {
    return this.run(node, 'get', { key: 'x', output });
  }

  during(kind: string, node: string): this {
    return this.endFault(this.beginFault(kind, [node]));
  }
}

describe('a value that was overwritten where it was known', () => {
  test('never comes back: valid, and it is said how many were looked at', () => {
    const story = new Register()
      .put('n1', 1)
      .put('n1', 2)
      .get('n1', 2)
      .remove('n1')
      .get('n1', null)
      .put('n1', 3)
      .get('n1', 3);
    expect(verdictOf(overwritten, story.history())).toEqual({
      checker: 'overwritten',
      validity: 'valid',
      summary: '2 overwritten values, none of which came back',
      stats: { gets: 3, overwrites: 2, keys: 1 },
    });
  });

  test('resurrected: known from a get, removed, and back', () => {
    const story = new Register().put('n1', 5).get('n2', 5).remove('n2').get('n2', 5);
    expect(verdictOf(overwritten, story.history())).toMatchObject({
      summary: '1 resurrected value',
      anomalies: [
        {
          kind: 'resurrected',
          key: 'x',
          signature: 'overwritten:resurrected',
          explanation:
            'n2 (#1) answered get x with 5, so n2 knew it. Then remove x (#2) was acknowledged by n2 at 0.500 s, so the value is gone. ' +
            'But n2 (#3), asked after that, answered get x with 5 again.',
          operations: [0, 1, 2, 3],
        },
      ],
    });
  });

  test('dropped-newer-write: put there, put over, and back in the final read', () => {
    const story = new Register().put('n1', 1).put('n1', 2).phase('final-reads');
    expect(explanations(overwritten, story.get('n1', 1).history())).toEqual([
      'put x 1 (#0) was acknowledged by n1 at 0.100 s. Then put x 2 (#1) was acknowledged by n1 at 0.300 s, so the newer value counts. ' +
        'But n1 (#2), asked after that, answered get x with 1 again.',
    ]);
  });

  test('the last writer of another node may win over both', () => {
    expect(
      shortVerdict(overwritten, new Register().put('n1', 1).put('n2', 9).put('n1', 2).get('n1', 9).history()),
    ).toBe('valid');
  });

  test('another node may still show it: that is for convergence to judge', () => {
    expect(shortVerdict(overwritten, new Register().put('n1', 1).put('n1', 2).get('n2', 1).history())).toBe('valid');
  });

  test('what another node wrote, and this one had not shown, may win', () => {
    expect(shortVerdict(overwritten, new Register().put('n2', 1).put('n1', 2).get('n1', 1).history())).toBe('valid');
  });

  test('only strict order counts', () => {
    const overlapsKnowing = new Register();
    const put = overlapsKnowing.begin('n1', 'put', { key: 'x', input: 1 });
    overlapsKnowing.put('n1', 2).end(put);
    expect(shortVerdict(overwritten, overlapsKnowing.get('n1', 1).history())).toBe('valid');
    const overlapsGet = new Register().put('n1', 1);
    const remove = overlapsGet.begin('n1', 'remove', { key: 'x' });
    expect(shortVerdict(overwritten, overlapsGet.get('n1', 1).end(remove).history())).toBe('valid');
    const asked = new Register().put('n1', 1);
    const get = asked.begin('n1', 'get', { key: 'x' });
    expect(shortVerdict(overwritten, asked.remove('n1').end(get, { output: 1 }).history())).toBe('valid');
  });

  test('a change of unknown outcome, or one that failed, overwrites nothing', () => {
    for (const outcome of ['info', 'fail'] as const) {
      const story = new Register().put('n1', 1).put('n1', 2, { outcome }).remove('n1', { outcome });
      expect(shortVerdict(overwritten, story.get('n1', 1).history())).toBe('valid');
    }
  });

  test('a value of unknown outcome counts once it was seen', () => {
    const story = new Register().put('n1', 1, { outcome: 'info' }).get('n2', 1).put('n2', 2).get('n2', 1);
    expect(shortVerdict(overwritten, story.history())).toBe('dropped-newer-write');
  });

  test('a value that was put twice may be back because it was put again', () => {
    const story = new Register().put('n1', 1).remove('n1').put('n2', 1, { outcome: 'info' }).get('n1', 1);
    expect(shortVerdict(overwritten, story.history())).toBe('valid');
  });

  test('a kill does not excuse forgetting what was acknowledged', () => {
    const after = new Register()
      .get('n1', null)
      .put('n2', 1)
      .get('n1', 1)
      .remove('n1')
      .during('kill', 'n1')
      .get('n1', 1);
    expect(shortVerdict(overwritten, after.history())).toBe('resurrected');
    const own = new Register().put('n1', 1).during('kill', 'n1').remove('n1').get('n1', 1);
    expect(shortVerdict(overwritten, own.history())).toBe('resurrected');
  });

  test('what a node had only from others it may forget by a kill before it is overwritten', () => {
    const killed = () => new Register().put('n2', 1).get('n1', 1).during('kill', 'n1');
    expect(shortVerdict(overwritten, killed().remove('n1').get('n1', 1).history())).toBe('valid');
    expect(shortVerdict(overwritten, killed().get('n1', 1).remove('n1').get('n1', 1).history())).toBe('resurrected');
    const other = new Register().put('n2', 1).get('n1', 1).during('kill', 'n2').remove('n1').get('n1', 1);
    expect(shortVerdict(overwritten, other.history())).toBe('resurrected');
    const paused = new Register().put('n2', 1).get('n1', 1).during('pause', 'n1').remove('n1').get('n1', 1);
    expect(shortVerdict(overwritten, paused.history())).toBe('resurrected');
  });

  test('is told with the last change that should have kept it away', () => {
    const put = new Register().put('n1', 1).put('n1', 2).remove('n1').get('n1', 1);
    expect(shortVerdict(overwritten, put.history())).toBe('resurrected');
    const removed = new Register().put('n1', 1).remove('n1').put('n1', 2).get('n1', 1);
    expect(shortVerdict(overwritten, removed.history())).toBe('dropped-newer-write');
  });

  test('is reported once for each node, however often it is shown', () => {
    const story = new Register()
      .put('n1', 1)
      .put('n1', 2)
      .get('n1', 1)
      .get('n1', 1)
      .get('n2', 1)
      .remove('n2')
      .get('n2', 1);
    expect(verdictOf(overwritten, story.history()).summary).toBe('1 resurrected value and 1 dropped newer write');
  });

  test('keys have nothing to do with each other', () => {
    const story = new Register().put('n1', 1).run('n1', 'remove', { key: 'y' }).get('n1', 1);
    expect(shortVerdict(overwritten, story.history())).toBe('valid');
  });
});

describe('values that appear', () => {
  test('nobody put it, it was put later, or its put failed', () => {
    const story = new Register().get('n1', 7).get('n1', 8).put('n2', 8).put('n3', 9, { outcome: 'fail' }).get('n2', 9);
    expect(explanations(overwritten, story.history())).toEqual([
      'n1 (#0) answered get x with 7, which nobody ever put there.',
      'n1 (#1) answered get x with 8, but it was not put before put x 8 (#2), which was asked later.',
      'n2 (#4) answered get x with 9, but put x 9 (#3) failed: it certainly did not happen.',
    ]);
  });

  test('no answered get is no pass', () => {
    expect(explanations(overwritten, new Register().put('n1', 1).history())).toEqual(['no get was answered']);
  });
});
