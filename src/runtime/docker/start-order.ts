/**
 * Starts things that wait for each other: each as soon as what it depends on is as it must be, all others at once.
 */
import { present } from '../../base/assert.ts';
import type { DependencyCondition } from './spec.ts';

export interface Startable {
  readonly name: string;
  readonly dependsOn: Readonly<Record<string, DependencyCondition>>;
  start(): Promise<void>;
  /** Resolves when the condition holds; it has been started. */
  reached(condition: DependencyCondition): Promise<void>;
}

/** Rejects with the first failure; the circle-free order is the configuration's to check. */
export async function startInOrder(all: readonly Startable[]): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const byName = new Map(all.map(one => [one.name, one]));
  const start = (one: Startable): Promise<void> => {
    const known = started.get(one.name);
    if (known) return known;
    const starting = Promise.resolve().then(async () => {
      await Promise.all(
        Object.entries(one.dependsOn).map(async ([name, condition]) => {
          const other = present(byName.get(name), `${one.name} depends on ${name}, which is not there`);
          await start(other);
          await other.reached(condition);
        }),
      );
      await one.start();
    });
    started.set(one.name, starting);
    return starting;
  };
  await Promise.all(all.map(start));
}
