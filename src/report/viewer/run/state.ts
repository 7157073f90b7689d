/**
 * What the reader looks at: the one state that all panels share and nobody else keeps. It is in the address of the page, so
 * that every view is a link.
 *
 * Panels subscribe and are told once a frame, however often something changed.
 */

export interface View {
  /** The part of the time that all panels show; nanoseconds. */
  readonly from: number;
  readonly to: number;
  /** The panel that was linked to. */
  readonly at: string | null;
  /** The operation that is selected. */
  readonly operation: number | null;
  /** Which anomaly is explained, from 0. */
  readonly anomaly: number;
  /** Which of its partial orders, from 0. */
  readonly order: number;
  /** How many steps of it are done; null: all. */
  readonly step: number | null;
  /** How the counterexample is drawn: to the scale of time, or only in order. */
  readonly axis: 'time' | 'order';
  /** What makes a lane. */
  readonly group: 'key' | 'process' | 'node';
  /** What is shown of the operations, in lanes and table; "" is all. */
  readonly f: string;
  readonly key: string;
  readonly node: string;
  readonly outcome: string;
  readonly process: string;
  /** A part of what is written in a row. */
  readonly text: string;
}

/** `changed` has the names of what is different from the last time. */
type Listener = (view: View, changed: ReadonlySet<keyof View>) => void;

export interface State {
  readonly view: View;
  /** The whole time of the history. */
  readonly whole: { readonly from: number; readonly to: number };
  set(patch: Partial<View>): void;
  /** Called in the next frame after each change, not now. */
  subscribe(listener: Listener): void;
  /** A link to the present view with these changes. */
  link(patch?: Partial<View>): string;
}

/** The shortest time that can be looked at: times are whole microseconds. */
const leastSpan = 10_000;

export function createState(whole: { readonly from: number; readonly to: number }): State {
  const atFirst: View = {
    ...whole,
    at: null,
    operation: null,
    anomaly: 0,
    order: 0,
    step: null,
    axis: 'order',
    group: 'key',
    f: '',
    key: '',
    node: '',
    outcome: '',
    process: '',
    text: '',
  };
  let view = fromHash(location.hash, atFirst);
  const listeners = new Set<Listener>();
  let changed = new Set<keyof View>();
  const writeAddress = addressWriter(() => toHash(view, atFirst));
  const tell = (): void => {
    const these = changed;
    changed = new Set();
    for (const listener of listeners) listener(view, these);
    writeAddress();
  };
  const set = (patch: Partial<View>): void => {
    const next = within({ ...view, ...patch }, whole);
    const names = (Object.keys(next) as (keyof View)[]).filter(name => next[name] !== view[name]);
    if (names.length === 0) return;
    if (changed.size === 0) requestAnimationFrame(tell);
    for (const name of names) changed.add(name);
    view = next;
  };
  window.addEventListener('hashchange', () => set(fromHash(location.hash, atFirst)));
  return {
    get view() {
      return view;
    },
    whole,
    set,
    subscribe: listener => void listeners.add(listener),
    link: patch => toHash(within({ ...view, ...patch }, whole), atFirst),
  };
}

/** Frames between two changes of the address: browsers refuse when there are too many, as while something is dragged. */
const addressPause = 20;

/** Writes the address at once when it has not been written for a while, else when the pause is over. */
function addressWriter(hash: () => string): () => void {
  let rest = 0;
  let isWanted = false;
  const write = (): void => {
    isWanted = false;
    delete document.documentElement.dataset['addressIsLate'];
    rest = addressPause;
    history.replaceState(null, '', hash());
    requestAnimationFrame(wait);
  };
  const wait = (): void => {
    rest--;
    if (rest > 0) requestAnimationFrame(wait);
    else if (isWanted) write();
  };
  return () => {
    if (rest > 0) {
      isWanted = true;
      document.documentElement.dataset['addressIsLate'] = 'yes';
    } else write();
  };
}

/** What is looked at lies within the history, and is no point. */
function within(view: View, whole: { readonly from: number; readonly to: number }): View {
  const most = Math.max(whole.to - whole.from, leastSpan);
  const span = Math.min(Math.max(view.to - view.from, leastSpan), most);
  const from = Math.min(Math.max(view.from, whole.from), Math.max(whole.from, whole.from + most - span));
  return { ...view, from, to: from + span };
}

/** Only what differs from the first view, as `name=value&...`. */
function toHash(view: View, atFirst: View): string {
  const entries = (Object.keys(view) as (keyof View)[]).flatMap(name =>
    view[name] === atFirst[name] || view[name] === null ? [] : [[name, String(view[name])]],
  );
  return `#${new URLSearchParams(entries).toString()}`;
}

function fromHash(hash: string, atFirst: View): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const read = Object.fromEntries(
    (Object.keys(atFirst) as (keyof View)[]).map(name => {
      const text = given.get(name);
      return [name, text === null ? atFirst[name] : (readValue(name, text) ?? atFirst[name])];
    }),
  ) as unknown as View;
  return within(read, { from: atFirst.from, to: atFirst.to });
}

const numbers: ReadonlySet<keyof View> = new Set(['from', 'to', 'operation', 'anomaly', 'order', 'step']);
const choices: Partial<Record<keyof View, readonly string[]>> = {
  axis: ['time', 'order'],
  group: ['key', 'process', 'node'],
};

/** Null for what makes no sense. */
function readValue(name: keyof View, text: string): string | number | null {
  if (numbers.has(name)) {
    const value = Number(text);
    return Number.isFinite(value) && value >= 0 ? value : null;
  }
  const allowed = choices[name];
  return allowed && !allowed.includes(text) ? null : text;
}
