/**
 * What a service has to do with the others: whom it waits for, and under which further names they find it.
 */
import type { DependencyCondition } from '../../runtime/docker/spec.ts';
import { elementsOf, entriesOf, type Field, invalidValue, membersOf, someTextOf, truthOf, wordOf } from '../field.ts';
import { whyNotHostNetwork } from './refused.ts';

const conditions: Readonly<Record<string, DependencyCondition>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

export function dependenciesOf(field: Field | undefined): Record<string, DependencyCondition> {
  if (!field) return {};
  if (Array.isArray(field.value)) {
    return Object.fromEntries(elementsOf(field).map(element => [someTextOf(element), 'started' as const]));
  }
  const pairs = [...entriesOf(field)].map(([name, member]): [string, DependencyCondition] => {
    const members = membersOf(member, ['condition', 'required', 'restart']);
    const [condition, needed, restart] = ['condition', 'required', 'restart'].map(key => members.get(key));
    if (needed && !truthOf(needed)) throw invalidValue(needed, 'every service of the file is started');
    if (restart && truthOf(restart)) throw invalidValue(restart, 'a restart after a fault touches one node alone');
    const word = condition ? wordOf(condition, Object.keys(conditions)) : 'service_started';
    return [name, conditions[word] as DependencyCondition];
  });
  return Object.fromEntries(pairs);
}

/** All services share the network of the run, so of a network only the names count that it gives to the service. */
export function aliasesOf(field: Field | undefined, networks: ReadonlySet<string>): readonly string[] {
  if (!field) return [];
  const isList = Array.isArray(field.value);
  const members = isList
    ? elementsOf(field).map(element => [someTextOf(element), element] as const)
    : [...entriesOf(field)];
  return members.flatMap(([name, member]) => {
    if (name === 'host') throw invalidValue(member, whyNotHostNetwork);
    if (name !== 'default' && !networks.has(name)) {
      throw invalidValue(member, `there is no network "${name}"`, `declare it at the top (networks: {${name}: })`);
    }
    if (isList || member.value === null) return [];
    const aliases = membersOf(member, ['aliases']).get('aliases');
    return aliases ? elementsOf(aliases).map(someTextOf) : [];
  });
}
