/** Everything in the engine with this label: containers, networks and volumes, by name. */
import type Docker from 'dockerode';

export async function marked(docker: Docker, label: string): Promise<string[]> {
  const filters = { label: [label] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => Names.join()),
    ...networks.map(({ Name }) => Name),
    ...Volumes.map(({ Name }) => Name),
  ];
}
