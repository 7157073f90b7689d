/**
 * What a sentinel is asked: where the primary is, and whether the cluster has formed as seen from there.
 *
 * How it can mislead: a sentinel that is cut off together with its primary goes on naming it. That is what its clients
 * believe, and so what our clients are told.
 */
import type { NodeName } from '../../base/names.ts';
import { texts } from './operations.ts';
import { type ProbeOptions, probe } from './probe.ts';
import { isErrorReply, type Reply } from './resp.ts';

/** The name under which the sentinels know the primary. */
export const primaryName = 'm';

/** The address of the primary according to this sentinel. Rejects when it does not answer, or knows none. */
export async function primaryAddress(options: ProbeOptions): Promise<string> {
  return await probe(options, async ask => {
    const reply = await ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primaryName);
    if (Array.isArray(reply) && typeof reply[0] === 'string') return reply[0];
    throw new Error(`the sentinel knows no primary: ${isErrorReply(reply) ? reply.error : JSON.stringify(reply)}`);
  });
}

/** Null when this sentinel knows the primary as up, all its replicas, and all other sentinels; else what is missing. */
export async function sentinelMisses(
  node: NodeName,
  options: ProbeOptions & { readonly nodeCount: number },
): Promise<string | null> {
  return await probe(options, async ask => {
    const reply = await ask('SENTINEL', 'MASTER', primaryName);
    if (isErrorReply(reply)) return `the sentinel of ${node}: ${reply.error}`;
    const fields = fieldsOf(reply);
    const others = String(options.nodeCount - 1);
    const wanted = { flags: 'master', 'num-slaves': others, 'num-other-sentinels': others };
    const wrong = Object.entries(wanted).filter(([name, value]) => fields.get(name) !== value);
    if (wrong.length === 0) return null;
    const words = wrong.map(([name, value]) => `${name} is ${fields.get(name) ?? 'missing'} and not ${value}`);
    return `the sentinel of ${node}: ${words.join(', ')}`;
  });
}

/** Null when this server is a primary with so many replicas that keep up; else what is missing. */
export async function primaryMisses(
  node: NodeName,
  options: ProbeOptions & { readonly replicas: number },
): Promise<string | null> {
  return await probe(options, async ask => {
    const reply = await ask('INFO', 'replication');
    if (typeof reply !== 'string') return `${node} does not tell of its replicas: ${JSON.stringify(reply)}`;
    const lines = reply.split('\r\n');
    if (!lines.includes('role:master')) return `${node} is not the primary`;
    const online = lines.filter(line => /^slave\d+:.*\bstate=online\b/.test(line)).length;
    return online === options.replicas ? null : `${node} has ${online} of ${options.replicas} replicas`;
  });
}

/** A list of names and values in turn. */
function fieldsOf(reply: Reply): ReadonlyMap<string, string> {
  const flat = texts(reply);
  return new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])));
}
