import { describe, expect, test } from 'vitest';
import { counters, n1n2, n1n3, n2n1, World } from './world.ts';

describe('a probe', () => {
  const links = [n1n2, n2n1, n1n3];
  const awake = (...names: readonly string[]): World => {
    const world = new World();
    for (const name of names) world.awake.add(name);
    return world;
  };

  test('tells which links are whole, and is counted by none of them', async () => {
    const world = awake('n1', 'n2', 'n3');
    world.apply({ ...n1n2, cut: true }, { ...n1n3, loss: 1 }, { ...n2n1, delayMs: 60_000, rateKbit: 0.001 });
    expect(await world.hub.probe(links)).toEqual([false, true, false]);
    world.apply();
    expect(await world.hub.probe(links)).toEqual([true, true, true]);
    expect(links.map(link => world.hub.counters(link))).toEqual(links.map(() => counters({})));
    expect(world.hub.tally()).toMatchObject({ probes: 10, forwarded: 0 });
    expect(world.log).toEqual([]);
  });

  test('of a node that does not answer says no, after a second', async () => {
    const world = awake('n1', 'n3');
    expect(await world.clock.run(world.hub.probe(links))).toEqual([false, false, true]);
    expect(world.clock.now()).toBe(1_000e6);
    expect(world.clock.waiting).toBe(0);
  });

  test('that is lost on the way is sent again', async () => {
    const world = awake('n1', 'n2');
    world.lostAnswers = 2;
    expect(await world.clock.run(world.hub.probe([n1n2]))).toEqual([true]);
    expect(world.clock.now()).toBe(500e6);
  });

  test('does not touch what the rules draw for packets', async () => {
    const heard = async (probes: number): Promise<string[]> => {
      const world = awake('n1', 'n2');
      world.apply({ ...n1n2, loss: 0.5 });
      await world.hub.probe(Array<typeof n1n2>(probes).fill(n1n2));
      world.say(n1n2, ...[...Array(30).keys()].map(String));
      return world.heard('n2');
    };
    expect(await heard(7)).toEqual(await heard(0));
  });

  test('of the hub itself finds the nodes whose kernels answer', async () => {
    const world = awake('n1', 'n3');
    expect(await world.clock.run(world.hub.answering())).toEqual(['n1', 'n3']);
  });

  test('that nobody will answer any more is told no when the hub is closed', async () => {
    const world = awake();
    const probe = world.hub.probe([n1n2]);
    world.hub.close();
    expect(await probe).toEqual([false]);
    expect(world.clock.waiting).toBe(0);
  });

  test('of what is no link is refused', async () => {
    await expect(async () => await new World().hub.probe([{ from: 'n1', to: 'n4' }])).rejects.toThrow('no member "n4"');
  });
});
