/**
 * A client that asks nodes in the words of the Maelstrom protocol.
 *
 * How an answer becomes an outcome:
 *
 * - the reply that belongs to the request, with everything it must have: `ok`;
 * - an error whose code is definite, or a request that was never delivered: `DefiniteError`, hence `fail`;
 * - a refused cas: `fail` with the value `refused`. It is an observation: the value was not what was expected;
 * - anything else (an indefinite or unknown error, a reply of another type, a field that is missing or of the wrong
 *   type): `info`, with a text that says what it was. A reply that we cannot read proves nothing.
 *
 * How it can mislead: values are checked only as far as reading them needs. Whether a counter may be 3.5 is for a checker
 * to say.
 */
import { assert, present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import type { Completion, Invocation } from '../history/event.ts';
import { type Endpoint, NotDeliveredError } from '../runtime/stdio/endpoint.ts';
import type { Body } from '../runtime/stdio/message.ts';
import { type Client, DefiniteError } from './client.ts';
import { type Exchange, exchanges, Malformed } from './maelstrom-wire.ts';
import { errorCode } from './outcome.ts';

export interface MaelstromClientOptions {
  /** Closed together with the client. */
  readonly endpoint: Endpoint;
  readonly node: NodeName;
  /** One of `maelstromWorkloads`. */
  readonly workload: string;
}

export function maelstromClient({ endpoint, node, workload }: MaelstromClientOptions): Client {
  const functions = present(exchanges[workload], `no workload "${workload}" is spoken here`);
  return {
    // The signal is not looked at. Who lets it run out closes the client, and that ends whatever it waits for.
    async invoke(invocation) {
      const exchange = functions[invocation.f];
      assert(exchange, `the workload ${workload} has no operation "${invocation.f}"`);
      const reply = await ask({ endpoint, node, body: exchange.request(invocation) });
      return reply.type === 'error' ? failure({ reply, exchange, invocation }) : success({ reply, exchange, node });
    },
    [Symbol.asyncDispose]: async () => endpoint[Symbol.dispose](),
  };
}

async function ask({ endpoint, node, body }: { endpoint: Endpoint; node: NodeName; body: Body }): Promise<Body> {
  try {
    return await endpoint.rpc(node, body);
  } catch (error) {
    if (error instanceof NotDeliveredError) throw new DefiniteError(error.message, { cause: error });
    throw error;
  }
}

function success({ reply, exchange, node }: { reply: Body; exchange: Exchange; node: NodeName }): Completion {
  if (reply.type !== exchange.reply) {
    return { type: 'info', error: `${node} answered with ${show(reply.type)} instead of "${exchange.reply}"` };
  }
  try {
    return exchange.result ? { type: 'ok', value: exchange.result(reply) } : { type: 'ok' };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { type: 'info', error: `malformed ${exchange.reply} of ${node}: ${error.message}` };
  }
}

function failure(answer: { reply: Body; exchange: Exchange; invocation: Invocation }): Completion {
  const { code, text } = answer.reply;
  if (typeof code !== 'number' || !Number.isInteger(code)) {
    return { type: 'info', error: `malformed error: its code is ${show(code)}` };
  }
  const meaning = errorCode(code);
  const error = `${meaning.name} (${code})${typeof text === 'string' && text !== '' ? `: ${text}` : ''}`;
  const observed = answer.exchange.observed?.(code, answer.invocation);
  if (observed) return observed.type === 'fail' ? { ...observed, error } : observed;
  if (meaning.definite) throw new DefiniteError(error);
  return { type: 'info', error };
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
