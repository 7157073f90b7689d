/**
 * The form of a fault programme in YAML, and what is said when a file has another form.
 *
 * The parameters of a fault are checked by its kind, so a kind that gets a new one needs nothing here: a parameter of
 * the plan that ends in `Ms` is written without it and with a unit (`delay: 100ms`), and every number may be a range.
 */
import { z } from 'zod';
import { OrdealError, type Place } from '../base/errors.ts';
import { nearest, suggestion } from '../base/text.ts';
import { faultKind, faultKinds } from '../fault/catalogue.ts';
import type { FaultKind, Parameters } from '../fault/fault.ts';
import type { FaultStep, Programme, Range, WaitStep } from '../fault/programme.ts';
import { isRefusal, parseDurationRange, parseNumberRange, type Refusal } from './range.ts';
import type { DocumentPath, YamlDocument } from './yaml-document.ts';

const duration = ranged(parseDurationRange, { least: 0, lowest: '0ms' });
const faultDuration = ranged(parseDurationRange, { least: 50, lowest: '50ms' });
const count = ranged(parseNumberRange, { least: 1, lowest: '1' }).refine(
  ({ low, high }) => Number.isInteger(low) && Number.isInteger(high),
  { error: 'must be a whole number, or a range of whole numbers' },
);

const list = z.array(z.unknown(), { error: 'must be a list' });
const programmeSchema = z.strictObject({
  hypothesis: z.string({ error: 'must be text' }).trim().min(1, { error: 'must say what the programme attacks' }),
  steps: list.optional(),
  swarm: z.unknown().optional(),
  faults: list.min(1, { error: 'must hold at least one fault' }).optional(),
});
const swarmSchema = z.strictObject({
  choose: count,
  gap: duration,
  'at-once': z.int({ error: 'must be a whole number' }).min(1, { error: 'must be 1 or more' }).default(1),
});
const waitSchema = z.strictObject({ wait: duration });

/** Throws `INVALID_PROGRAMME` with the place of the first mistake. */
export function checkProgramme(document: YamlDocument, name: string): Programme {
  const { hypothesis, steps, swarm, faults } = readObject(programmeSchema, document, []);
  const common = { name, hypothesis: hypothesis.replace(/\s+/g, ' ') };
  if (steps && (swarm !== undefined || faults)) {
    const path = [faults ? 'faults' : 'swarm'];
    throw invalid(`${path[0]} cannot stand beside steps`, document.placeOfKey(path), 'steps, or swarm with faults');
  }
  if (steps) return { ...common, body: { type: 'steps', steps: checkSteps(steps, document) } };
  if (swarm === undefined || !faults) {
    const hint = 'a programme has steps (one after the other), or swarm with faults (several at once)';
    const missing = faults ? 'swarm is missing' : swarm === undefined ? 'steps are missing' : 'faults are missing';
    throw invalid(missing, document.placeOfValue([]), hint);
  }
  const { choose, gap, 'at-once': atOnce } = readObject(swarmSchema, document, ['swarm']);
  if (choose.high > faults.length) {
    const message = `choose: ${choose.high} of ${faults.length} faults is too many`;
    throw invalid(message, document.placeOfValue(['swarm', 'choose']));
  }
  const all = faults.map((_, index) => checkFault(document, ['faults', index]));
  return { ...common, body: { type: 'swarm', choose, gapMs: gap, atOnce, faults: all } };
}

function checkSteps(steps: readonly unknown[], document: YamlDocument): (WaitStep | FaultStep)[] {
  const checked = steps.map((step, index) => {
    const path = ['steps', index];
    if (!isObject(step)) throw invalid('a step must be a wait or a fault', document.placeOfValue(path), stepHint);
    if ('wait' in step && 'fault' in step) {
      throw invalid('a step is a wait or a fault, not both', document.placeOfValue(path), 'make two steps of it');
    }
    if ('wait' in step) return { waitMs: readObject(waitSchema, document, path).wait };
    return checkFault(document, path);
  });
  if (checked.length > 0 && !checked.some(step => 'kind' in step)) {
    throw invalid('no step is a fault', document.placeOfValue(['steps']), stepHint);
  }
  return checked;
}

const stepHint = '- wait: 1s, or - {fault: partition, shape: halves, for: 2s}';

/** One fault with its own parameters. What all faults have is checked here, the rest by its kind. */
function checkFault(document: YamlDocument, path: DocumentPath): FaultStep {
  const kind = checkKind(document, path);
  const keys = Object.keys(kind.schema.shape).map(name => [yamlName(name), name] as const);
  const parameterSchemas = keys.map(([key, name]) => [key, parameterSchema(kind, name)] as const);
  const schema = z.strictObject({
    fault: z.string(),
    target: z.string({ error: 'must be text' }).optional(),
    for: faultDuration,
    ...Object.fromEntries(parameterSchemas),
  });
  const read = readObject(schema, document, path);
  const values: Readonly<Record<string, unknown>> = read;
  const given = keys.filter(([key]) => values[key] !== undefined);
  const parameters = Object.fromEntries(given.map(([key, name]) => [name, values[key] as Drawable]));
  const sample = kind.schema.parse(
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, bounds(value)[0]])),
  ) as Parameters;
  const target = read.target ?? kind.defaultTarget(sample);
  const contradiction = kind.contradiction({ target, parameters: sample });
  if (contradiction !== null) throw invalid(contradiction, document.placeOfValue(path));
  // What can be wrong later, when the nodes are known, is the target.
  const place = document.placeOfValue(read.target === undefined ? path : [...path, 'target']);
  return { kind: kind.kind, target, forMs: read.for, parameters, place };
}

function checkKind(document: YamlDocument, path: DocumentPath): FaultKind {
  const value = valueAt(document.value, path);
  if (!isObject(value)) throw invalid('a fault must be a map', document.placeOfValue(path), stepHint);
  const first = Object.keys(value)[0];
  if (!('fault' in value)) {
    const close = first === undefined ? null : nearest(first, ['wait', 'fault']);
    if (close !== null)
      throw unknownKey(first as string, ['wait', 'fault'], document.placeOfKey([...path, first as string]));
    throw invalid('fault is missing', document.placeOfValue(path), stepHint);
  }
  const names = faultKinds.map(({ kind }) => kind);
  if (typeof value.fault === 'string' && names.includes(value.fault)) return faultKind(value.fault);
  const place = document.placeOfValue([...path, 'fault']);
  throw invalid(`there is no fault ${JSON.stringify(value.fault)}`, place, suggestion(written(value.fault), names));
}

/** A parameter in the file: a word, or a range of which both ends must please the kind's own schema. */
function parameterSchema(kind: FaultKind, name: string): z.ZodType {
  const schema: z.ZodType = kind.schema.shape[name];
  const checked = z.unknown().transform((value, context): Drawable => {
    const parsed = parseParameter(name, value);
    if (typeof parsed === 'object' && isRefusal(parsed)) return refuse(context, parsed);
    for (const bound of bounds(parsed)) {
      const issue = schema.safeParse(bound).error?.issues[0];
      if (issue?.code === 'invalid_value') {
        const message = `${JSON.stringify(value)} is not known`;
        return refuse(context, { message, hint: suggestion(written(value), issue.values.map(String)) });
      }
      if (issue) return refuse(context, { message: sentence(issue, name.endsWith('Ms') ? 'ms' : ''), hint: '' });
    }
    return parsed;
  });
  return schema.safeParse(undefined).success ? checked.optional() : checked;
}

function sentence(issue: z.core.$ZodIssue, unit: string): string {
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unit}`;
  if (issue.code === 'too_big') return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unit}`;
  return issue.code === 'invalid_type' ? `must be a ${issue.expected}` : issue.message;
}

/** A parameter before the seed has drawn from it. */
type Drawable = string | boolean | Range;

function parseParameter(name: string, value: unknown): Drawable | Refusal {
  if (name.endsWith('Ms')) return parseDurationRange(value);
  if (typeof value === 'number' || (typeof value === 'string' && /^[\d.\s]+$/.test(value)))
    return parseNumberRange(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return { message: `${JSON.stringify(value)} is neither a word nor a number`, hint: '' };
}

function bounds(value: Drawable): (string | boolean | number)[] {
  return typeof value === 'object' ? [value.low, value.high] : [value];
}

function yamlName(planName: string): string {
  return planName.replace(/Ms$/, '');
}

function ranged(parse: (value: unknown) => Range | Refusal, { least, lowest }: { least: number; lowest: string }) {
  return z.unknown().transform((value, context): Range => {
    if (value === undefined) return refuse(context, { message: 'is missing', hint: '' });
    const range = parse(value);
    if (isRefusal(range)) return refuse(context, range);
    if (range.low < least)
      return refuse(context, { message: `${written(value)} is too small`, hint: `at least ${lowest}` });
    return range;
  });
}

function refuse(context: z.RefinementCtx, { message, hint }: Refusal): never {
  context.addIssue({ code: 'custom', message, params: { hint } });
  return z.NEVER;
}

/** The checked value at this path. Only flat schemas: what is nested is checked by a call of its own. */
function readObject<S extends z.ZodObject>(schema: S, document: YamlDocument, path: DocumentPath): z.output<S> {
  const value = valueAt(document.value, path);
  if (!isObject(value)) {
    throw invalid(`${path.at(-1) ?? 'a programme'} must be a map`, document.placeOfValue(path));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const unknown = result.error.issues.find(issue => issue.code === 'unrecognized_keys')?.keys[0];
  if (unknown !== undefined)
    throw unknownKey(unknown, Object.keys(schema.shape), document.placeOfKey([...path, unknown]));
  const [issue] = result.error.issues;
  const key = String(issue?.path[0]);
  const missing = value[key] === undefined || value[key] === null;
  const message = missing ? `${key} is missing` : `${key}: ${issue?.message}`;
  const hint = issue?.code === 'custom' ? String(issue.params?.hint ?? '') : '';
  throw invalid(message, document.placeOfValue([...path, key]), hint);
}

function unknownKey(key: string, known: readonly string[], place: Place): OrdealError {
  return invalid(`unknown key ${JSON.stringify(key)}`, place, suggestion(key, known));
}

/** As it may stand in the file. */
function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function invalid(message: string, place: Place, hint = ''): OrdealError {
  return new OrdealError(message, { code: 'INVALID_PROGRAMME', place, ...(hint === '' ? {} : { hint }) });
}

function valueAt(root: unknown, path: DocumentPath): unknown {
  return path.reduce((value: unknown, part) => (value as Record<string | number, unknown> | undefined)?.[part], root);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
