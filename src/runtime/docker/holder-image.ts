/** The one image of every holder, built from `nemesis/holder/` when it is first needed. */
import { fileURLToPath } from 'node:url';
import type { ImageSpec } from './spec.ts';

export const holderImage: ImageSpec = {
  name: 'holder',
  build: {
    // The same number of steps up from `src/` and from `dist/`.
    directory: fileURLToPath(new URL('../../../nemesis/holder', import.meta.url)),
  },
};
