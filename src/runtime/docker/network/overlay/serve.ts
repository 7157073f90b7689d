/**
 * The thread's side of the overlay: a hub behind a socket, which does what the harness asks of it.
 */
import type { MessagePort } from 'node:worker_threads';
import { Random } from '../../../../base/random.ts';
import { systemClock } from '../../../../base/time.ts';
import { Hub } from './hub.ts';
import { type HubSocket, openHubSocket } from './hub-socket.ts';
import type { HubArgument, HubMessage, HubQuestion, HubRequest, HubService, HubTask } from './messages.ts';

export interface Service {
  readonly port: MessagePort;
  readonly task: HubTask;
}

/** Resolves when the hub listens, or has said why it cannot. */
export async function serve({ port, task }: Service): Promise<void> {
  const say = (message: HubMessage): void => port.postMessage(message);
  let socket: HubSocket;
  const hub = new Hub({
    members: task.members,
    clock: systemClock(),
    random: Random.fromSeed(task.seed),
    send: (packet, to, address) => socket.send(packet, to, address),
  });
  try {
    socket = await openHubSocket({ address: task.gateway, receive: (packet, source) => hub.receive(packet, source) });
  } catch (error) {
    say({ kind: 'refused', message: (error as Error).message });
    return;
  }
  const service = serviceOf(hub, socket);
  port.on('message', (request: HubRequest) => void answer(service, request).then(say));
  say({ kind: 'listening', port: socket.port });
}

function serviceOf(hub: Hub, socket: HubSocket): HubService {
  return {
    apply: rules => hub.apply(rules),
    counters: link => hub.counters(link),
    probe: links => hub.probe(links),
    answering: () => hub.answering(),
    tally: () => ({ ...hub.tally(), unsendable: socket.unsendable(), overflowed: socket.overflowed() }),
  };
}

async function answer(service: HubService, { id, question, argument }: HubRequest): Promise<HubMessage> {
  try {
    const ask = service[question] as (argument: HubArgument<HubQuestion>) => unknown;
    return { kind: 'answer', id, value: await ask(argument as HubArgument<HubQuestion>) };
  } catch (error) {
    return { kind: 'error', id, message: (error as Error).message };
  }
}
