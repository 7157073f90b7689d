/**
 * A YAML file that knows where everything in it stands, so that an error can point at the line and the column.
 *
 * The text is parsed once. What is wrong is asked for by its path (`['steps', 1, 'for']`) and answered with a place.
 */
import { isMap, isSeq, LineCounter, type Node, type Pair, parseDocument, visit, type YAMLMap } from 'yaml';
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

/** Throws `INVALID_YAML`. `file` is what a person calls the file, and is only used in places. */
export function parseYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
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
        const node = nodeAt(document.contents, path.slice(0, length));
        if (node?.range) return at(node.range[0], path);
      }
      return at(0, path);
    },
    placeOfKey(path) {
      const parent = nodeAt(document.contents, path.slice(0, -1));
      const pair = isMap(parent) ? pairOf(parent, path.at(-1)) : undefined;
      const range = (pair?.key as Node | undefined)?.range;
      return range ? at(range[0], path) : this.placeOfValue(path);
    },
  };
}

/** `steps[1].for` */
function formatPath(path: DocumentPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

function nodeAt(root: Node | null, path: DocumentPath): Node | null {
  let node = root;
  for (const part of path) {
    if (isMap(node)) node = (pairOf(node, part)?.value ?? null) as Node | null;
    else if (isSeq(node)) node = (node.items[Number(part)] ?? null) as Node | null;
    else return null;
  }
  return node;
}

function pairOf(map: YAMLMap, key: string | number | undefined): Pair | undefined {
  return map.items.find(pair => String((pair.key as { value?: unknown } | null)?.value) === String(key));
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
