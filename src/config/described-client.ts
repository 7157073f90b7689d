/**
 * How to talk to a described system: its client, how it is seen that a node is ready, and what it can be asked to do.
 */
import { workloadByName, workloads } from '../generator/workloads/catalogue.ts';
import type { DescribedClient, DescribedReady } from '../system/described.ts';
import { wordsOf } from './compose/service.ts';
import {
  elementsOf,
  type Field,
  invalidKey,
  invalidValue,
  isMap,
  membersOf,
  oneOrMore,
  placeOf,
  required,
  someTextOf,
  textOf,
  wholeNumberOf,
  withPlace,
} from './field.ts';
import { httpClientOf, portRange, portsOf, workloadsFor } from './http-client.ts';

export const clientHint = 'client: etcd (a built-in system), {port, functions} (HTTP), or {command: [...]}';

/** The name of a built-in system, `{command}`, or HTTP. */
export function clientOf(field: Field, ports: readonly number[]): DescribedClient {
  if (!isMap(field.value)) return { type: 'built-in', system: someTextOf(field), ports };
  if ('command' in field.value) {
    const command = wordsOf(required(membersOf(field, ['command']), field, 'command'));
    if (command.length === 0) throw invalidValue(field, 'the command is empty');
    return { type: 'command', command };
  }
  if ('system' in field.value) {
    const members = membersOf(field, ['system', 'ports']);
    const own = members.get('ports');
    return {
      type: 'built-in',
      system: someTextOf(required(members, field, 'system')),
      ports: own ? portsOf(own) : ports,
    };
  }
  return { type: 'http', http: httpClientOf(field) };
}

/** `8080` (it listens), `/health` (it answers 200), or `{http: /health, port: 8080, status: [200]}`, `{tcp: 8080}`. */
export function readyOf(field: Field, client: DescribedClient, ports: readonly number[]): DescribedReady {
  const usual = client.type === 'http' ? client.http.port : ports[0];
  const portFor = (given: Field | undefined): number => {
    if (given) return wholeNumberOf(given, portRange);
    if (usual === undefined) throw invalidValue(field, 'does not say which port', '{http: /health, port: 8080}');
    return usual;
  };
  if (typeof field.value === 'number') return { type: 'tcp', port: wholeNumberOf(field, portRange) };
  if (typeof field.value === 'string') {
    return { type: 'http', port: portFor(undefined), path: urlPath(field), status: [200] };
  }
  const members = membersOf(field, ['http', 'tcp', 'port', 'status']);
  const [http, tcp, port, status] = ['http', 'tcp', 'port', 'status'].map(key => members.get(key));
  if (tcp) {
    const other = http ?? port ?? status;
    if (other) throw invalidKey(other, `${String(other.path.at(-1))} cannot stand beside tcp`);
    return { type: 'tcp', port: wholeNumberOf(tcp, portRange) };
  }
  if (!http) throw invalidValue(field, 'says neither http nor tcp', 'ready: /health, or ready: 8080');
  return {
    type: 'http',
    port: portFor(port),
    path: urlPath(http),
    status: status ? oneOrMore(status).map(element => wholeNumberOf(element, { low: 100, high: 599 })) : [200],
  };
}

function urlPath(field: Field): string {
  const text = someTextOf(field);
  if (text.startsWith('/')) return text;
  throw invalidValue(field, `${JSON.stringify(text)} is not a path`, '/health');
}

/** Those that were named; else those whose operations the client knows. A built-in client knows its own. */
export function workloadsOf(field: Field | undefined, client: DescribedClient, owner: Field): readonly string[] {
  const spoken = client.type === 'http' ? workloadsFor(Object.keys(client.http.functions)) : null;
  if (field) {
    return elementsOf(field).map(element => {
      const { name, functions } = withPlace(placeOf(element), () => workloadByName(textOf(element)));
      if (spoken === null || spoken.includes(name)) return name;
      throw invalidValue(element, `${name} needs ${functions.join(', ')}`, 'declare them in client.functions');
    });
  }
  if (client.type === 'built-in') return [];
  if (spoken === null) return ['lin-kv', ...workloads.map(({ name }) => name).filter(name => name !== 'lin-kv')];
  if (spoken.length > 0) return spoken;
  const needs = workloads.map(({ name, functions }) => `${name}: ${functions.join(', ')}`).join('; ');
  throw invalidValue({ ...owner, path: [...owner.path, 'client', 'functions'] }, 'make up no workload', needs);
}
