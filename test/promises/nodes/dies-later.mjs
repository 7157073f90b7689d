// An echo node that dies in the middle of its work.
import { createInterface } from 'node:readline';

let requests = 0;
createInterface({ input: process.stdin }).on('line', line => {
  const { src, dest, body } = JSON.parse(line);
  if (++requests > 20) {
    console.error('panic: index out of range');
    process.exit(2);
  }
  const answer = body.type === 'init' ? { type: 'init_ok' } : { type: 'echo_ok', echo: body.echo };
  process.stdout.write(`${JSON.stringify({ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id } })}\n`);
});
