/** Passes every message on to its neighbours, once. `neighbours` says who they are. */
import { run, send } from './node.mjs';

let name = '';
let neighbours = null;
const messages = new Set();

function learn(message) {
  if (messages.has(message)) return;
  messages.add(message);
  for (const neighbour of neighbours ?? []) send(neighbour, { type: 'gossip', message });
}

run({
  init({ body }) {
    name = body.node_id;
    return { type: 'init_ok' };
  },
  topology({ body }) {
    neighbours = body.topology[name];
    return { type: 'topology_ok' };
  },
  broadcast({ body }) {
    learn(body.message);
    return { type: 'broadcast_ok' };
  },
  gossip: ({ body }) => learn(body.message),
  read: () => ({ type: 'read_ok', messages: [...messages] }),
  neighbours: () => ({ type: 'neighbours_ok', neighbours }),
});
