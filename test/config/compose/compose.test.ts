/**
 * The compose subset, read from real files: what is understood, and that everything else is refused with its place.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCompose } from '../../../src/config/compose/compose.ts';
import { parseEnvironmentFile } from '../../../src/config/compose/env-file.ts';
import { refusedServiceKeys } from '../../../src/config/compose/refused.ts';
import { interpolate, VariableError } from '../../../src/config/compose/variables.ts';
import { complaint } from '../complaint.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-compose-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'docker-compose.yml');

function load(text: string, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(file, text);
  return loadCompose({ file, environment });
}

/** Without the folder, which is another one each time. */
function refusal(text: string, environment = {}): string {
  return complaint(() => load(text, environment)).replaceAll(`${directory}/`, '');
}

describe('a compose file', () => {
  test('is read as far as containers go', () => {
    const { services, volumes } = load(
      `
version: "3.8"
name: shop
x-node: &node
  image: store:1
  environment: {LEVEL: 3, EMPTY: "", ON: true}
  ulimits: {nofile: {soft: 10, hard: 20}, nproc: 5}
services:
  web:
    build: {context: ./web, dockerfile: Dockerfile.dev, target: run, args: {V: 1}}
    command: serve --name "a b"
    entrypoint: [/bin/web, "-x"]
    ports: ["8080:80", "127.0.0.1:9000-9001:9000-9001/tcp", 53:53/udp, {target: 99, published: "1"}]
    expose: [80, "81"]
    environment: ["A=1=2", B, C=]
    depends_on:
      a: {condition: service_healthy}
      setup: {condition: service_completed_successfully}
  a:
    <<: *node
    hostname: alpha
    user: "1000:1000"
    working_dir: /srv
    init: true
    cap_add: [NET_ADMIN, cap_sys_time]
    privileged: false
    tmpfs: [/run, "/tmp:size=64m"]
    volumes:
      - ./conf:/conf:ro
      - data:/data
      - {type: bind, source: ~/x, target: /x, read_only: true}
      - {type: tmpfs, target: /fast}
    networks: {back: {aliases: [alpha, first]}, default: }
    healthcheck: {test: curl -f localhost, interval: 1m30s, timeout: 500ms, start_period: 2s, retries: 5}
  setup:
    image: setup:1
    depends_on: [a]
    healthcheck: {disable: true}
volumes: {data: }
networks: {back: {driver: bridge}}
`,
      { B: 'of the user' },
    );
    expect([...services.keys()]).toEqual(['a', 'setup', 'web']);
    expect([...volumes]).toEqual(['data']);
    expect(services.get('a')).toEqual({
      container: {
        image: { name: 'store:1' },
        environment: { LEVEL: '3', EMPTY: '', ON: 'true' },
        user: '1000:1000',
        workingDirectory: '/srv',
        init: true,
        capAdd: ['NET_ADMIN', 'SYS_TIME'],
        tmpfs: { '/fast': '', '/run': '', '/tmp': 'size=64m' },
        ulimits: [
          { name: 'nofile', soft: 10, hard: 20 },
          { name: 'nproc', soft: 5, hard: 5 },
        ],
        hostname: 'alpha',
        aliases: ['alpha', 'first'],
      },
      mounts: [
        { source: join(directory, 'conf'), target: '/conf', readOnly: true },
        { source: 'data', target: '/data', readOnly: false },
        { source: join(homedir(), 'x'), target: '/x', readOnly: true },
      ],
      ports: [],
      healthy: {
        test: ['CMD-SHELL', 'curl -f localhost'],
        intervalMs: 90_000,
        timeoutMs: 500,
        startPeriodMs: 2000,
        retries: 5,
      },
    });
    expect(services.get('web')).toEqual({
      container: {
        image: {
          name: 'shop-web',
          build: {
            directory: join(directory, 'web'),
            dockerfile: 'Dockerfile.dev',
            target: 'run',
            arguments: { V: '1' },
          },
        },
        entrypoint: ['/bin/web', '-x'],
        command: ['serve', '--name', 'a b'],
        environment: { A: '1=2', B: 'of the user', C: '' },
        dependsOn: { a: 'healthy', setup: 'completed' },
      },
      mounts: [],
      ports: [80, 9000, 9001, 99, 81],
      healthy: null,
    });
    expect(services.get('setup')).toMatchObject({ container: { dependsOn: { a: 'started' } }, healthy: null });
  });

  test('takes variables from the user, then from .env beside it; env_file is below environment', () => {
    writeFileSync(join(directory, '.env'), 'TAG=2 # as released\nNAME=from-file\n');
    writeFileSync(join(directory, 'a.env'), 'A=1\nB=two\n# nothing\nexport C="x\\ny"\n');
    const { services } = load(
      'services: {s: {image: "$NAME:${TAG}-${KIND:-plain}", env_file: a.env, environment: {B: "$$2 ${GONE}"}}}\n',
      { NAME: 'user' },
    );
    rmSync(join(directory, '.env'));
    expect(services.get('s')?.container).toEqual({
      image: { name: 'user:2-plain' },
      environment: { A: '1', B: '$2 ', C: 'x\ny' },
    });
  });

  test('an env_file that is not required may be missing', () => {
    const { services } = load('services: {s: {image: a, env_file: [{path: gone.env, required: false}]}}\n');
    expect(services.get('s')?.container).toEqual({ image: { name: 'a' } });
  });

  test.each([
    ['services: {s: {}}', 's: has neither image nor build at docker-compose.yml:1:15 (key services.s)'],
    ['srvices: {}', 'unknown key "srvices" at docker-compose.yml:1:1 (key srvices); did you mean "services"?'],
    ['{}', 'services is missing'],
    [
      'services: {s: {image: a, comand: b}}',
      'unknown key "comand" at docker-compose.yml:1:26 (key services.s.comand); did you mean "command"?',
    ],
    [
      'services: {s: {image: a, command: "b \'c"}}',
      "command: the command has an unclosed ' at docker-compose.yml:1:35",
    ],
    [
      'services: {s: {image: "${A:?is needed}"}}',
      'the variable A is not set: is needed at docker-compose.yml:1:23 (key services.s.image); set A',
    ],
    ['services: {s: {image: "${A:+b}"}}', '${A:+b} is not a variable that is understood at docker-compose.yml:1:23'],
    [
      'services: {s: {image: a, ports: [http]}}',
      'ports: "http" is not a port at docker-compose.yml:1:34 (key services.s.ports[0])',
    ],
    ['services: {s: {image: a, ports: ["80:70000"]}}', 'ports: "80:70000" is not a port'],
    [
      'services: {s: {image: a, volumes: [/data]}}',
      'volumes: "/data" is an anonymous volume at docker-compose.yml:1:36',
    ],
    ['services: {s: {image: a, volumes: [x:/data]}}', 'volumes: there is no volume "x" at docker-compose.yml:1:36'],
    ['services: {s: {image: a, volumes: ["./x:data"]}}', 'volumes: "data" is not an absolute path in the container'],
    ['services: {s: {image: a, networks: [back]}}', 'networks: there is no network "back" at docker-compose.yml:1:37'],
    ['services: {s: {image: a, networks: {default: {ipv4_address: 10.0.0.1}}}}', 'unknown key "ipv4_address"'],
    ['services: {s: {image: a, depends_on: [t]}}', 't: there is no such service at docker-compose.yml:1:38'],
    [
      'services: {s: {image: a, depends_on: [t]}, t: {image: a, depends_on: [s]}}',
      's: they wait for each other: s -> t -> s at docker-compose.yml:1:70',
    ],
    [
      'services: {s: {image: a, depends_on: {t: {condition: service_healthy}}}, t: {image: a}}',
      't: has no healthcheck in this file, so nobody can wait for it to be healthy',
    ],
    [
      'services: {s: {image: a, depends_on: {t: {condition: healthy}}}}',
      'condition: "healthy" is not known at docker-compose.yml:1:54',
    ],
    [
      'services: {s: {image: a, healthcheck: {test: x, interval: 10}}}',
      'interval: 10 is not a duration at docker-compose.yml:1:59',
    ],
    [
      'services: {s: {image: a, healthcheck: {test: [curl]}}}',
      'test: a test that is a list begins with CMD, CMD-SHELL or NONE',
    ],
    ['services: {s: {image: a, env_file: gone.env}}', 'env_file: cannot be read: ENOENT'],
    ['services: {s: {build: https://example.org/x.git}}', 'build: must be a folder on this machine, not an address'],
    ['services: {s: {image: a, cap_add: [ALL]}}', 'cap_add: ALL: a privileged container can change the host itself'],
    [
      'services: {s: {image: a}}\nvolumes: {v: {external: true}}',
      'a volume has no options here: it is made for the run',
    ],
    ['services: {s: {image: a}}\nnetworks: {n: {external: true}}', 'a network has no options here: all services share'],
    [
      'services: {s: {image: a}}\nsecrets: {}',
      'secrets is not understood: mount the file with volumes instead at docker-compose.yml:2:1',
    ],
  ])('%s is refused', (text, expected) => {
    expect(refusal(`${text}\n`)).toContain(`INVALID_COMPOSE: ${expected}`);
  });

  test('a file that is not there is told where it is named', () => {
    const place = { file: 'run.yaml', line: 3 };
    expect(complaint(() => loadCompose({ file: join(directory, 'no.yml'), environment: {}, namedAt: place }))).toMatch(
      /^CANNOT_READ_COMPOSE: cannot read the compose file: ENOENT.* at run.yaml:3$/,
    );
  });
});

describe('keys that are refused', () => {
  test.each(Object.entries(refusedServiceKeys))('%s, with the reason', (key, why) => {
    expect(refusal(`services:\n  s:\n    image: a\n    ${key}: 1\n`)).toBe(
      `INVALID_COMPOSE: ${key} is not understood: ${why} at docker-compose.yml:4:5 (key services.s.${key})`,
    );
  });

  test.each([
    [
      'privileged: true',
      'privileged: a privileged container can change the host itself, and the rules by which its node is cut off at docker-compose.yml:4:5 (key services.s.privileged); name single ones in cap_add',
    ],
    [
      'network_mode: host',
      "network_mode: on the host's network a node has no address of its own: to cut it off would cut off the machine at docker-compose.yml:4:5 (key services.s.network_mode)",
    ],
    [
      'network_mode: "service:b"',
      'network_mode: a node joins the network of its own holder, which owns its address and its rules at docker-compose.yml:4:5 (key services.s.network_mode)',
    ],
    [
      'networks: [host]',
      "networks: on the host's network a node has no address of its own: to cut it off would cut off the machine at docker-compose.yml:4:16 (key services.s.networks[0])",
    ],
  ])('%s', (line, expected) => {
    expect(refusal(`services:\n  s:\n    image: a\n    ${line}\n`)).toBe(`INVALID_COMPOSE: ${expected}`);
  });

  test('a key that is merged in is told where it stands', () => {
    const text = 'x-a: &a\n  image: a\n  restart: always\nservices:\n  s:\n    <<: *a\n';
    expect(refusal(text)).toContain('at docker-compose.yml:3:3 (key services.s.restart)');
  });
});

describe('variables', () => {
  const lookup = (name: string) => ({ SET: 'x', EMPTY: '' })[name];

  test.each([
    ['$SET-${SET}', 'x-x'],
    ['${EMPTY:-d}${EMPTY-d}${GONE:-d}${GONE-d}', 'ddd'],
    ['${GONE:-${SET}-${OTHER:-y}}', 'x-y'],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['${SET:?no}${EMPTY?no}', 'x'],
    ['${GONE}', ''],
    ['${GONE:-{"a": 1}', '{"a": 1'],
  ])('%s', (text, expected) => {
    expect(interpolate(text, lookup)).toBe(expected);
  });

  test.each(['${EMPTY:?must be set to $SET}', '${GONE?}', '$', '$1', '${', '${SET', '${1}'])('%s is refused', text => {
    expect(() => interpolate(text, lookup)).toThrow(VariableError);
  });
});

describe('files of variables', () => {
  const entries = (text: string) => [...parseEnvironmentFile(text, name => (name === 'HOME' ? '/h' : undefined))];

  test('know comments, quotes, names alone, and what stands above', () => {
    expect(entries('# c\nA=1 # c\nB=\'$A # x\'\nC="$A\\"\\n"\nexport D=${HOME}/${A}\nE\nF=a#b\nG=\n\n')).toEqual([
      ['A', '1'],
      ['B', '$A # x'],
      ['C', '1"\n'],
      ['D', '/h/1'],
      ['E', null],
      ['F', 'a#b'],
      ['G', ''],
    ]);
  });

  test('a line that is none of it is named', () => {
    expect(() => entries('A=1\n-x\n')).toThrow('line 2 is not NAME=value: -x');
  });
});
