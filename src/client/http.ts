/**
 * A client that is declared and not written: for each operation a request, and what its answers mean.
 *
 * The outcomes are tried in the order in which they were written, and the first that matches decides. What none of them
 * matches is `info`, but for a read, which has no effect and so fails. So a table that forgets something hides bugs and
 * never invents one; a `fail` that is not true invents them.
 *
 * How it can mislead: stores that keep text are written `7` and read `"7"`. As workloads write whole numbers, a text that
 * is one is read as one.
 */
import type { Completion, Invocation } from '../history/event.ts';
import type { Endpoint } from '../runtime/docker/spec.ts';
import { type Client, DefiniteError, type InvokeContext } from './client.ts';
import { type HttpAnswer, HttpConnection, type HttpRequest } from './http-connection.ts';
import { atJsonPath, type JsonPath, parseJsonPath } from './json-path.ts';

/** Plain JSON: part of a plan. */
export interface HttpClientSpec {
  readonly port: number;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** By the name of the operation: `read`, `write`, `cas`, `add`. */
  readonly functions: Readonly<Record<string, HttpFunction>>;
}

/** `{key}`, `{value}`, `{from}` and `{to}` stand for parts of the operation, in the path as URL components. */
export interface HttpFunction {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is; anything else as JSON, where a text that is one placeholder becomes its JSON value. */
  readonly body?: unknown;
  readonly outcomes: readonly HttpOutcome[];
}

export interface HttpOutcome {
  /**
   * `ok`: done. `fail`: certainly not done. `refused`: not done, since a condition did not hold (a cas). `not-found`: a
   * read saw nothing there; of anything else: not done.
   */
  readonly outcome: 'ok' | 'fail' | 'refused' | 'not-found';
  /** One of these; every status when empty. */
  readonly status: readonly number[];
  /** All of these hold of the answer as JSON; null also holds where nothing is. By path: `{"$.succeeded": true}`. */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>;
  /** A regular expression that the body matches somewhere. */
  readonly body?: string;
  /** What was read: a path (`$.value`), the whole body (`body`), or the first group of a regular expression. */
  readonly value?: string | { readonly body: string };
}

export interface HttpClientOptions {
  readonly spec: HttpClientSpec;
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
}

/** Rejects when there is no connection. */
export async function httpClient({ spec, endpoint, signal }: HttpClientOptions): Promise<Client> {
  const connection = await HttpConnection.open(endpoint, signal);
  return {
    invoke: (invocation, context) => invoke({ spec, connection, invocation, context }),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** What has no effect may fail, whatever happened to it. */
const reads: ReadonlySet<string> = new Set(['read', 'get']);

export function isHttpRead(f: string): boolean {
  return reads.has(f);
}

interface Call {
  readonly spec: HttpClientSpec;
  readonly connection: HttpConnection;
  readonly invocation: Invocation;
  readonly context: InvokeContext;
}

async function invoke({ spec, connection, invocation, context }: Call): Promise<Completion> {
  const { f } = invocation;
  const declared = Object.hasOwn(spec.functions, f) ? spec.functions[f] : undefined;
  if (!declared) throw new DefiniteError(`the client does not say how to ${f}`);
  const request = requestFor(declared, spec, invocation);
  let answer: HttpAnswer;
  try {
    answer = await connection.exchange(request, context.signal);
  } catch (error) {
    if (isHttpRead(f) && !(error instanceof DefiniteError)) throw new DefiniteError((error as Error).message);
    throw error;
  }
  return completionOf(declared, f, answer);
}

/** Exported for tests. Throws a `DefiniteError` for a placeholder that the operation has nothing for. */
export function requestFor(declared: HttpFunction, spec: HttpClientSpec, invocation: Invocation): HttpRequest {
  const fill = (text: string, encode: (value: string) => string) =>
    text.replace(placeholder, (_, name: string) => encode(textOf(part(invocation, name))));
  const { body } = declared;
  const isText = typeof body === 'string';
  const headers = { ...spec.headers, ...declared.headers };
  const typed = Object.keys(headers).some(name => name.toLowerCase() === 'content-type');
  return {
    method: declared.method,
    path: fill(declared.path, encodeURIComponent),
    headers: {
      ...(body === undefined || isText || typed ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text, same)])),
    },
    body: body === undefined ? null : isText ? fill(body, same) : JSON.stringify(filledJson(body, invocation)),
  };
}

const placeholder = /\{(key|value|from|to)\}/g;

function same(text: string): string {
  return text;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function filledJson(body: unknown, invocation: Invocation): unknown {
  if (typeof body === 'string') {
    const whole = /^\{(key|value|from|to)\}$/.exec(body);
    if (whole) return part(invocation, whole[1] as string);
    return body.replace(placeholder, (_, name: string) => textOf(part(invocation, name)));
  }
  if (Array.isArray(body)) return body.map(element => filledJson(element, invocation));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, filledJson(value, invocation)]));
}

function part({ f, key, value }: Invocation, name: string): unknown {
  const pair = Array.isArray(value) && value.length === 2 ? (value as readonly unknown[]) : [];
  const parts: Readonly<Record<string, unknown>> = {
    key: key ?? undefined,
    value: value ?? undefined,
    from: pair[0],
    to: pair[1],
  };
  const found = parts[name];
  if (found === undefined) throw new DefiniteError(`${f} has nothing for the placeholder {${name}}`);
  return found;
}

/** Exported for tests. */
export function completionOf({ outcomes }: HttpFunction, f: string, answer: HttpAnswer): Completion {
  const json = lazily(() => JSON.parse(answer.body) as unknown);
  const matched = outcomes.find(outcome => matches(outcome, answer, json));
  const said = inWords(answer);
  if (!matched) return { type: isHttpRead(f) ? 'fail' : 'info', error: `not listed: ${said}` };
  if (matched.outcome === 'refused') return { type: 'fail', value: 'refused', error: `refused: ${said}` };
  if (matched.outcome === 'not-found' && isHttpRead(f)) return { type: 'ok', value: null };
  if (matched.outcome !== 'ok') return { type: 'fail', error: said };
  if (matched.value === undefined) return { type: 'ok' };
  const value = valueIn(matched.value, answer, json);
  if (value !== undefined) return { type: 'ok', value: asWritten(value) };
  const where = typeof matched.value === 'string' ? matched.value : matched.value.body;
  return { type: isHttpRead(f) ? 'fail' : 'info', error: `nothing at ${where}: ${said}` };
}

function matches({ status, json, body }: HttpOutcome, answer: HttpAnswer, parsed: () => unknown): boolean {
  if (status.length > 0 && !status.includes(answer.status)) return false;
  if (body !== undefined && !new RegExp(body).test(answer.body)) return false;
  return Object.entries(json ?? {}).every(([path, wanted]) => {
    const document = parsed();
    // An answer that is no JSON says nothing, also not that something is missing.
    return document !== undefined && (atJsonPath(document, pathOf(path)) ?? null) === wanted;
  });
}

function valueIn(value: string | { readonly body: string }, answer: HttpAnswer, parsed: () => unknown): unknown {
  if (typeof value !== 'string') return new RegExp(value.body).exec(answer.body)?.[1];
  return value === 'body' ? answer.body.trim() : atJsonPath(parsed(), pathOf(value));
}

/** The schema has seen that it is one; of a plan that was edited by hand a wrong one matches nothing. */
function pathOf(text: string): JsonPath {
  return parseJsonPath(text) ?? [text];
}

/** Undefined when it is not JSON. */
function lazily(parse: () => unknown): () => unknown {
  let parsed: { readonly value: unknown } | null = null;
  return () => {
    if (parsed === null) {
      try {
        parsed = { value: parse() };
      } catch {
        parsed = { value: undefined };
      }
    }
    return parsed.value;
  };
}

function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

const longestQuote = 120;

function inWords({ status, body }: HttpAnswer): string {
  const text = body.replace(/\s+/g, ' ').trim();
  return `status ${status}${text === '' ? '' : `, ${text.slice(0, longestQuote)}`}`;
}
