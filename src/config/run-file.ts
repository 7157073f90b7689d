/**
 * A run configuration in YAML: the words of the flags of `ordeal run`, and beside them `cases`, each of which changes
 * some of them and says how it should come out.
 *
 *     system: etcd
 *     workload: lin-kv
 *     nemesis: partition-primary
 *     time-limit: 20s
 *     cases:
 *       - {name: bad, settings: {reads: serializable}, expect: {verdict: fail, anomaly: not-linearizable}}
 *       - {name: good, settings: {reads: linearizable}, expect: pass}
 *
 * Here only the form is checked, with places; what a name means is found out when the plan is made. Relative paths begin
 * at the file, but for those in `bin`, which is a command line.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { OrdealError, type Place } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { RunVerdict } from '../gate/verdict.ts';
import { describedOf, folderOf } from './described.ts';
import {
  elementsOf,
  entriesOf,
  type Field,
  fieldOf,
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
  wordOf,
} from './field.ts';
import { override, type RunRequest } from './request.ts';
import { parseYaml } from './yaml-document.ts';

export interface RunFile {
  readonly request: RunRequest;
  /** Null when the file is one run and says nothing of how it comes out. */
  readonly cases: readonly RunCase[] | null;
}

export interface RunCase {
  readonly name: string;
  /** What all cases have in common, and what this one changes. */
  readonly request: RunRequest;
  readonly expect: CaseExpectation;
  /** The case whose recorded history is judged again, with another consistency: nothing is run. */
  readonly sameHistoryAs: string | null;
}

export interface CaseExpectation {
  readonly verdict: RunVerdict;
  /** One of these words must be in the kind or the signature of an anomaly. Empty: any will do. */
  readonly anomaly: readonly string[];
}

export interface RunFileOptions {
  /** Of the user: for variables in compose files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const code = 'INVALID_CONFIGURATION';

/** Throws `CANNOT_READ_CONFIGURATION`, `INVALID_YAML`, `INVALID_CONFIGURATION`, and what a compose file has against it. */
export function loadRunFile(file: string, options: RunFileOptions): RunFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OrdealError(`cannot read the configuration: ${missing ? 'no such file' : (error as Error).message}`, {
      code: 'CANNOT_READ_CONFIGURATION',
      place: { file },
    });
  }
  return parseRunFile(text, file, options);
}

/** As `loadRunFile`, of a text. */
export function parseRunFile(text: string, file: string, options: RunFileOptions): RunFile {
  const top = fieldOf(parseYaml(text, file, { merge: true }), code);
  if (top.value === null) throw invalidValue(top, 'the configuration is empty', 'system: NAME');
  const context = { directory: folderOf(file), environment: options.environment };
  const members = membersOf(top, [...requestKeys, 'cases', ...extensions(top)]);
  const request = requestOf(members, context);
  const cases = members.get('cases');
  return { request, cases: cases ? casesOf(cases, request, context) : null };
}

/** Top-level keys for anchors, as in compose files. */
function extensions(top: Field): readonly string[] {
  return isMap(top.value) ? Object.keys(top.value).filter(key => key.startsWith('x-')) : [];
}

interface FileContext extends RunFileOptions {
  readonly directory: string;
}

type Reader = (field: Field, context: FileContext) => Partial<RunRequest>;

/** What a key of the file says. */
const readers: Readonly<Record<string, Reader>> = {
  system: (field, context) =>
    isMap(field.value) ? { described: describedOf(field, context) } : { system: someTextOf(field) },
  settings: field => ({
    settings: Object.fromEntries([...entriesOf(field)].map(([key, value]) => [key, textOf(value)])),
  }),
  bin: field => ({ bin: someTextOf(field) }),
  bug: field => ({ bug: oneOrMore(field).map(someTextOf) }),
  workload: field => ({ workload: someTextOf(field) }),
  nemesis: (field, { directory }) => ({ nemesis: oneOrMore(field).map(name => nemesisPath(name, directory)) }),
  nodes: field => ({ nodes: wholeNumberOf(field, { low: 1, high: 99 }) }),
  'time-limit': field => ({ timeLimit: someTextOf(field) }),
  rate: field => ({ rate: wholeNumberOf(field, { low: 0, high: 1_000_000 }) }),
  concurrency: field => ({ concurrency: someTextOf(field) }),
  timeout: field => ({ timeout: someTextOf(field) }),
  latency: field => ({ latency: someTextOf(field) }),
  'converge-within': field => ({ convergeWithin: someTextOf(field) }),
  seed: field => ({ seed: someTextOf(field) }),
  network: field => ({ network: wordOf(field, ['direct', 'overlay']) }),
  consistency: field => ({ consistency: wordOf(field, ['linearizable', 'sequential']) }),
};

const requestKeys = Object.keys(readers);

function requestOf(members: ReadonlyMap<string, Field>, context: FileContext): RunRequest {
  const places: Record<string, Place> = {};
  let request: RunRequest = {};
  for (const [key, field] of members) {
    const read = readers[key];
    if (!read) continue;
    const said = read(field, context);
    request = { ...request, ...said };
    for (const choice of Object.keys(said)) places[choice] = placeOf(field);
    if (key !== 'settings') continue;
    for (const [name, value] of entriesOf(field)) {
      places[`settings.${name}`] = field.document.placeOfKey(value.path);
    }
  }
  return { ...request, places };
}

/** A path begins at the file, and is said as the user would say it from where he is. */
function nemesisPath(field: Field, directory: string): string {
  const text = someTextOf(field);
  if (!/\.ya?ml$/i.test(text) || isAbsolute(text)) return text;
  return relative(process.cwd(), resolve(directory, text)) || text;
}

const verdicts = ['pass', 'fail', 'error', 'unknown', 'vacuous'] as const satisfies readonly RunVerdict[];

function casesOf(field: Field, common: RunRequest, context: FileContext): readonly RunCase[] {
  const cases: RunCase[] = [];
  for (const element of elementsOf(field)) cases.push(caseOf(element, { common, context, earlier: cases }));
  if (cases.length === 0) throw invalidValue(field, 'holds no case', '- {name: bad, expect: fail}');
  return cases;
}

interface CaseContext {
  readonly common: RunRequest;
  readonly context: FileContext;
  readonly earlier: readonly RunCase[];
}

function caseOf(field: Field, { common, context, earlier }: CaseContext): RunCase {
  const members = membersOf(field, ['name', 'expect', 'same-history-as', ...requestKeys]);
  const nameField = required(members, field, 'name');
  const name = someTextOf(nameField);
  if (earlier.some(other => other.name === name)) throw invalidValue(nameField, `there are two cases "${name}"`);
  const expect = members.get('expect');
  const same = members.get('same-history-as');
  const own = requestOf(members, context);
  if (!same) {
    const request = override(common, own);
    return { name, request, expect: expect ? expectationOf(expect) : mustPass, sameHistoryAs: null };
  }
  const recorded = recordedCase(same, earlier);
  for (const [key, member] of members) {
    if (requestKeys.includes(key) && key !== 'consistency') {
      throw invalidKey(member, `${key} cannot be changed: nothing is run, a history is judged again`);
    }
  }
  return {
    name,
    request: override(recorded.request, own),
    expect: expect ? expectationOf(expect) : mustPass,
    sameHistoryAs: recorded.name,
  };
}

const mustPass: CaseExpectation = { verdict: 'pass', anomaly: [] };

/** The case that records the history: one that stands earlier, and is run itself. */
function recordedCase(field: Field, earlier: readonly RunCase[]): RunCase {
  const name = someTextOf(field);
  const found = earlier.find(other => other.name === name);
  const recording = earlier.filter(other => other.sameHistoryAs === null).map(other => other.name);
  if (found && found.sameHistoryAs === null) return found;
  if (found) throw invalidValue(field, `${name} runs nothing itself`, suggestion(name, recording));
  const hint = recording.length === 0 ? 'it must stand before this one' : suggestion(name, recording);
  throw invalidValue(field, `no case before this one is called "${name}"`, hint);
}

/** `expect: fail`, or with the words of an anomaly. */
function expectationOf(field: Field): CaseExpectation {
  if (!isMap(field.value)) return { verdict: wordOf(field, verdicts), anomaly: [] };
  const members = membersOf(field, ['verdict', 'anomaly']);
  const verdict = wordOf(required(members, field, 'verdict'), verdicts);
  const anomaly = members.get('anomaly');
  if (anomaly && verdict !== 'fail') throw invalidKey(anomaly, `a run that comes out as ${verdict} has no anomaly`);
  return { verdict, anomaly: anomaly ? oneOrMore(anomaly).map(someTextOf) : [] };
}
