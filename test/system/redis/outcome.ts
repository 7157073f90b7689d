/** How an operation ended, in one line: `ok 3`, `fail "refused": ...`, `fail: ...`, `info: ...`. */
import { type Client, DefiniteError } from '../../../src/client/client.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';

export async function outcome(client: Client, { f, key = null, value = null }: Asked): Promise<string> {
  return await told(client.invoke({ f, key, value }, { signal: new AbortController().signal }));
}

export type Asked = Pick<Invocation, 'f'> & Partial<Invocation>;

export async function told(completion: Promise<Completion>): Promise<string> {
  try {
    const { type, value, error } = await completion;
    return `${type}${value === undefined ? '' : ` ${JSON.stringify(value)}`}${error === undefined ? '' : `: ${error}`}`;
  } catch (error) {
    return `${error instanceof DefiniteError ? 'fail' : 'info'}: ${(error as Error).message.replace(/:\d+(?=: )/, '')}`;
  }
}
