/**
 * A node as the overlay knows it: an address in the overlay, and the one place where its datagrams come from.
 */
import type { NodeName } from '../../../../base/names.ts';

export interface OverlayMember {
  readonly name: NodeName;
  /** Of its holder, in the Docker network. */
  readonly address: string;
  /** In the overlay: the first three numbers are the same for all, the last is from 1 to 254. */
  readonly overlay: string;
  /** The UDP port from which its holder sends. @default 10099 */
  readonly port?: number;
}

/** Below the range from which the kernel takes ports by itself, and nobody's well-known one. */
export const defaultHolderPort = 10_099;
