import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatPlace, OrdealError } from '../../src/base/errors.ts';
import { Random } from '../../src/base/random.ts';
import { listProgrammes, parseProgramme, programmeByName } from '../../src/config/programme.ts';
import { checkSchedule } from '../../src/fault/catalogue.ts';
import { expand } from '../../src/fault/programme.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const directory = mkdtempSync(join(tmpdir(), 'ordeal-programme-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a person is shown. */
function complaint(task: () => unknown): string {
  try {
    task();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    const place = error.place === null ? '' : ` at ${formatPlace(error.place)}`;
    return `${error.code}: ${error.message}${place}${error.hint === null ? '' : `; ${error.hint}`}`;
  }
}

function parse(text: string): string {
  return complaint(() => parseProgramme({ text, file: 'mine.yaml', name: 'mine' }));
}

const head = 'hypothesis: It holds.\n';

describe('a programme in YAML', () => {
  test('is read with its ranges, its defaults and the place of each fault', () => {
    const text = `hypothesis: >
  A minority that is cut off
  must not acknowledge writes.
steps:
  - wait: 500ms..1.5s
  - fault: partition
    shape: majorities-ring
    for: 1500ms..3s
  - {fault: delay, target: "n1,n3", delay: 20ms..0.1s, for: 2m}
`;
    expect(parseProgramme({ text, file: 'mine.yaml', name: 'mine' })).toMatchInlineSnapshot(`
      {
        "body": {
          "steps": [
            {
              "waitMs": {
                "high": 1500,
                "low": 500,
              },
            },
            {
              "forMs": {
                "high": 3000,
                "low": 1500,
              },
              "kind": "partition",
              "parameters": {
                "shape": "majorities-ring",
              },
              "place": {
                "column": 5,
                "file": "mine.yaml",
                "key": "steps[1]",
                "line": 6,
              },
              "target": "all",
            },
            {
              "forMs": {
                "high": 120000,
                "low": 120000,
              },
              "kind": "delay",
              "parameters": {
                "delayMs": {
                  "high": 100,
                  "low": 20,
                },
              },
              "place": {
                "column": 28,
                "file": "mine.yaml",
                "key": "steps[2].target",
                "line": 9,
              },
              "target": "n1,n3",
            },
          ],
          "type": "steps",
        },
        "hypothesis": "A minority that is cut off must not acknowledge writes.",
        "name": "mine",
      }
    `);
  });

  test('a swarm says how many of its faults take part, and how many at once', () => {
    const text = `${head}swarm: {choose: 1..2, gap: 1s, at-once: 2}\nfaults:\n  - {fault: kill, for: 1s}\n  - {fault: loss, probability: 0.1..0.3, target: one, for: 1s}\n`;
    expect(parseProgramme({ text, file: 'mine.yaml', name: 'mine' }).body).toMatchInlineSnapshot(`
      {
        "atOnce": 2,
        "choose": {
          "high": 2,
          "low": 1,
        },
        "faults": [
          {
            "forMs": {
              "high": 1000,
              "low": 1000,
            },
            "kind": "kill",
            "parameters": {},
            "place": {
              "column": 5,
              "file": "mine.yaml",
              "key": "faults[0]",
              "line": 4,
            },
            "target": "one",
          },
          {
            "forMs": {
              "high": 1000,
              "low": 1000,
            },
            "kind": "loss",
            "parameters": {
              "probability": {
                "high": 0.3,
                "low": 0.1,
              },
            },
            "place": {
              "column": 50,
              "file": "mine.yaml",
              "key": "faults[1].target",
              "line": 5,
            },
            "target": "one",
          },
        ],
        "gapMs": {
          "high": 1000,
          "low": 1000,
        },
        "type": "swarm",
      }
    `);
  });
});

describe('a mistake in a programme is shown with its place and what to write instead', () => {
  const fault = (text: string): string => parse(`${head}steps:\n  - wait: 1s\n  - {${text}}\n`);

  test('in the form of the whole', () => {
    const found = [
      parse(''),
      parse('- wait: 1s'),
      parse('hypothesis: [1]\nsteps: []'),
      parse('steps: []'),
      parse('hypothesis: "  "\nsteps: []'),
      parse(head),
      parse(`${head}step: []\n`),
      parse(`${head}steps: {}\n`),
      parse(`${head}steps: []\nswarm: {choose: 1, gap: 1s}\n`),
      parse(`${head}swarm: {choose: 1, gap: 1s}\n`),
      parse(`${head}faults:\n  - {fault: kill, for: 1s}\n`),
      parse(`${head}swarm: {choose: 1, gap: 1s}\nfaults: []\n`),
      parse(`${head}swarm: 3\nfaults:\n  - {fault: kill, for: 1s}\n`),
      parse(`${head}swarm: {choose: 2..3, gap: 1s}\nfaults:\n  - {fault: kill, for: 1s}\n`),
      parse(`${head}swarm: {choose: 0.5, gap: 1s}\nfaults:\n  - {fault: kill, for: 1s}\n`),
      parse(`${head}swarm: {choose: 1, gap: 1s, atonce: 2}\nfaults:\n  - {fault: kill, for: 1s}\n`),
      parse(`${head}swarm: {choose: 1, gap: 1s, at-once: 0}\nfaults:\n  - {fault: kill, for: 1s}\n`),
    ];
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INVALID_PROGRAMME: a programme must be a map at mine.yaml:1:1
      INVALID_PROGRAMME: a programme must be a map at mine.yaml:1:1
      INVALID_PROGRAMME: hypothesis: must be text at mine.yaml:1:13 (key hypothesis)
      INVALID_PROGRAMME: hypothesis is missing at mine.yaml:1:1 (key hypothesis)
      INVALID_PROGRAMME: hypothesis: must say what the programme attacks at mine.yaml:1:13 (key hypothesis)
      INVALID_PROGRAMME: steps are missing at mine.yaml:1:1; a programme has steps (one after the other), or swarm with faults (several at once)
      INVALID_PROGRAMME: unknown key "step" at mine.yaml:2:1 (key step); did you mean "steps"?
      INVALID_PROGRAMME: steps: must be a list at mine.yaml:2:8 (key steps)
      INVALID_PROGRAMME: swarm cannot stand beside steps at mine.yaml:3:1 (key swarm); steps, or swarm with faults
      INVALID_PROGRAMME: faults are missing at mine.yaml:1:1; a programme has steps (one after the other), or swarm with faults (several at once)
      INVALID_PROGRAMME: swarm is missing at mine.yaml:1:1; a programme has steps (one after the other), or swarm with faults (several at once)
      INVALID_PROGRAMME: faults: must hold at least one fault at mine.yaml:3:9 (key faults)
      INVALID_PROGRAMME: swarm must be a map at mine.yaml:2:8 (key swarm)
      INVALID_PROGRAMME: choose: 3 of 1 faults is too many at mine.yaml:2:17 (key swarm.choose)
      INVALID_PROGRAMME: choose: 0.5 is too small at mine.yaml:2:17 (key swarm.choose); at least 1
      INVALID_PROGRAMME: unknown key "atonce" at mine.yaml:2:29 (key swarm.atonce); did you mean "at-once"?
      INVALID_PROGRAMME: at-once: must be 1 or more at mine.yaml:2:38 (key swarm.at-once)"
    `);
  });

  test('in a step', () => {
    const found = [
      parse(`${head}steps:\n  - 5\n`),
      parse(`${head}steps:\n  - wait: 1s\n`),
      parse(`${head}steps:\n  - wait: 5\n`),
      parse(`${head}steps:\n  - wait: 5 seconds\n`),
      parse(`${head}steps:\n  - wait: 3s..1s\n`),
      parse(`${head}steps:\n  - wait: 1s..2s..3s\n`),
      parse(`${head}steps:\n  - wait: 25h\n`),
      parse(`${head}steps:\n  - wait:\n`),
      parse(`${head}steps:\n  - {wait: 1s, for: 2s}\n`),
      parse(`${head}steps:\n  - {wait: 1s, fault: kill, for: 2s}\n`),
      parse(`${head}steps:\n  - {wiat: 1s}\n`),
      parse(`${head}steps:\n  - {target: one}\n`),
    ];
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INVALID_PROGRAMME: a step must be a wait or a fault at mine.yaml:3:5 (key steps[0]); - wait: 1s, or - {fault: partition, shape: halves, for: 2s}
      INVALID_PROGRAMME: no step is a fault at mine.yaml:3:3 (key steps); - wait: 1s, or - {fault: partition, shape: halves, for: 2s}
      INVALID_PROGRAMME: wait: 5 is not a duration at mine.yaml:3:11 (key steps[0].wait); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: wait: "5 seconds" is not a duration at mine.yaml:3:11 (key steps[0].wait); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: wait: the range "3s..1s" runs backwards at mine.yaml:3:11 (key steps[0].wait); write the smaller bound first
      INVALID_PROGRAMME: wait: "1s..2s..3s" is not a duration at mine.yaml:3:11 (key steps[0].wait); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: wait: "25h" is longer than a day at mine.yaml:3:11 (key steps[0].wait); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: wait is missing at mine.yaml:3:10 (key steps[0].wait); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: unknown key "for" at mine.yaml:3:16 (key steps[0].for); one of wait
      INVALID_PROGRAMME: a step is a wait or a fault, not both at mine.yaml:3:5 (key steps[0]); make two steps of it
      INVALID_PROGRAMME: unknown key "wiat" at mine.yaml:3:6 (key steps[0].wiat); did you mean "wait"?
      INVALID_PROGRAMME: fault is missing at mine.yaml:3:5 (key steps[0]); - wait: 1s, or - {fault: partition, shape: halves, for: 2s}"
    `);
  });

  test('in a fault', () => {
    const found = [
      fault('fault: partitoin, shape: halves, for: 1s'),
      fault('fault: 7, for: 1s'),
      fault('fault: partition, shape: halvs, for: 1s'),
      fault('fault: partition, for: 1s'),
      fault('fault: partition, shape: halves'),
      fault('fault: partition, shape: halves, four: 1s'),
      fault('fault: partition, shape: halves, for: 10ms'),
      fault('fault: partition, shape: halves, target: one, for: 1s'),
      fault('fault: partition, shape: isolate, target: all, for: 1s'),
      fault('fault: partition, shape: halves, direction: in, for: 1s'),
      fault('fault: kill, target: [n1], for: 1s'),
      fault('fault: kill, shape: halves, for: 1s'),
      fault('fault: loss, probability: 1.5, for: 1s'),
      fault('fault: loss, probability: 0.5..2, for: 1s'),
      fault('fault: loss, probability: often, for: 1s'),
      fault('fault: loss, probability: null, for: 1s'),
      fault('fault: loss, probability: {low: 1}, for: 1s'),
      fault('fault: delay, delay: 100, for: 1s'),
      fault('fault: delay, delayMs: 100, for: 1s'),
      fault('fault: delay, delay: 0ms, for: 1s'),
      fault('fault: reorder, within: 1h, for: 1s'),
    ];
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INVALID_PROGRAMME: there is no fault "partitoin" at mine.yaml:4:13 (key steps[1].fault); did you mean "partition"?
      INVALID_PROGRAMME: there is no fault 7 at mine.yaml:4:13 (key steps[1].fault); one of partition, cut-clients, kill, terminate, restart-loop, pause, loss, delay, duplicate, reorder, corrupt, bandwidth, cpu, memory, disk-full, wipe, clock, pause-clients
      INVALID_PROGRAMME: shape: "halvs" is not known at mine.yaml:4:31 (key steps[1].shape); did you mean "halves"?
      INVALID_PROGRAMME: shape is missing at mine.yaml:4:5 (key steps[1].shape)
      INVALID_PROGRAMME: for is missing at mine.yaml:4:5 (key steps[1].for)
      INVALID_PROGRAMME: unknown key "four" at mine.yaml:4:39 (key steps[1].four); did you mean "for"?
      INVALID_PROGRAMME: for: 10ms is too small at mine.yaml:4:44 (key steps[1].for); at least 50ms
      INVALID_PROGRAMME: halves is about all nodes and takes no target at mine.yaml:4:5 (key steps[1])
      INVALID_PROGRAMME: isolate needs somebody to cut the targets off from at mine.yaml:4:5 (key steps[1])
      INVALID_PROGRAMME: direction is for one-way, not for halves at mine.yaml:4:5 (key steps[1])
      INVALID_PROGRAMME: target: must be text at mine.yaml:4:27 (key steps[1].target)
      INVALID_PROGRAMME: unknown key "shape" at mine.yaml:4:19 (key steps[1].shape); one of fault, target, for
      INVALID_PROGRAMME: probability: must be at most 1 at mine.yaml:4:32 (key steps[1].probability)
      INVALID_PROGRAMME: probability: must be at most 1 at mine.yaml:4:32 (key steps[1].probability)
      INVALID_PROGRAMME: probability: must be a number at mine.yaml:4:32 (key steps[1].probability)
      INVALID_PROGRAMME: probability is missing at mine.yaml:4:32 (key steps[1].probability)
      INVALID_PROGRAMME: probability: {"low":1} is neither a word nor a number at mine.yaml:4:32 (key steps[1].probability)
      INVALID_PROGRAMME: delay: 100 is not a duration at mine.yaml:4:27 (key steps[1].delay); write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s
      INVALID_PROGRAMME: unknown key "delayMs" at mine.yaml:4:20 (key steps[1].delayMs); did you mean "delay"?
      INVALID_PROGRAMME: delay: must be at least 1ms at mine.yaml:4:27 (key steps[1].delay)
      INVALID_PROGRAMME: within: must be at most 600000ms at mine.yaml:4:30 (key steps[1].within)"
    `);
  });

  test('in the YAML itself', () => {
    const found = [
      parse(`${head}steps: [\n`),
      parse(`${head}${head}steps: []\n`),
      parse(`${head}steps: *nobody\n`),
      parse(`${head}steps: &a [&b [x, x], &c [*b, *b, *b, *b], &d [*c, *c, *c, *c], [*d, *d, *d, *d, *d, *d]]\n`),
      parse('hypothesis: !secret It holds.\nsteps: []\n'),
      parse(`${head}---\nsteps: []\n`),
    ];
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INVALID_YAML: not readable as YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at mine.yaml:3:1
      INVALID_YAML: not readable as YAML: Map keys must be unique at mine.yaml:2:1
      INVALID_YAML: not readable as YAML: nothing is anchored as nobody at mine.yaml:2:8
      INVALID_YAML: not readable as YAML: Excessive alias count indicates a resource exhaustion attack at mine.yaml:1:1
      INVALID_YAML: not readable as YAML: Unresolved tag: !secret at mine.yaml:1:13
      INVALID_YAML: not readable as YAML: a second document begins here at mine.yaml:2:1"
    `);
  });
});

describe('the programmes that come with the package', () => {
  const names = readdirSync(new URL('../../nemesis', import.meta.url))
    .filter(file => file.endsWith('.yaml'))
    .map(file => file.replace('.yaml', ''));

  test('are listed with what they attack', () => {
    expect(listProgrammes().map(({ name, summary }) => `${name}: ${summary}`)).toMatchInlineSnapshot(`
      [
        "bandwidth: A narrow link makes the system slow, never wrong.",
        "bridge: One member that hears both halves must not make two leaders out of one.",
        "clock-skew: Nothing that must be right depends on what time it is.",
        "corrupt: A message that was damaged on its way is never believed.",
        "cut-clients: A lost answer is not a refusal.",
        "disk-full: What cannot be written is not acknowledged.",
        "duplicate: A message that arrives twice is done once.",
        "isolate-primary-long: A leader that comes back after another was chosen gives in, and nothing that was acknowledged goes with it.",
        "kill-all: What was acknowledged is on disk.",
        "kill-majority: Without a majority nothing is acknowledged, and when the dead come back they bring what they had promised.",
        "kill-minority: A majority goes on without the others, and nothing that was acknowledged is lost when a minority dies without warning.",
        "kill-one: What was acknowledged survives the death of one member.",
        "lossy-links: Lost messages make the system slow, never wrong.",
        "majorities-ring: To hear a majority is not enough to lead.",
        "none: With nothing broken every answer is right, and all members agree.",
        "one-way: Silence is not death, and to be heard is not to hear.",
        "out-of-memory: What was acknowledged survives a member that the kernel ends for want of memory.",
        "partition-follower: A member that does not lead and is cut off must not answer reads from its own state, and must not depose the leader when it comes back with a higher term.",
        "partition-halves: Two halves that cannot hear each other never both go on as if they were the whole.",
        "partition-one: A member that is cut off from all others must not acknowledge writes, and must not answer reads from its own state.",
        "partition-one-reject: To be refused is not to be told the truth.",
        "partition-primary: A leader that is cut off learns in time that it leads no longer.",
        "partition-random-halves: It does not matter which members are on which side of a cut.",
        "pause-clients: A client that sleeps past the end of its lease holds its lock no longer.",
        "pause-main: A member that stops for a while and wakes up must not act on what it believed before.",
        "pause-one: A member that stops for a while and wakes up must not act on what it believed before.",
        "pause-primary: A leader that slept through an election must not answer as a leader when it wakes up.",
        "reorder: A message that is overtaken by a later one does not undo it.",
        "restart-loop: A member that dies as soon as it is up does no harm to the others.",
        "slow-links: Late is not never.",
        "starve-cpu: A member that is too slow is not a dead one.",
        "swarm: Whatever breaks together, nothing becomes wrong.",
        "swarm-docker: Whatever breaks together in containers, nothing becomes wrong.",
        "swarm-network: Whatever the network does, nothing becomes wrong.",
        "terminate-one: A member that is asked to leave takes nothing with it.",
        "wipe-one: A member that has lost its disk has forgotten its promises, and must not vote, answer or lead as if it had kept them.",
      ]
    `);
  });

  /** What they are about takes long: a fail-over, a lease that runs out, a node that joins again. */
  const slow = ['isolate-primary-long', 'pause-clients', 'restart-loop', 'wipe-one'];
  const quick = names.filter(name => name !== 'none' && !slow.includes(name));

  test.each([
    ...quick.map(name => [name, 'five', 5, 15_000] as const),
    ...slow.map(name => [name, 'three', 3, 30_000] as const),
  ])('%s has %s faults and more in its time, the first within one second', (name, _, fewest, timeLimitMs) => {
    for (let seed = 0; seed < 100; seed++) {
      const schedule = expand(programmeByName(name), { random: Random.fromSeed(seed), timeLimitMs, nodes });
      expect(schedule.length).toBeGreaterThanOrEqual(fewest);
      expect(schedule[0]?.beginMs).toBeLessThanOrEqual(1000);
      expect(Math.max(...schedule.map(({ endMs }) => endMs))).toBeLessThanOrEqual(timeLimitMs);
      checkSchedule(schedule, nodes);
    }
  });

  test.each(names)('%s opens with its hypothesis and fits a run of 3 s with 3 nodes', name => {
    const programme = programmeByName(name);
    expect(programme.hypothesis.length).toBeGreaterThan(40);
    expect(() =>
      expand(programme, { random: Random.fromSeed(1), timeLimitMs: 3000, nodes: nodes.slice(0, 3) }),
    ).not.toThrow();
  });

  test('kill-all kills all nodes at once', () => {
    const schedule = expand(programmeByName('kill-all'), { random: Random.fromSeed(1), timeLimitMs: 15_000, nodes });
    expect(new Set(schedule.map(({ kind, target }) => `${kind} ${target}`))).toEqual(new Set(['kill all']));
  });

  test('over many seeds the swarm does everything that it lists', () => {
    const done = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const schedule = expand(programmeByName('swarm'), { random: Random.fromSeed(seed), timeLimitMs: 15_000, nodes });
      const now = new Set(schedule.map(({ kind, target, parameters }) => `${kind} ${parameters.shape ?? target}`));
      expect(now.size).toBeGreaterThanOrEqual(2);
      expect(now.size).toBeLessThanOrEqual(4);
      for (const each of now) done.add(each);
    }
    expect([...done].toSorted()).toEqual([
      'kill all',
      'kill one',
      'partition bridge',
      'partition isolate',
      'partition majorities-ring',
      'partition random-halves',
      'pause minority',
      'pause primaries',
    ]);
  });
});

describe('a nemesis is found', () => {
  test('by the path of a file of the user', () => {
    const path = join(directory, 'mine.yml');
    writeFileSync(path, `${head}steps:\n  - {fault: kill, for: 1s}\n`);
    expect(programmeByName(path).name).toBe('mine');
  });

  test('or it is said which one may be meant', () => {
    const missing = join(directory, 'none.yaml');
    const found = [
      complaint(() => programmeByName('kill-al')),
      complaint(() => programmeByName('earthquake')),
      complaint(() => programmeByName('../nemesis/swarm')),
      complaint(() => programmeByName(missing)).replaceAll(directory, 'DIRECTORY'),
    ];
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "UNKNOWN_NEMESIS: there is no nemesis "kill-al"; did you mean "kill-all"? (or give the path of a .yaml file)
      UNKNOWN_NEMESIS: there is no nemesis "earthquake"; one of bandwidth, bridge, clock-skew, corrupt, cut-clients, disk-full, duplicate, isolate-primary-long, kill-all, kill-majority, kill-minority, kill-one, lossy-links, majorities-ring, none, one-way, out-of-memory, partition-follower, partition-halves, partition-one, partition-one-reject, partition-primary, partition-random-halves, pause-clients, pause-main, pause-one, pause-primary, reorder, restart-loop, slow-links, starve-cpu, swarm, swarm-docker, swarm-network, terminate-one, wipe-one (or give the path of a .yaml file)
      UNKNOWN_NEMESIS: there is no nemesis "../nemesis/swarm"; one of bandwidth, bridge, clock-skew, corrupt, cut-clients, disk-full, duplicate, isolate-primary-long, kill-all, kill-majority, kill-minority, kill-one, lossy-links, majorities-ring, none, one-way, out-of-memory, partition-follower, partition-halves, partition-one, partition-one-reject, partition-primary, partition-random-halves, pause-clients, pause-main, pause-one, pause-primary, reorder, restart-loop, slow-links, starve-cpu, swarm, swarm-docker, swarm-network, terminate-one, wipe-one (or give the path of a .yaml file)
      UNKNOWN_NEMESIS: cannot read the nemesis DIRECTORY/none.yaml: there is no such file"
    `);
  });

  test('and a mistake in it is shown with the path as the user wrote it', () => {
    const path = join(directory, 'wrong.yaml');
    writeFileSync(path, `${head}steps:\n  - {fault: kil, for: 1s}\n`);
    expect(complaint(() => programmeByName(path)).replaceAll(directory, 'DIRECTORY')).toBe(
      'INVALID_PROGRAMME: there is no fault "kil" at DIRECTORY/wrong.yaml:3:13 (key steps[0].fault); did you mean "kill"?',
    );
  });
});
