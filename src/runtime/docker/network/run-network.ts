/**
 * The network of one run: a bridge with a subnet of its own, IPv6 too where the engine can.
 */
import type Docker from 'dockerode';
import { exitCode, OrdealError } from '../../../base/errors.ts';
import { Random } from '../../../base/random.ts';
import { labelsOf } from '../container-config.ts';
import { statusOf } from '../engine/engine.ts';
import { chooseSubnet, type Subnet } from './subnet.ts';

export interface RunNetwork {
  readonly name: string;
  readonly subnet: Subnet;
}

const attempts = 8;

/** Throws `NO_SUBNET` (exit 69). */
export async function createRunNetwork(docker: Docker, run: string): Promise<RunNetwork> {
  const random = Random.fromSeed(run);
  const taken = await takenSubnets(docker);
  let refusal = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    const subnet = chooseSubnet(random, taken);
    // Some kernels have no IPv6: then the first half of the attempts is refused for another reason than the subnet.
    const withIpv6 = attempt < attempts / 2;
    try {
      await docker.createNetwork(networkConfig(run, subnet, withIpv6));
      return { name: nameOf(run), subnet };
    } catch (error) {
      if (statusOf(error) === null) throw error;
      refusal = (error as Error).message;
    }
  }
  throw new OrdealError(`the engine gives no network for this run: ${refusal}`, {
    code: 'NO_SUBNET',
    hint: 'docker network prune removes those that nobody uses',
    exit: exitCode.unavailable,
  });
}

function nameOf(run: string): string {
  return `ordeal-${run}`;
}

function networkConfig(run: string, subnet: Subnet, withIpv6: boolean): Docker.NetworkCreateOptions {
  const pools = [{ Subnet: subnet.cidr, Gateway: subnet.gateway }, ...(withIpv6 ? [{ Subnet: subnet.cidr6 }] : [])];
  return {
    Name: nameOf(run),
    CheckDuplicate: true,
    Driver: 'bridge',
    EnableIPv6: withIpv6,
    IPAM: { Driver: 'default', Config: pools },
    Labels: labelsOf({ run, role: 'network' }),
  };
}

async function takenSubnets(docker: Docker): Promise<string[]> {
  const networks = await docker.listNetworks();
  return networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])));
}
