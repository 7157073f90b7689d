/**
 * Systems that a user describes: by an image, by a compose file, and how to talk to them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/time.ts';
import { makePlan } from '../../src/config/plan.ts';
import { planSchema } from '../../src/config/plan-schema.ts';
import { loadRunFile } from '../../src/config/run-file.ts';
import { complaint } from './complaint.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-described-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'run.yaml');
const tools = { builtIns: [], clock: systemClock() };

function load(text: string) {
  writeFileSync(file, text);
  return loadRunFile(file, { environment: { TOKEN: 'secret' } }).request;
}

function refusal(text: string): string {
  return complaint(() => makePlan(load(text), tools)).replaceAll(`${directory}/`, '');
}

const client = `  client:
    port: 8080
    headers: {x-client: ordeal}
    functions:
      read:
        request: GET /kv/{key}
        not-found: null
        ok: {status: 200, value: $.value}
      write:
        request: {method: PUT, path: '/kv/{key}', headers: {x-a: b}, body: {value: '{value}', note: [1, null]}}
        ok: [200, 204]
        fail: [{status: 503, body: no leader}, {json: {$.done: false}}]
      cas: {request: 'POST /kv/{key}', ok: 200, refused: 409}
`;

const http = {
  port: 8080,
  headers: { 'x-client': 'ordeal' },
  functions: {
    read: {
      method: 'GET',
      path: '/kv/{key}',
      outcomes: [
        { outcome: 'not-found', status: [404] },
        { outcome: 'ok', status: [200], value: '$.value' },
      ],
    },
    write: {
      method: 'PUT',
      path: '/kv/{key}',
      headers: { 'x-a': 'b' },
      body: { value: '{value}', note: [1, null] },
      outcomes: [
        { outcome: 'ok', status: [200, 204] },
        { outcome: 'fail', status: [503], body: 'no leader' },
        { outcome: 'fail', status: [], json: { '$.done': false } },
      ],
    },
    cas: {
      method: 'POST',
      path: '/kv/{key}',
      outcomes: [
        { outcome: 'ok', status: [200] },
        { outcome: 'refused', status: [409] },
      ],
    },
  },
};

describe('a system by its image', () => {
  const text = `system:
  image: example.org/my-store:1.2
  command: [serve, --name, '{node}', --peers, '{nodes:{node}=http://{peer}:7000,;}']
  environment: {ID: '{index}', TOKEN: }
  files: {/etc/store.conf: 'name={node}'}
  volumes: [./conf:/conf:ro, ./data:/data]
  nodes: 3
  data: /data
  ready: /health
${client}`;

  test('is in the plan, whole, with the names of its nodes', () => {
    const plan = makePlan({ ...load(text), seed: '1' }, tools);
    expect(plan.nodes).toEqual(['n1', 'n2', 'n3']);
    expect(plan.workload).toBe('lin-kv');
    expect(plan.system).toEqual({
      name: 'example-org-my-store-1-2',
      bugs: [],
      described: {
        pods: {
          form: 'alike',
          count: 3,
          pod: {
            image: { name: 'example.org/my-store:1.2' },
            command: ['serve', '--name', '{node}', '--peers', '{nodes:{node}=http://{peer}:7000,;}'],
            environment: { ID: '{index}', TOKEN: 'secret' },
            files: { '/etc/store.conf': 'name={node}' },
            volumes: [`${join(directory, 'conf')}:/conf:ro`],
            data: { path: '/data' },
            ports: [8080],
          },
        },
        client: { type: 'http', http },
        ready: { type: 'http', port: 8080, path: '/health', status: [200] },
        workloads: ['lin-kv'],
      },
    });
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test('may have another number of nodes, by a flag', () => {
    expect(makePlan({ ...load(text), nodes: 5 }, tools).nodes).toHaveLength(5);
  });

  test('is built from a folder beside the configuration', () => {
    const plan = makePlan(
      load(`system:\n  build: ./store\n  nodes: 1\n  ports: [80]\n  client: {command: [node, c.js]}\n`),
      tools,
    );
    expect(plan.system).toMatchObject({
      name: 'store',
      described: {
        pods: { pod: { image: { name: 'store', build: { directory: join(directory, 'store') } }, ports: [80] } },
        client: { type: 'command', command: ['node', 'c.js'] },
      },
    });
    expect(plan.nemesis).toEqual(['kill-one']);
  });
});

describe('a system by a compose file', () => {
  writeFileSync(
    join(directory, 'compose.yml'),
    `name: shop
services:
  a: {image: "store:1", command: [serve, '{node}'], volumes: [a:/data, ./c:/c], depends_on: [config], ports: ["1:7000"]}
  b: {image: "store:1", volumes: [b:/data], depends_on: [a], healthcheck: {test: ok}}
  config: {image: "config:1", command: run, volumes: [c:/c]}
volumes: {a: , b: , c: }
`,
  );
  const text = `system:
  compose: compose.yml
  nodes: [b, a]
  data: {a: /data, b: /data}
  ready: {http: /ready, status: [200, 503]}
${client}`;

  test('its chosen services are the nodes, as they stand; the others support them', () => {
    const plan = makePlan({ ...load(text), seed: '1' }, tools);
    expect(plan.nodes).toEqual(['b', 'a']);
    const check = { test: ['CMD-SHELL', 'ok'], intervalMs: 30_000, timeoutMs: 30_000, startPeriodMs: 0, retries: 3 };
    expect(plan.system).toMatchObject({
      name: 'shop',
      described: {
        pods: {
          form: 'each',
          pods: {
            a: {
              image: { name: 'store:1' },
              command: ['serve', '{node}'],
              volumes: [`${join(directory, 'c')}:/c`],
              data: { path: '/data' },
              dependsOn: { config: 'started' },
              ports: [7000, 8080],
            },
            b: { data: { path: '/data' }, dependsOn: { a: 'started' }, healthy: check, ports: [8080] },
          },
        },
        support: { config: { image: { name: 'config:1' }, command: ['run'], volumes: ['c:/c'] } },
        ready: { type: 'http', port: 8080, path: '/ready', status: [200, 503] },
      },
    });
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test('its nodes cannot be counted', () => {
    expect(complaint(() => makePlan({ ...load(text), nodes: 3 }, tools))).toContain('no number can be chosen');
  });

  test.each([
    [
      'nodes: [b, aa]',
      'INVALID_CONFIGURATION: nodes: there is no service "aa" at run.yaml:3:14 (key system.nodes[1]); did you mean "a"?',
    ],
    ['nodes: []', 'INVALID_CONFIGURATION: nodes: names no service at run.yaml:3:10 (key system.nodes)'],
    ['nodes: [a, a]', 'INVALID_CONFIGURATION: nodes: names a twice at run.yaml:3:10 (key system.nodes)'],
    [
      'nodes: [a]\n  command: x',
      'INVALID_CONFIGURATION: command cannot stand beside compose: it belongs in the compose file at run.yaml:4:3 (key system.command)',
    ],
    [
      'nodes: [a]\n  data: {config: /x}',
      'INVALID_CONFIGURATION: unknown key "config" at run.yaml:4:10 (key system.data.config); one of a',
    ],
  ])('%s is refused', (lines, expected) => {
    expect(refusal(`system:\n  compose: compose.yml\n  ${lines}\n  client: etcd\n`)).toBe(expected);
  });

  test('a compose file that is not there is told where it is named', () => {
    expect(refusal('system:\n  compose: gone.yml\n  nodes: [a]\n  client: etcd\n')).toContain(
      'at run.yaml:2:12 (key system.compose)',
    );
  });
});

describe('mistakes in a description', () => {
  test.each([
    [
      '{nodes: 3}',
      'system: says neither image nor build nor compose at run.yaml:1:9 (key system); image: NAME, build: FOLDER, compose: FILE',
    ],
    [
      '{image: a}',
      'client is missing at run.yaml:1:9 (key system); client: etcd (a built-in system), {port, functions} (HTTP), or {command: [...]}',
    ],
    ['{image: a, clinet: etcd}', 'unknown key "clinet" at run.yaml:1:20 (key system.clinet); did you mean "client"?'],
    [
      '{image: a, client: etcd, data: data}',
      'data: "data" is not an absolute path in the container at run.yaml:1:40 (key system.data)',
    ],
    [
      '{image: a, client: etcd, volumes: [x:/y]}',
      'volumes: there is no volume "x" at run.yaml:1:44 (key system.volumes[0]); all nodes would share it: name the folder of each node with data: /path, or bind a folder with ./',
    ],
    [
      '{image: a, client: etcd, command: ["{adress}"]}',
      'command: there is no placeholder {adress} at run.yaml:1:44 (key system.command[0]); did you mean {address}?',
    ],
    [
      '{image: a, client: etcd, environment: {A: "{nodes}"}}',
      'A: there is no placeholder {nodes} at run.yaml:1:51 (key system.environment.A); did you mean {nodes:{address},,}?',
    ],
    [
      '{image: a, client: etcd, ready: /x}',
      'ready: does not say which port at run.yaml:1:41 (key system.ready); {http: /health, port: 8080}',
    ],
    ['{image: a, client: {command: []}}', 'client: the command is empty at run.yaml:1:28 (key system.client)'],
    [
      '{image: a, workloads: [lin-kw], client: etcd}',
      'there is no workload "lin-kw" at run.yaml:1:32 (key system.workloads[0]); did you mean "lin-kv"?',
    ],
  ])('%s', (system, expected) => {
    expect(refusal(`system: ${system}\n`)).toMatch(expected.slice(0, 5) === 'there' ? /./ : /^INVALID_CONFIGURATION: /);
    expect(refusal(`system: ${system}\n`).replace(/^\w+: /, '')).toBe(expected);
  });

  test('a client that is of no built-in system is found when the plan is made', () => {
    expect(refusal('system: {image: a, client: etdc}\n')).toBe(
      'UNKNOWN_CLIENT: there is no built-in client "etdc" at run.yaml:1:9 (key system); declare one over HTTP, or give a command',
    );
  });

  test.each([
    ['{functions: {read: {request: GET /, ok: {status: 200, value: body}}}}', 'port is missing'],
    ['{port: 1, functions: {raed: {}}}', 'unknown key "raed"'],
    ['{port: 1, functions: {read: {ok: 200}}}', 'request is missing'],
    ['{port: 1, functions: {read: {request: GET x, ok: 200}}}', 'request: is not a method and a path'],
    ['{port: 1, functions: {read: {request: GET /, ok: 200}}}', 'ok: does not say what was read'],
    ['{port: 1, functions: {read: {request: GET /}}}', 'ok is missing'],
    ['{port: 1, functions: {add: {request: PUT /, ok: 2000}}}', 'ok: 2000 is not a whole number from 100 to 599'],
    ['{port: 1, functions: {add: {request: PUT /, ok: 200, fial: 400}}}', 'unknown key "fial"'],
    ['{port: 1, functions: {add: {request: PUT /, ok: null}}}', 'ok: does not say which answers'],
    [
      '{port: 1, functions: {add: {request: PUT /, ok: {status: 200, json: {a: 1}}}}}',
      'a: "a" is not a path into JSON',
    ],
    ['{port: 1, functions: {add: {request: PUT /, ok: {body: "("}}}}', 'body: Invalid regular expression'],
    [
      '{port: 1, functions: {read: {request: GET /, ok: {status: 200, value: {body: x}}}}}',
      'value: has no group that is the value',
    ],
    ['{port: 1, functions: {add: {request: PUT /, ok: 200}}}', 'functions: make up no workload'],
  ])('client: %s', (declared, expected) => {
    expect(refusal(`system: {image: a, client: ${declared}}\n`)).toContain(`INVALID_CONFIGURATION: ${expected}`);
    expect(refusal(`system: {image: a, client: ${declared}}\n`)).toContain(' at run.yaml:1:');
  });
});
