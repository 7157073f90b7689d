/**
 * Stops clients (SIGSTOP), not nodes: a client that holds a lock sleeps past the end of its lease, wakes up, and goes on
 * as if it still held it. Nothing but a fence on what the lock protects helps against that.
 *
 * The target words choose among the clients that run when it begins. How it can mislead: an operation of a stopped client
 * runs into its deadline as any other; the run then ends that client, and the fault with it.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { Clock } from '../base/time.ts';
import type { ClientProcesses, ProcessState } from '../runtime/cluster.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { forEachNode, lookUntil } from './node-state.ts';
import { resolveTarget } from './target.ts';

/** Words that mean something for clients too. */
const words: readonly string[] = ['one', 'minority', 'majority', 'all', 'random'];

export const pauseClients: FaultKind = {
  kind: 'pause-clients',
  summary: 'stops clients that run in processes of their own (SIGSTOP) and lets them go on when it ends',
  exclusive: false,
  holds: 'clients',
  schema: z.strictObject({}),
  defaultTarget: () => 'one',
  needs: () => ['pause-clients'],
  contradiction: ({ target }) =>
    words.includes(target) ? null : `${target} is about nodes; clients are ${words.join(', ')}`,
  impossible: () => null,
  whyNothing: 'no client runs in a process of its own now',
  prepare(context) {
    const clients = present(context.cluster.clientProcesses, 'a cluster whose clients can be stopped has the control');
    const chosen = chooseClients(clients, context);
    return chosen.length === 0 ? null : pauseClientsFault({ clients, chosen, clock: context.clock });
  },
};

function chooseClients(clients: ClientProcesses, { target, random }: FaultContext): readonly string[] {
  const names = clients.names();
  return resolveTarget(target, { nodes: names, busy: new Set(), primaries: [], random: random.fork('clients') })
    .targets;
}

interface Chosen {
  readonly clients: ClientProcesses;
  readonly chosen: readonly string[];
  readonly clock: Clock;
}

function pauseClientsFault({ clients, chosen, clock }: Chosen): Fault {
  /** Ours to let go, by pid. One that somebody else had stopped is not. */
  const stopped = new Map<string, number | null>();
  let over = false;
  const look = (name: string, isSo: (status: ProcessState['status']) => boolean): Promise<ProcessState> =>
    lookUntil({ clock, inspect: () => clients.inspect(name) }, isSo);
  const isGone = (name: string): boolean => !clients.names().includes(name);
  return {
    description: `${chosen.length === 1 ? 'client' : 'clients'} ${chosen.join(' ')}`,
    targets: [],
    async begin() {
      await forEachNode(chosen, async name => {
        if ((await clients.inspect(name)).status !== 'running' || over) return;
        stopped.set(name, null);
        await clients.pause(name);
        const { status, pid } = await look(name, state => state !== 'running');
        if (status !== 'paused') throw new Error(`${status} after it was told to stop`);
        stopped.set(name, pid);
      });
    },
    async bit() {
      const fates = await Promise.all(chosen.map(async name => ({ name, ...(await fateOf(name)) })));
      return {
        bit: fates.some(({ bit }) => bit),
        evidence: fates.map(({ name, text }) => `${name}: ${text}`).join(', '),
      };
    },
    async end() {
      over = true;
      await forEachNode([...stopped.keys()], async name => {
        if (!isGone(name)) await letGo(name);
      });
    },
  };

  async function fateOf(name: string): Promise<{ readonly bit: boolean; readonly text: string }> {
    const pid = stopped.get(name);
    if (pid === undefined || pid === null) return { bit: false, text: 'was not stopped by this fault' };
    const now = isGone(name) ? null : await clients.inspect(name);
    if (now === null || now.status === 'dead') return { bit: true, text: `pid ${pid} was stopped and is gone by now` };
    return { bit: now.status === 'paused', text: `pid ${now.pid} is ${now.status}` };
  }

  /** The run may end it at any time, also now: then there is nothing to let go. */
  async function letGo(name: string): Promise<void> {
    try {
      await clients.resume(name);
      const { status } = await look(name, state => state !== 'paused');
      if (status === 'paused') throw new Error('still paused after it was told to go on');
    } catch (error) {
      if (!isGone(name)) throw error;
    }
  }
}
