/**
 * What differs from node to node in a system whose nodes are all described once: `{node}`, `{index}` (from 1),
 * `{address}`, `{peer}`, and a list of all: `{nodes:{node}=http://{peer}:2380,;}` is the template up to the first comma
 * for each node, with what follows the comma between them; `{nodes:{address}:80}` puts commas.
 *
 * Everything else in braces is left alone, since commands and JSON are full of them; so is `${node}`, which is a shell's.
 */
import { present } from '../base/assert.ts';
import { nearest } from '../base/text.ts';
import type { ContainerSpec, NodeAddress, PodSpec } from '../runtime/docker/spec.ts';
import type { PodContext } from './docker.ts';

const words = ['node', 'index', 'address', 'peer', 'nodes'] as const;

/** The pod of this node. */
export function fillPod(pod: PodSpec, context: PodContext<unknown>): PodSpec {
  const fill = (text: string) => fillText(text, context);
  const { beside } = pod;
  return {
    ...pod,
    ...filled(pod, fill),
    ...(pod.hostname === undefined ? {} : { hostname: fill(pod.hostname) }),
    ...(beside
      ? {
          beside: Object.fromEntries(
            Object.entries(beside).map(([name, container]) => [name, { ...container, ...filled(container, fill) }]),
          ),
        }
      : {}),
  };
}

function filled(container: ContainerSpec, fill: (text: string) => string): Partial<ContainerSpec> {
  const { command, entrypoint, environment, files } = container;
  const fillAll = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
  return {
    ...(command ? { command: command.map(fill) } : {}),
    ...(entrypoint ? { entrypoint: entrypoint.map(fill) } : {}),
    ...(environment ? { environment: fillAll(environment) } : {}),
    ...(files ? { files: fillAll(files) } : {}),
  };
}

export interface PlaceholderContext {
  readonly node: NodeAddress;
  readonly nodes: readonly NodeAddress[];
}

/** The text as this node gets it. */
export function fillText(text: string, { node, nodes }: PlaceholderContext): string {
  const list = /(?<!\$)\{nodes:((?:[^{},]|\{\w+\})*)(?:,([^}]*))?\}/g;
  const expanded = text.replace(list, (_, template: string, separator: string | undefined) =>
    nodes.map(each => fillOne(template, each, nodes)).join(separator ?? ','),
  );
  return fillOne(expanded, node, nodes);
}

function fillOne(text: string, node: NodeAddress, nodes: readonly NodeAddress[]): string {
  const values: Readonly<Record<string, string>> = {
    node: node.name,
    index: String(nodes.findIndex(({ name }) => name === node.name) + 1),
    address: node.address,
    peer: node.peerAddress,
  };
  return text.replace(/(?<!\$)\{(node|index|address|peer)\}/g, (_, word: string) => present(values[word]));
}

/** A placeholder in this text that looks misspelt, with the word that was likely meant; null when there is none. */
export function misspeltPlaceholder(text: string): { readonly written: string; readonly meant: string } | null {
  for (const [, written = '', colon] of text.matchAll(/(?<!\$)\{([a-z]+)(:|\})/g)) {
    const isRight = colon === ':' ? written === 'nodes' : words.some(word => word === written && word !== 'nodes');
    if (isRight) continue;
    const meant = nearest(written, words);
    if (meant !== null) return { written, meant: meant === 'nodes' ? '{nodes:{address},,}' : `{${meant}}` };
  }
  return null;
}
