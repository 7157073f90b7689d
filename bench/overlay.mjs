/**
 * What the overlay network costs, side by side with the direct way between the same two containers: round trips, a TCP
 * stream, and how many small packets pass. Then how exact a delay is.
 *
 *     npm run build && node bench/overlay.mjs
 *
 * Needs Docker on this machine, and `debian:bookworm-slim`. Makes two containers and a network of its own and removes
 * them. How it can mislead: the hub, both containers and the load share the processors of one machine.
 */
import { execFileSync } from 'node:child_process';
import { Random } from '../dist/base/random.js';
import { systemClock } from '../dist/base/time.js';
import { OverlayNetwork } from '../dist/runtime/docker/network/overlay/network.js';

const name = `ordeal-bench-overlay-${process.pid}`;
const image = 'ordeal-bench-overlay';
const subnet = '172.31.78';
const seconds = 4;
const dockerfile = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends socat iproute2 iputils-ping iperf3 && rm -rf /var/lib/apt/lists/*
`;
const members = [1, 2].map(number => ({
  name: `n${number}`,
  address: `${subnet}.${10 + number}`,
  overlay: `10.99.78.${number}`,
}));
const [n1, n2] = members;
const link = { from: 'n1', to: 'n2' };

docker(['build', '--quiet', '--network', 'host', '--tag', image, '-'], dockerfile);
let overlay = null;
try {
  docker(['network', 'create', '--subnet', `${subnet}.0/24`, name]);
  for (const member of members) start(member);
  overlay = await OverlayNetwork.start({
    members,
    gateway: `${subnet}.1`,
    random: Random.fromSeed('bench'),
    clock: systemClock(),
  });
  for (const member of members) inside(member, overlay.holderCommand(member.name));
  await overlay.ready(5_000);
  await measure();
} finally {
  await overlay?.[Symbol.asyncDispose]();
  for (const member of members) attempt(() => docker(['rm', '--force', container(member)]));
  attempt(() => docker(['network', 'rm', name]));
}

async function measure() {
  const direct = roundTripMs(n2.address);
  const through = roundTripMs(n2.overlay);
  line('round trip', `${direct} ms direct, ${through} ms overlay: ${(through - direct).toFixed(3)} ms added`);

  const directMbit = tcpMbit(n2.address);
  const before = await sent();
  const overlayMbit = tcpMbit(n2.overlay);
  const packets = Math.round(((await sent()) - before) / seconds);
  line(
    'TCP stream',
    `${directMbit} Mbit/s direct, ${overlayMbit} Mbit/s overlay: ${(overlayMbit / directMbit).toFixed(3)} of it`,
  );
  line('', `${packets} packets/s through the hub, both ways together`);

  for (const offered of [5_000, 10_000, 15_000, 30_000]) {
    const { passed, lostPercent } = udp(n2.overlay, offered);
    line(`${offered} small/s`, `${passed} packets/s pass, ${lostPercent} % lost`);
  }
  for (const delayMs of [1, 20, 100]) {
    await overlay.apply([{ ...link, delayMs }]);
    const rtt = roundTripMs(n2.overlay);
    line(
      `delay ${delayMs} ms`,
      `${(rtt - through).toFixed(3)} ms added, ${(rtt - through - delayMs).toFixed(3)} ms too much`,
    );
  }
  await overlay.apply([]);
  line('books', JSON.stringify(await overlay.tally()));
}

async function sent() {
  const both = await Promise.all([overlay.counters(link), overlay.counters({ from: 'n2', to: 'n1' })]);
  return both[0].sent + both[1].sent;
}

/** The mean of 300. */
function roundTripMs(address) {
  const output = inside(n1, `ping -q -c 300 -i 0.005 ${address}`);
  return Number(/= [\d.]+\/([\d.]+)\//.exec(output)[1]);
}

function tcpMbit(address) {
  inside(n2, 'iperf3 --server --daemon --one-off');
  const { end } = JSON.parse(inside(n1, `iperf3 --json --client ${address} --time ${seconds}`));
  return Math.round(end.sum_received.bits_per_second / 1e6);
}

/** Packets of 200 bytes. */
function udp(address, perSecond) {
  const bytes = 200;
  inside(n2, 'iperf3 --server --daemon --one-off');
  const options = `--udp --length ${bytes} --bitrate ${perSecond * bytes * 8} --time ${seconds}`;
  const { end } = JSON.parse(inside(n1, `iperf3 --json --client ${address} ${options}`));
  const { packets, lost_packets: lost } = end.sum;
  return { passed: Math.round((packets - lost) / end.sum.seconds), lostPercent: ((lost / packets) * 100).toFixed(2) };
}

function start(member) {
  const network = ['--network', name, '--ip', member.address, '--hostname', member.name];
  const rights = ['--cap-add', 'NET_ADMIN', '--device', '/dev/net/tun'];
  docker(['run', '--detach', '--name', container(member), ...network, ...rights, image, 'sleep', 'infinity']);
}

function inside(member, command) {
  return docker(['exec', container(member), 'sh', '-c', command]);
}

function container(member) {
  return `${name}-${member.name}`;
}

function docker(words, input = '') {
  return execFileSync('docker', words, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] }).trim();
}

function attempt(act) {
  try {
    act();
  } catch {
    // It was never made.
  }
}

function line(what, text) {
  console.log(`${what.padEnd(16)}${text}`);
}
