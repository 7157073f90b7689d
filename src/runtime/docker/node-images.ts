/**
 * The images that the containers of a cluster were really made of. A name like `redis:7` means another image tomorrow; its
 * content address does not.
 */
import type Docker from 'dockerode';
import type { NodeName } from '../../base/names.ts';
import type { NodeImage } from '../environment.ts';

/** Asked of the engine, since only it knows what a name meant when a container was made. */
export async function nodeImages(
  containers: readonly { readonly node: NodeName; readonly container: Docker.Container }[],
): Promise<readonly NodeImage[]> {
  const found = await Promise.all(
    containers.map(async ({ node, container }) => {
      const { Image, Config } = await container.inspect();
      return { node, name: Config.Image, digest: Image };
    }),
  );
  const images = new Map<string, { readonly nodes: Set<NodeName>; readonly name: string; readonly digest: string }>();
  for (const { node, name, digest } of found) {
    const key = `${name} ${digest}`;
    const image = images.get(key) ?? { nodes: new Set(), name, digest };
    images.set(key, image);
    image.nodes.add(node);
  }
  return [...images.values()].map(({ nodes, ...image }) => ({ nodes: [...nodes], ...image }));
}
