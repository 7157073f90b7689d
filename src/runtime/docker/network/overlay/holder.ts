/**
 * What a holder does for the overlay: a TUN device, and a process that turns its packets into datagrams for the hub.
 *
 * The device is made first and stays when that process ends, with its address and routes; the process is started again.
 * Whatever runs in the pod sees an interface whose packets are lost for a moment.
 */
import { defaultHolderPort, type OverlayMember } from './member.ts';

/** The name of the device in every holder. */
export const overlayDevice = 'ordeal0';

/** What fits into a datagram in a packet of 1500, with room for the networks of clouds, which are narrower. */
export const defaultMtu = 1_400;

export interface HolderOptions {
  readonly member: OverlayMember;
  readonly gateway: string;
  readonly hubPort: number;
  readonly mtu: number;
}

/**
 * A line for `sh` in the holder, which must have `/dev/net/tun`, NET_ADMIN, `ip`, `flock` and `socat`. Returns 0 once
 * packets can pass, 1 when that took more than five seconds. Running it again changes nothing; what it starts ends with
 * the holder.
 */
export function holderCommand({ member, gateway, hubPort, mtu }: HolderOptions): string {
  const { address, overlay, port = defaultHolderPort } = member;
  const hub = `UDP4-SENDTO:${gateway}:${hubPort},bind=${address}:${port},rcvbuf=4194304,sndbuf=4194304`;
  const device = `TUN,tun-name=${overlayDevice},iff-no-pi,iff-up`;
  const log = `/tmp/${overlayDevice}.log`;
  return [
    // Only whoever holds the lock makes the device and carries; the lock goes with it.
    `(flock -n 9 || exit 0; ` +
      `ip link show ${overlayDevice} >/dev/null 2>&1 || ip tuntap add dev ${overlayDevice} mode tun; ` +
      // No IPv6 address of its own accord, or the kernel would go on asking for routers; it may have no IPv6 at all.
      `ip link set dev ${overlayDevice} addrgenmode none; ` +
      `ip link set dev ${overlayDevice} mtu ${mtu} txqueuelen 1000 up; ` +
      `ip address replace ${overlay}/24 dev ${overlayDevice}; ` +
      `while :; do socat ${device} ${hub}; sleep 0.1; done) 9>/tmp/${overlayDevice}.lock >${log} 2>&1 </dev/null &`,
    `(for attempt in $(seq 100); do ` +
      `[ "$(cat /sys/class/net/${overlayDevice}/carrier 2>/dev/null)" = 1 ] && ` +
      `ip -4 address show dev ${overlayDevice} 2>/dev/null | grep -q "inet ${overlay}/" && exit 0; ` +
      `sleep 0.05; done; tail -n 5 ${log} >&2; exit 1)`,
  ].join(' ');
}
