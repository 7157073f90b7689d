// A correct echo node. Its peers never hear of it.
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin }).on('line', line => {
  const { src, dest, body } = JSON.parse(line);
  const answer = body.type === 'init' ? { type: 'init_ok' } : { type: 'echo_ok', echo: body.echo };
  process.stdout.write(`${JSON.stringify({ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id } })}\n`);
});
