/**
 * A subnet for one run, which no network of the engine and no interface of this machine uses.
 *
 * Runs at the same time need different ones, and the engine's own choice may be a whole /16; so it is a /24 of a private
 * range, at random, and another one when the engine says that it is taken.
 */
import { networkInterfaces } from 'node:os';
import { present } from '../../../base/assert.ts';
import type { Random } from '../../../base/random.ts';

export interface Subnet {
  /** `10.213.7.0/24` */
  readonly cidr: string;
  /** The engine's host in it: `10.213.7.1`. Clients come from here. */
  readonly gateway: string;
  /** Unique local addresses (RFC 4193): `fd6f:7264:7:d5::/64`. */
  readonly cidr6: string;
}

const firstHost = 10;

/** `taken`: subnets of other networks, in the form `10.1.0.0/16`. */
export function chooseSubnet(random: Random, taken: readonly string[]): Subnet {
  const used = [...taken, ...ownAddresses()].map(parseRange).filter(range => range !== null);
  for (;;) {
    const [second, third] = [random.integer(128, 254), random.integer(0, 255)];
    const start = ((10 << 24) | (second << 16) | (third << 8)) >>> 0;
    if (used.some(({ low, high }) => low <= start + 255 && start <= high)) continue;
    const hex = `${second.toString(16)}:${third.toString(16)}`;
    return { cidr: `10.${second}.${third}.0/24`, gateway: `10.${second}.${third}.1`, cidr6: `fd6f:7264:${hex}::/64` };
  }
}

/** The address of the container with this number, from 0. */
export function addressIn({ cidr }: Subnet, index: number): string {
  return cidr.replace(/\d+\/24$/, String(firstHost + index));
}

/** In the overlay of the run: `10.99.x.y` is never routed outside the containers, so all runs may use the same. */
export function overlayAddress(index: number): string {
  return `10.99.0.${firstHost + index}`;
}

interface AddressRange {
  readonly low: number;
  readonly high: number;
}

function parseRange(cidr: string): AddressRange | null {
  const [address = '', bits = '32'] = cidr.split('/');
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some(byte => !(byte >= 0 && byte <= 255))) return null;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - Number(bits));
  const low = Math.floor(number / size) * size;
  return { low, high: low + size - 1 };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap(addresses => present(addresses))
    .filter(({ family, cidr }) => family === 'IPv4' && cidr !== null)
    .map(({ cidr }) => present(cidr));
}
