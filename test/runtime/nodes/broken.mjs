/** Does what a node must not do. The first argument says what. */
import { reply, run, send } from './node.mjs';

const [fault] = process.argv.slice(2);
const stay = () => setInterval(() => {}, 1000);

const faults = {
  exits() {
    process.stderr.write('reading the configuration\nno such file: store.conf\n');
    process.exitCode = 3;
  },
  silent() {
    process.stderr.write('thinking\n');
    stay();
  },
  'prints-log'() {
    process.stdout.write(`Listening on port 8080 ${'.'.repeat(300)}\n`);
    run({});
  },
  'refuses-init': () => run({ init: () => ({ type: 'error', code: 11, text: 'not today' }) }),
  'refuses-topology': () => run({ topology: () => ({ type: 'error', code: 13, text: 'not this shape' }) }),
  'answers-and-exits': () =>
    run({
      init(message) {
        reply(message, { type: 'init_ok' });
        process.exit(4);
      },
    }),
  /** Is well until it is asked for something bad. */
  'on-request': () =>
    run({
      echo: ({ body }) => ({ type: 'echo_ok', echo: body.echo }),
      exit({ body }) {
        process.stderr.write('panic: it was asked to\n');
        process.exit(body.code);
      },
      print({ body }) {
        process.stdout.write(body.text);
      },
      'write-to': ({ body }) => void send(body.dest, { type: 'hello' }),
      'reply-twice'(message) {
        reply(message, { type: 'ok' });
        reply(message, { type: 'ok' });
      },
      forget() {},
      environment: () => ({
        type: 'environment_ok',
        node: process.env.ORDEAL_NODE,
        harness: process.env.ORDEAL_HARNESS_PID,
        inherited: process.env.PATH,
        directory: process.cwd(),
      }),
      complain({ body }) {
        process.stderr.write('x'.repeat(body.bytes));
        return { type: 'complain_ok' };
      },
    }),
};

faults[fault]();
