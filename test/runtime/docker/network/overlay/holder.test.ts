import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { holderCommand } from '../../../../../src/runtime/docker/network/overlay/holder.ts';

const member = { name: 'n1', address: '172.30.0.11', overlay: '10.99.3.1' };

test('a holder makes its device, and carries between it and the hub from one known port, again and again', () => {
  const command = holderCommand({ member, gateway: '172.30.0.1', hubPort: 41_000, mtu: 1_400 });
  expect(command.replaceAll(/; /g, ';\n')).toBe(`(flock -n 9 || exit 0;
ip link show ordeal0 >/dev/null 2>&1 || ip tuntap add dev ordeal0 mode tun;
ip link set dev ordeal0 addrgenmode none;
ip link set dev ordeal0 mtu 1400 txqueuelen 1000 up;
ip address replace 10.99.3.1/24 dev ordeal0;
while :;
do socat TUN,tun-name=ordeal0,iff-no-pi,iff-up UDP4-SENDTO:172.30.0.1:41000,bind=172.30.0.11:10099,rcvbuf=4194304,sndbuf=4194304;
sleep 0.1;
done) 9>/tmp/ordeal0.lock >/tmp/ordeal0.log 2>&1 </dev/null & (for attempt in $(seq 100);
do [ "$(cat /sys/class/net/ordeal0/carrier 2>/dev/null)" = 1 ] && ip -4 address show dev ordeal0 2>/dev/null | grep -q "inet 10.99.3.1/" && exit 0;
sleep 0.05;
done;
tail -n 5 /tmp/ordeal0.log >&2;
exit 1)`);
});

test('the line is one that a shell can read', () => {
  const command = holderCommand({ member: { ...member, port: 7 }, gateway: '172.30.0.1', hubPort: 1, mtu: 900 });
  expect(spawnSync('sh', ['-n', '-c', command], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(command).toContain('bind=172.30.0.11:7,');
});
