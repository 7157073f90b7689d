/**
 * The declarative HTTP client in YAML: for each operation a request, and what its answers mean.
 *
 *     client:
 *       port: 8080
 *       functions:
 *         read:
 *           request: GET /kv/{key}
 *           ok: {status: 200, value: $.value}
 *           not-found: null                     # 404: there is nothing, and that is what was read
 *         cas:
 *           request: {method: POST, path: '/kv/{key}', body: {from: '{from}', to: '{to}'}}
 *           ok: 200
 *           refused: 409
 *           fail: [400, 503]
 *
 * The outcomes are tried as they stand, from the top. What none of them matches is `info`; a read fails.
 */
import type { HttpClientSpec, HttpFunction, HttpOutcome } from '../client/http.ts';
import { isHttpRead } from '../client/http.ts';
import { parseJsonPath } from '../client/json-path.ts';
import { workloads } from '../generator/workloads/catalogue.ts';
import {
  elementsOf,
  entriesOf,
  type Field,
  invalidValue,
  isMap,
  membersOf,
  oneOrMore,
  required,
  someTextOf,
  textOf,
  unknownKey,
  wholeNumberOf,
} from './field.ts';

export const portRange = { low: 1, high: 65_535 };

/** Throws for what cannot be meant. */
export function httpClientOf(field: Field): HttpClientSpec {
  const members = membersOf(field, ['port', 'headers', 'functions']);
  const headers = members.get('headers');
  const functions = entriesOf(required(members, field, 'functions', 'for each operation its request and its outcomes'));
  const known = [...new Set(workloads.flatMap(workload => workload.functions))];
  for (const [name, member] of functions) if (!known.includes(name)) throw unknownKey(member, name, known);
  return {
    port: wholeNumberOf(required(members, field, 'port'), portRange),
    headers: headers ? headersOf(headers) : {},
    functions: Object.fromEntries([...functions].map(([name, member]) => [name, functionOf(member, name)])),
  };
}

/** The workloads whose every operation the client knows, those with the most operations first. */
export function workloadsFor(functions: readonly string[]): readonly string[] {
  return workloads
    .filter(workload => workload.functions.every(name => functions.includes(name)))
    .toSorted((left, right) => right.functions.length - left.functions.length)
    .map(({ name }) => name);
}

const outcomes = ['ok', 'fail', 'refused', 'not-found'] as const;

function functionOf(field: Field, name: string): HttpFunction {
  const members = entriesOf(field);
  const keys = ['request', ...outcomes];
  for (const [key, member] of members) if (!keys.includes(key)) throw unknownKey(member, key, keys);
  const request = requestOf(required(members, field, 'request', 'request: GET /kv/{key}'));
  const ok = required(members, field, 'ok', 'which answers mean that it was done: ok: 200');
  const rules = [...members].flatMap(([key, member]) => {
    const outcome = outcomes.find(word => word === key);
    return outcome === undefined ? [] : rulesOf(member, outcome);
  });
  if (isHttpRead(name) && rules.some(rule => rule.outcome === 'ok' && rule.value === undefined)) {
    throw invalidValue(ok, 'does not say what was read', 'value: $.value (a path into JSON), or value: body');
  }
  return { ...request, outcomes: rules };
}

function requestOf(field: Field): Omit<HttpFunction, 'outcomes'> {
  if (!isMap(field.value)) {
    const match = /^([A-Z]+)\s+(\/\S*)$/.exec(textOf(field).trim());
    if (match) return { method: match[1] as string, path: match[2] as string };
    throw invalidValue(field, 'is not a method and a path', 'GET /kv/{key}, or a map with method, path, headers, body');
  }
  const members = membersOf(field, ['method', 'path', 'headers', 'body']);
  const path = required(members, field, 'path');
  if (!textOf(path).startsWith('/')) throw invalidValue(path, 'must begin with a slash', '/kv/{key}');
  const method = required(members, field, 'method');
  if (!/^[A-Z]+$/.test(textOf(method))) throw invalidValue(method, 'is not a method', 'GET, PUT, POST, DELETE');
  const [headers, body] = [members.get('headers'), members.get('body')];
  return {
    method: textOf(method),
    path: textOf(path),
    ...(headers ? { headers: headersOf(headers) } : {}),
    ...(body ? { body: body.value } : {}),
  };
}

function headersOf(field: Field): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...entriesOf(field)].map(([name, member]) => {
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return [name, textOf(member)];
      throw invalidValue(member, 'is not the name of a header');
    }),
  );
}

type Rule = HttpOutcome;

/** `404`, `[404, 409]`, a map, or a list of maps; `not-found: null` is a 404. */
function rulesOf(field: Field, outcome: Rule['outcome']): readonly Rule[] {
  if (field.value === null) {
    if (outcome === 'not-found') return [{ outcome, status: [404] }];
    throw invalidValue(field, 'does not say which answers', `${outcome}: 200, or ${outcome}: {status: 200}`);
  }
  if (isMap(field.value)) return [ruleOf(field, outcome)];
  const list = oneOrMore(field);
  if (list.length > 0 && list.every(({ value }) => isMap(value))) return list.map(element => ruleOf(element, outcome));
  return [{ outcome, status: statusOf(field) }];
}

function ruleOf(field: Field, outcome: Rule['outcome']): Rule {
  const members = membersOf(field, outcome === 'ok' ? ['status', 'json', 'body', 'value'] : ['status', 'json', 'body']);
  const [status, json, body, value] = ['status', 'json', 'body', 'value'].map(key => members.get(key));
  if (!status && !json && !body) throw invalidValue(field, 'does not say which answers', 'status: 200');
  return {
    outcome,
    status: status ? statusOf(status) : [],
    ...(json ? { json: conditionsOf(json) } : {}),
    ...(body ? { body: expressionOf(body) } : {}),
    ...(value ? { value: valueOf(value) } : {}),
  };
}

function statusOf(field: Field): readonly number[] {
  const all = oneOrMore(field).map(element => wholeNumberOf(element, { low: 100, high: 599 }));
  if (all.length === 0) throw invalidValue(field, 'names no status', '[200, 204]');
  return all;
}

function conditionsOf(field: Field): NonNullable<Rule['json']> {
  const pairs = [...entriesOf(field)].map(([path, { value, ...member }]) => {
    if (parseJsonPath(path) === null) throw notPath({ value, ...member }, path);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return [path, value];
    throw invalidValue({ value, ...member }, 'must be text, a number, true, false or null');
  });
  return Object.fromEntries(pairs) as NonNullable<Rule['json']>;
}

function notPath(field: Field, path: string): Error {
  return invalidValue(
    field,
    `${JSON.stringify(path)} is not a path into JSON`,
    '$.node.value, $.items[0], $.items[*].id',
  );
}

function valueOf(field: Field): NonNullable<Rule['value']> {
  if (isMap(field.value)) {
    const body = expressionOf(required(membersOf(field, ['body']), field, 'body'));
    // With an empty alternative it matches anything, and the answer shows how many groups there are.
    if ((new RegExp(`${body}|`).exec('')?.length ?? 0) < 2) {
      throw invalidValue(field, 'has no group that is the value', "{body: 'value=(\\d+)'}");
    }
    return { body };
  }
  const text = someTextOf(field);
  if (text === 'body' || parseJsonPath(text) !== null) return text;
  throw notPath(field, text);
}

function expressionOf(field: Field): string {
  const text = textOf(field);
  try {
    RegExp(text);
    return text;
  } catch (error) {
    throw invalidValue(field, (error as Error).message);
  }
}

/** Ports as a list of numbers. */
export function portsOf(field: Field): readonly number[] {
  return elementsOf(field).map(element => wholeNumberOf(element, portRange));
}
