/** Says what it is told. */
import { run } from './node.mjs';

run({ echo: ({ body }) => ({ type: 'echo_ok', echo: body.echo }) });
