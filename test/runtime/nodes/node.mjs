/**
 * What every node of these tests needs: messages in by line, replies out, and the small set of answers that all of them
 * have. `run({ read(message) {...} })` handles requests by type; what a handler returns is the body of the reply.
 */
import { createInterface } from 'node:readline';

let name = '';
let nextId = 0;

/** Sends a body; returns its `msg_id`. */
export function send(dest, body) {
  nextId++;
  process.stdout.write(`${JSON.stringify({ src: name, dest, body: { ...body, msg_id: nextId } })}\n`);
  return nextId;
}

export function reply(message, body) {
  send(message.src, { ...body, in_reply_to: message.body.msg_id });
}

export function run(handlers) {
  createInterface({ input: process.stdin }).on('line', line => {
    const message = JSON.parse(line);
    const { type } = message.body;
    if (type === 'init') name = message.body.node_id;
    const answer = handlers[type]?.(message);
    if (answer) reply(message, answer);
    else if (type === 'init') reply(message, { type: 'init_ok' });
    else if (!handlers[type] && message.body.in_reply_to === undefined) {
      reply(message, { type: 'error', code: 10, text: `no ${type} here` });
    }
  });
}
