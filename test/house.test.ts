/**
 * The house rules that a reader should be able to trust without reading everything: which folder may import which, and
 * who may touch the clock, chance and the machine. See the table in the README, "How the house is built".
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

interface Floor {
  readonly mayImport: readonly string[];
  readonly why: string;
}

const pure = ['base', 'history', 'model', 'generator', 'checker'];
const machine = ['base', 'history', 'runtime', 'fault', 'client', 'system'];
const everything = [...new Set([...pure, ...machine, 'run', 'gate', 'report', 'config', 'cli'])];
const floors: Readonly<Record<string, Floor>> = {
  base: { mayImport: ['base'], why: 'base is the ground: it knows nothing of ours' },
  history: { mayImport: ['base', 'history'], why: 'a history can be read by anybody, with nothing else loaded' },
  model: { mayImport: ['base', 'history', 'model'], why: 'a model is pure: a checker calls it millions of times' },
  generator: {
    mayImport: ['base', 'history', 'model', 'generator'],
    why: 'a generator is pure: the plan decides, not the machine',
  },
  checker: { mayImport: pure, why: 'judging is pure: any old history can be judged again, without a cluster' },
  runtime: { mayImport: ['base', 'runtime'], why: 'a runtime starts and cuts; it does not know what for' },
  fault: { mayImport: machine, why: 'faults, clients and systems act on a cluster and never judge' },
  client: { mayImport: machine, why: 'faults, clients and systems act on a cluster and never judge' },
  system: { mayImport: machine, why: 'faults, clients and systems act on a cluster and never judge' },
  run: { mayImport: [...pure, ...machine, 'run'], why: 'a run does not know how it will be reported or what passes' },
  gate: { mayImport: [...pure, 'run', 'gate'], why: 'a verdict is a function of what was recorded' },
  report: { mayImport: [...pure, 'run', 'gate', 'report'], why: 'a report is a function of a finished run' },
  config: { mayImport: everything, why: 'the top floor puts the rooms together' },
  cli: { mayImport: everything, why: 'the top floor puts the rooms together' },
  'index.ts': { mayImport: everything, why: 'the top floor puts the rooms together' },
};

/** Modules of Node that only some rooms may use: the right column of the table. */
const machineModules: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['runtime'],
  execa: ['runtime'],
  dockerode: ['runtime'],
  'node:net': ['runtime', 'client', 'system'],
  'node:http': ['runtime', 'client', 'system'],
  'node:dgram': ['runtime'],
  'node:worker_threads': ['checker', 'runtime'],
  'node:fs': ['history', 'runtime', 'system', 'run', 'report', 'config', 'cli'],
  'node:fs/promises': ['history', 'runtime', 'system', 'run', 'report', 'config', 'cli'],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => ({ path, room: path.split('/')[0] as string, text: readFileSync(join(source, path), 'utf8') }));

describe('the house', () => {
  test('no room imports from a floor above it', () => {
    const offences = files.flatMap(file => {
      const floor = floors[file.room];
      if (!floor) return [`${file.path}: no floor is known for "${file.room}"`];
      return importsOf(file.text)
        .filter(specifier => specifier.startsWith('.'))
        .map(specifier => relative(source, join(source, file.path, '..', specifier)).split('/')[0] as string)
        .filter(room => !floor.mayImport.includes(room))
        .map(room => `${file.path} imports ${room}/: ${floor.why}`);
    });
    expect(offences).toEqual([]);
  });

  test('only the rooms of the table touch processes, sockets, threads and files', () => {
    const offences = files.flatMap(file =>
      importsOf(file.text)
        .filter(specifier => machineModules[specifier] && !machineModules[specifier].includes(file.room))
        .map(specifier => `${file.path} imports ${specifier}, which is for ${machineModules[specifier]?.join(', ')}`),
    );
    expect(offences).toEqual([]);
  });

  test('outside base nobody asks the machine for the time, for chance, or for a timer', () => {
    const forbidden = /\b(Date\.now|new Date\(|Math\.random|setTimeout|setInterval|setImmediate|performance\.now)\b/;
    const offences = files
      .filter(file => file.room !== 'base')
      .flatMap(file =>
        linesOf(file.text)
          .filter(line => forbidden.test(line.text))
          .map(line => `${file.path}:${line.number}: ${line.text.trim()}`),
      );
    expect(offences).toEqual([]);
  });

  test('no text is ever handed to a parser of markup or of code', () => {
    const forbidden = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|eval\(|new Function)/;
    const offences = files.flatMap(file =>
      linesOf(file.text)
        .filter(line => forbidden.test(line.text))
        .map(line => `${file.path}:${line.number}: ${line.text.trim()}`),
    );
    expect(offences).toEqual([]);
  });

  test('every file says in its first comment what it is', () => {
    expect(files.filter(file => !/^(#!.*\n)?\/\*\*/.test(file.text)).map(file => file.path)).toEqual([]);
  });

  test('no default exports, and no barrel but index.ts', () => {
    const offences = files.filter(
      file =>
        /^export default/m.test(file.text) ||
        (file.path !== 'index.ts' && /^export (\*|\{[^}]*\}) from/m.test(file.text)),
    );
    expect(offences.map(file => file.path)).toEqual([]);
  });
});

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] as string);
}

function linesOf(text: string): { number: number; text: string }[] {
  return text
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line }))
    .filter(line => !/^\s*(\*|\/\/|\/\*)/.test(line.text));
}
