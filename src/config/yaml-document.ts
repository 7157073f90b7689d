/**
 * A YAML file that knows where everything in it stands, so that an error can point at the line and the column.
 *
 * The text is parsed once. What is wrong is asked for by its path (`['steps', 1, 'for']`) and answered with a place.
 */
import {
  type Document,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { OrdealError, type Place } from '../base/errors.ts';

export type DocumentPath = readonly (string | number)[];

export interface YamlDocument {
  readonly file: string;
  /** Plain data. */
  readonly value: unknown;
  /** Where the value at this path begins; of what is not there, where its nearest parent begins. */
  placeOfValue(path: DocumentPath): Place;
  /** Where the last key of this path is written. */
  placeOfKey(path: DocumentPath): Place;
}

export interface YamlOptions {
  /** Merge keys (`<<: *defaults`) are understood. @default false */
  readonly merge?: boolean;
}

/** Throws `INVALID_YAML`. `file` is what a person calls the file, and is only used in places. */
export function parseYaml(text: string, file: string, { merge = false }: YamlOptions = {}): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge });
  const nodeAt = (path: DocumentPath) => findNode(document, path);
  const at = (offset: number, path: DocumentPath): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, ...(path.length > 0 ? { key: formatPath(path) } : {}) };
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const several = problem.code === 'MULTIPLE_DOCS';
    throw invalidYaml(several ? 'a second document begins here' : problem.message, at(problem.pos[0], []));
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      throw invalidYaml(`nothing is anchored as ${alias.source}`, at(alias.range?.[0] ?? 0, []));
    },
  });
  return {
    file,
    value: toPlain(document, at(0, [])),
    placeOfValue(path) {
      for (let length = path.length; length >= 0; length--) {
        const node = nodeAt(path.slice(0, length));
        if (node?.range) return at(node.range[0], path);
      }
      return at(0, path);
    },
    placeOfKey(path) {
      const parent = resolved(document, nodeAt(path.slice(0, -1)));
      const pair = isMap(parent) ? pairOf(document, parent, path.at(-1)) : undefined;
      const range = (pair?.key as Node | undefined)?.range;
      return range ? at(range[0], path) : this.placeOfValue(path);
    },
  };
}

/** `steps[1].for` */
function formatPath(path: DocumentPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** As it is written there: an alias is a place of its own, what is in it is at its anchor. */
function findNode(document: Document, path: DocumentPath): Node | null {
  let node: Node | null = document.contents;
  for (const part of path) {
    const parent = resolved(document, node);
    if (isMap(parent)) node = (pairOf(document, parent, part)?.value ?? null) as Node | null;
    else if (isSeq(parent)) node = (parent.items[Number(part)] ?? null) as Node | null;
    else return null;
  }
  return node;
}

/** The map's own pair, or else that of what is merged into it. */
function pairOf(document: Document, map: YAMLMap, key: string | number | undefined): Pair | undefined {
  const own = map.items.find(pair => String((pair.key as { value?: unknown } | null)?.value) === String(key));
  if (own) return own;
  for (const { key: mergeKey, value } of map.items) {
    if ((mergeKey as { source?: unknown } | null)?.source !== '<<') continue;
    const source = resolved(document, value as Node | null);
    for (const merged of isSeq(source) ? source.items : [source]) {
      const from = resolved(document, merged as Node | null);
      const pair = isMap(from) ? pairOf(document, from, key) : undefined;
      if (pair) return pair;
    }
  }
  return undefined;
}

function resolved(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

/** Fails for a file whose aliases multiply without end. */
function toPlain(document: { toJS(): unknown }, place: Place): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalidYaml((error as Error).message, place);
  }
}

function invalidYaml(problem: string, place: Place): OrdealError {
  return new OrdealError(`not readable as YAML: ${problem}`, { code: 'INVALID_YAML', place });
}
