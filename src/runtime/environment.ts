/**
 * What the nodes run on beside the machine itself, as the runtime knows it.
 */
import type { NodeName } from '../base/names.ts';

export interface RuntimeEnvironment {
  /** How nodes were started. */
  readonly runtime: 'processes' | 'docker';
  /** Version of the Docker Engine; null without one. */
  readonly engine: string | null;
  /** What the nodes were started from; empty for processes. */
  readonly images: readonly NodeImage[];
}

export interface NodeImage {
  /** Those that run it, in the cluster's order; containers of support are among them. */
  readonly nodes: readonly NodeName[];
  /** As it was asked for: `redis:7.2`, `ordeal/etcd:4a18...`. */
  readonly name: string;
  /** Content address: `sha256:...`. */
  readonly digest: string;
}
