/**
 * What a user asks for, before defaults: by flags, by a configuration, or by both, where the flags win.
 */
import type { Place } from '../base/errors.ts';
import type { Consistency } from '../run/plan.ts';
import type { Described } from './described.ts';
import type { Settings } from './settings.ts';

/** Durations are text: `15s`, `500ms`. */
export interface RunRequest {
  readonly system?: string;
  /** In the place of `system`: what a configuration describes. */
  readonly described?: Described;
  readonly bin?: string;
  readonly bug?: readonly string[];
  /** Of a system in Docker. */
  readonly settings?: Settings;
  readonly workload?: string;
  readonly nemesis?: readonly string[];
  readonly nodes?: number;
  readonly timeLimit?: string;
  readonly rate?: number;
  readonly concurrency?: string;
  readonly timeout?: string;
  readonly latency?: string;
  readonly convergeWithin?: string;
  readonly seed?: string;
  readonly network?: 'direct' | 'overlay';
  readonly consistency?: Consistency;
  readonly plan?: string;
  /** Where a choice was written, by its name here; of a setting `settings.<key>`. Those of flags have none. */
  readonly places?: Readonly<Record<string, Place>>;
}

/** Each of these says which system is run, and takes the place of what the others said. */
const systemChoices = ['system', 'described', 'bin'] as const;
/** Mean something for one system only. */
const ofTheSystem: readonly string[] = [...systemChoices, 'bug', 'settings'];

/** What `over` says wins. One that names another system also drops the bugs and settings of the one before. */
export function override(base: RunRequest, over: RunRequest): RunRequest {
  const given = Object.entries(over).filter(
    ([key, value]) => key !== 'places' && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const names = new Set(given.map(([key]) => key));
  const another = systemChoices.some(choice => names.has(choice));
  const drops = (key: string) => names.has(key) || (another && ofTheSystem.includes(key));
  const kept = Object.entries(base).filter(([key]) => key !== 'places' && !drops(key));
  const keptPlaces = Object.entries(base.places ?? {}).filter(([key]) => !drops(key.split('.')[0] as string));
  const settings = another ? over.settings : merged(base.settings, over.settings);
  const settingPlaces = another
    ? []
    : Object.entries(base.places ?? {}).filter(
        ([key]) => key.startsWith('settings.') && !Object.hasOwn(over.settings ?? {}, key.slice('settings.'.length)),
      );
  return {
    ...Object.fromEntries([...kept, ...given]),
    ...(settings ? { settings } : {}),
    places: { ...Object.fromEntries([...keptPlaces, ...settingPlaces]), ...over.places },
  };
}

function merged(base: Settings | undefined, over: Settings | undefined): Settings | undefined {
  return base || over ? { ...base, ...over } : undefined;
}
