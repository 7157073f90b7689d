// A node that answers every request with a definite error.
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', line => {
  const { src, dest, body } = JSON.parse(line);
  const answer = body.type === 'init' ? { type: 'init_ok' } : { type: 'error', code: 11, text: 'not today' };
  process.stdout.write(`${JSON.stringify({ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id } })}\n`);
});
