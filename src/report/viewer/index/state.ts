/**
 * What the reader looks at: the one state that all panels share and nobody else keeps. It is in the address of the page, so
 * that every view is a link. Names are used and no numbers, so that a link means the same when the index has grown by a night.
 *
 * Panels subscribe and are told once a frame, however often something changed.
 */

export interface View {
  /** The panel that was linked to. */
  readonly at: string;
  /** The cell of the grid whose runs are listed; see `cellName`. */
  readonly cell: string;
  /** The run of the table that is shown in full, by its path. */
  readonly run: string;
  /** What is shown of the runs, everywhere; "" is all. */
  readonly verdict: string;
  readonly system: string;
  readonly workload: string;
  readonly nemesis: string;
  readonly night: string;
  /** See `findingName`. */
  readonly finding: string;
  /** A part of what is written of a run. */
  readonly text: string;
  /** Column of the table; with a minus, the highest first. */
  readonly sort: string;
}

/** `changed` has the names of what is different from the last time. */
type Listener = (view: View, changed: ReadonlySet<keyof View>) => void;

export interface State {
  readonly view: View;
  set(patch: Partial<View>): void;
  /** Called in the next frame after each change, not now. */
  subscribe(listener: Listener): void;
}

/** Those that choose among the runs. */
export const filters = ['verdict', 'system', 'workload', 'nemesis', 'night', 'finding', 'text'] as const;

const atFirst: View = {
  at: '',
  cell: '',
  run: '',
  verdict: '',
  system: '',
  workload: '',
  nemesis: '',
  night: '',
  finding: '',
  text: '',
  sort: '-started',
};

const names = Object.keys(atFirst) as (keyof View)[];

export const unfiltered: Partial<View> = Object.fromEntries(filters.map(name => [name, '']));

export function createState(): State {
  let view = fromHash(location.hash);
  const listeners = new Set<Listener>();
  let changed = new Set<keyof View>();
  const tell = (): void => {
    const these = changed;
    changed = new Set();
    for (const listener of listeners) listener(view, these);
    history.replaceState(null, '', toHash(view));
  };
  const set = (patch: Partial<View>): void => {
    const next = { ...view, ...patch };
    // Whoever asks for the same place again has scrolled away from it.
    const goes = patch.at !== undefined && patch.at !== '';
    const different = names.filter(name => next[name] !== view[name] || (name === 'at' && goes));
    if (different.length === 0) return;
    if (changed.size === 0) requestAnimationFrame(tell);
    for (const name of different) changed.add(name);
    view = next;
  };
  window.addEventListener('hashchange', () => set(fromHash(location.hash)));
  return {
    get view() {
      return view;
    },
    set,
    subscribe: listener => void listeners.add(listener),
  };
}

/** Only what differs from the first view, as `name=value&...`. */
function toHash(view: View): string {
  const entries = names.flatMap(name => (view[name] === atFirst[name] ? [] : [[name, view[name]]]));
  return `#${new URLSearchParams(entries).toString()}`;
}

function fromHash(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  return Object.fromEntries(names.map(name => [name, given.get(name) ?? atFirst[name]])) as unknown as View;
}
