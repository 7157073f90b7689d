/**
 * A key-value store of one node, kept in memory. It answers `role` and `replica` as well; what it says it is comes from
 * its first argument. With `slow-to-tell` it does not answer those two at all, with `ignorant` it does not know them.
 */
import { run } from './node.mjs';

const [role] = process.argv.slice(2);
const entries = new Map();
const absent = { type: 'error', code: 20, text: 'key does not exist' };

const handlers = {
  read: ({ body: { key } }) => (entries.has(key) ? { type: 'read_ok', value: entries.get(key) } : absent),
  write({ body: { key, value } }) {
    entries.set(key, value);
    return { type: 'write_ok' };
  },
  cas({ body: { key, from, to } }) {
    if (!entries.has(key)) return absent;
    if (entries.get(key) !== from) return { type: 'error', code: 22, text: `it is ${entries.get(key)}` };
    entries.set(key, to);
    return { type: 'cas_ok' };
  },
  role: () => ({ type: 'role_ok', role, term: 1 }),
  replica: () => ({ type: 'replica_ok', state: Object.fromEntries(entries) }),
};
if (role === 'slow-to-tell') handlers.role = handlers.replica = () => undefined;
if (role === 'ignorant') {
  delete handlers.role;
  delete handlers.replica;
}
run(handlers);
