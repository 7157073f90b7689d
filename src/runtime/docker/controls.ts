/**
 * What a fault may do to a node beside its network and its process: its share of the machine, its disk, its clock.
 *
 * The disk is a volume in memory, which the holder mounts as well; so it is filled and emptied without a tool in the
 * system's image, and survives kills.
 */
import type { NodeName } from '../../base/names.ts';
import { wallMs } from '../../base/time.ts';
import type { ClockControl, DiskControl, ResourceControl } from '../cluster.ts';
import { holderClock, holderData } from './holder.ts';
import type { Pod } from './pod.ts';
import type { HolderShell } from './shell.ts';

/** What the controls need of a node. */
export interface Controlled {
  readonly pod: Pod;
  readonly shell: HolderShell;
}

type Find = (node: NodeName) => Controlled;

const period = 100_000;

/** `memoryBytes`: what the machine has, which is how a limit of memory is lifted. */
export function resourceControl(find: Find, machine: { readonly memoryBytes: number }): ResourceControl {
  return {
    async limit(node, { cpus, memoryBytes }) {
      const { pod } = find(node);
      pod.excuse('memory', memoryBytes !== undefined);
      await pod.container.update({
        CpuPeriod: period,
        CpuQuota: cpus === undefined ? -1 : Math.max(1_000, Math.round(cpus * period)),
        Memory: memoryBytes ?? machine.memoryBytes,
        // Without swap, or the limit would only make it slow. The engine does not hand on that there is no limit (-1).
        MemorySwap: memoryBytes ?? machine.memoryBytes,
      });
    },
    async usage(node) {
      const { container } = find(node).pod;
      const { State } = await container.inspect();
      if (!State.Running) return { memoryBytes: 0, throttledNanos: null, outOfMemory: State.OOMKilled };
      const stats = await container.stats({ stream: false, 'one-shot': true });
      const cached = stats.memory_stats.stats?.total_inactive_file ?? stats.memory_stats.stats?.inactive_file ?? 0;
      return {
        memoryBytes: Math.max(0, stats.memory_stats.usage - cached),
        throttledNanos: stats.cpu_stats.throttling_data?.throttled_time ?? null,
        outOfMemory: State.OOMKilled,
      };
    },
  };
}

const filler = `${holderData}/.ordeal-filler`;

export function diskControl(find: Find): DiskControl {
  return {
    async fill(node, freeBytes) {
      const { pod, shell } = find(node);
      pod.excuse('disk', true);
      // What is written last may not fit; what is free is then asked of the file system.
      await shell.run(
        `free=$(df --output=avail -B1 ${holderData} | tail -1); take=$((free - ${Math.round(freeBytes)}))\n` +
          `[ $take -le 0 ] || head -c $take /dev/zero >>${filler} 2>/dev/null || true`,
      );
    },
    async release(node) {
      const { pod, shell } = find(node);
      await shell.run(`rm -f ${filler}`);
      pod.excuse('disk', false);
    },
    async space(node) {
      const text = await find(node).shell.run(
        `df --output=avail,size -B1 ${holderData} | tail -1; find ${holderData} -mindepth 1 ! -path ${filler} | wc -l`,
      );
      const [freeBytes = 0, totalBytes = 0, entries = 0] = text.trim().split(/\s+/).map(Number);
      return { freeBytes, totalBytes, entries };
    },
    async wipe(node) {
      const { pod, shell } = find(node);
      const { status } = await pod.inspect();
      if (status !== 'dead') throw new Error(`${node} is ${status}: only the data of a dead node may be wiped`);
      await shell.run(`find ${holderData} -mindepth 1 -delete`);
    },
  };
}

/** With libfaketime in the system's container, which reads a file that the holder shares with it. */
export const clockFile = 'offset';

export function clockControl(find: Find): ClockControl {
  return {
    async skew(node, offsetMs) {
      const seconds = (offsetMs / 1000).toFixed(3);
      // In one step, so that no reader sees half of it.
      await find(node).shell.run(
        `cd ${holderClock} && echo '${offsetMs < 0 ? '' : '+'}${seconds}' >.next && mv .next ${clockFile}; cd /`,
      );
    },
    async offsetMs(node) {
      const { container } = find(node).pod;
      const exec = await container.exec({ Cmd: ['date', '+%s%3N'], AttachStdout: true });
      const before = wallMs();
      const stream = await exec.start({});
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const after = wallMs();
      const there = Number(/\d{13}/.exec(Buffer.concat(chunks).toString('latin1'))?.[0]);
      if (Number.isNaN(there)) throw new Error(`${node} does not tell its time`);
      return Math.round(there - (before + after) / 2);
    },
  };
}
