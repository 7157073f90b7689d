import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LinkCounters } from '../../../../../src/runtime/cluster.ts';
import { packetOf } from './packets.ts';
import { members, World } from './world.ts';

test('whatever comes in and whatever the rules, the books balance', async () => {
  const name = fc.constantFrom('n1' as const, 'n2' as const, 'n3' as const);
  const pair = fc.tuple(name, name).filter(([from, to]) => from !== to);
  const chance = fc.option(fc.constantFrom(0, 0.3, 1), { nil: undefined });
  const effects = fc.record(
    {
      cut: fc.constant(true as const),
      loss: chance,
      duplicate: chance,
      corrupt: chance,
      reorder: chance,
      delayMs: fc.constantFrom(0, 3.5, 40),
      jitterMs: fc.constantFrom(0, 10),
      rateKbit: fc.constantFrom(1, 50),
    },
    { requiredKeys: [] },
  );
  const packets = fc.record({
    from: name,
    to: fc.constantFrom(1, 2, 3, 77, 254, 255),
    count: fc.integer({ min: 1, max: 9 }),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: packets.map(packet => (world: World) => sendSome(world, packet)) },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ maxLength: 40 }).map(bytes => (world: World) => world.raw('n1', Buffer.from(bytes))),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(pair, effects), { maxLength: 4 })
        .map(
          rules => (world: World) =>
            world.apply(...rules.map(([[from, to], rule]) => ({ from, to, ...defined(rule) }))),
        ),
    },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 30 }).map(ms => (world: World) => world.clock.advance(ms)) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.string(), async (steps, seed) => {
      const world = new World({ seed, underWayBytes: 300 });
      for (const act of steps) {
        await act(world);
        expectBalance(world);
      }
      await world.clock.advance(60_000);
      expectBalance(world);
      expect(world.hub.tally().underWay).toBe(0);
      expect(world.packets).toHaveLength(world.hub.tally().forwarded);
    }),
    { numRuns: 150 },
  );
});

function sendSome(world: World, { from, to, count }: { from: 'n1' | 'n2' | 'n3'; to: number; count: number }): void {
  const own = members.find(member => member.name === from)?.overlay as string;
  for (let number = 0; number < count; number++) {
    world.raw(from, packetOf({ from: own, to: `10.99.3.${to}`, text: String(number) }));
  }
}

function expectBalance(world: World): void {
  const names = members.map(member => member.name);
  const all = names.flatMap(from => names.filter(to => to !== from).map(to => world.hub.counters({ from, to })));
  const total = (counter: keyof LinkCounters): number => all.reduce((sum, each) => sum + each[counter], 0);
  const tally = world.hub.tally();
  const { strangers, ipv6, malformed, foreign, toMany, toNobody, probes } = tally;
  const refused = strangers + ipv6 + malformed + foreign + toMany + toNobody;
  expect(tally.received).toBe(refused + probes + total('sent'));
  expect(total('sent') + total('duplicated')).toBe(total('dropped') + tally.forwarded + tally.underWay);
}

/** Without the members that are undefined, which a rule does not have. */
function defined<T extends object>(rule: T): { [name in keyof T]: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as never;
}
