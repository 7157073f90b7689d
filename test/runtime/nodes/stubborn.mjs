/** Ends for nothing but SIGKILL: neither at the end of its input nor for a polite signal. */
import { run } from './node.mjs';

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE']) process.on(signal, () => {});
setInterval(() => {}, 1000);
run({ echo: ({ body }) => ({ type: 'echo_ok', echo: body.echo }) });
