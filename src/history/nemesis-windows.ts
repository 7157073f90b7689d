/**
 * What Jepsen's nemesis did, as faults from begin to end.
 *
 * Jepsen records each deed of the nemesis twice, before and after, both as `:info`: a fault begins with the first line of
 * what begins it, and ends with the second line of what ends it. The names follow conventions (`start-partition` and
 * `stop-partition`, `kill` and `start`, `pause` and `resume`, `bump-clock` and `reset-clock`); a deed that we know nothing
 * of is a fault from its first line to its second.
 *
 * How it can mislead: that a fault took effect is what the nemesis said, not what was measured. Left out: the end of what
 * never began, looks at the clocks, and a second begin of what is going on.
 */
import type { Nanos } from '../base/names.ts';
import type { FaultRecord } from './event.ts';
import type { FaultWindow } from './history.ts';

export interface Deed {
  readonly f: string;
  readonly value: unknown;
  readonly error: string | null;
  readonly index: number;
  readonly time: Nanos;
}

/** What ends a fault of this kind. */
const endings: Readonly<Record<string, string>> = {
  start: 'kill',
  restart: 'kill',
  resume: 'pause',
  heal: 'partition',
  stop: 'nemesis',
  reset: 'clock',
  'reset-clock': 'clock',
};
/** What begins a fault of which kind, where the name is not the kind. */
const beginnings: Readonly<Record<string, string>> = {
  start: 'nemesis',
  bump: 'clock',
  'bump-clock': 'clock',
  strobe: 'clock',
  'strobe-clock': 'clock',
  'skew-clock': 'clock',
  'scramble-clock': 'clock',
};
const lasting = new Set(['kill', 'pause', 'partition', 'nemesis', 'clock']);
const looks = new Set(['check-offsets', 'check-clock-offsets']);

type Window = { -readonly [N in keyof FaultWindow]: FaultWindow[N] };

export class NemesisWindows {
  readonly windows: FaultWindow[] = [];
  /** Of the last line, when its deed is not done. */
  private doing: { readonly f: string; readonly window: Window | null; readonly isEnd: boolean } | null = null;
  private readonly open = new Map<string, Window>();

  take(deed: Deed): void {
    if (this.doing?.f === deed.f) {
      this.second(deed);
      this.doing = null;
    } else this.doing = this.first(deed);
  }

  private first(deed: Deed): { readonly f: string; readonly window: Window | null; readonly isEnd: boolean } {
    const { f, index, time } = deed;
    const ended = this.endedBy(f);
    if (ended !== null) {
      const window = this.open.get(ended) ?? null;
      this.open.delete(ended);
      if (window !== null) Object.assign(window, { end: index, endTime: time });
      return { f, window, isEnd: true };
    }
    if (looks.has(f) || (endings[f] !== undefined && beginnings[f] === undefined) || f.startsWith('stop-')) {
      return { f, window: null, isEnd: true };
    }
    const kind = f.startsWith('start-') ? f.slice('start-'.length) : (beginnings[f] ?? f);
    if (this.open.has(kind)) return { f, window: this.open.get(kind) as Window, isEnd: false };
    const isLasting = f.startsWith('start-') || lasting.has(kind);
    const end = isLasting ? Number.POSITIVE_INFINITY : index;
    const endTime = isLasting ? Number.POSITIVE_INFINITY : time;
    const window: Window = { fault: this.record(kind, deed), begin: index, beginTime: time, end, endTime };
    this.windows.push(window);
    if (isLasting) this.open.set(kind, window);
    return { f, window, isEnd: !isLasting };
  }

  /** The kind that goes on and is ended by this, if one is. */
  private endedBy(f: string): string | null {
    const kind = f.startsWith('stop-') ? f.slice('stop-'.length) : endings[f];
    if (kind !== undefined && this.open.has(kind)) return kind;
    // Of two namesakes: a nemesis of one fault says only "stop".
    return f === 'start' && this.open.has('pause') ? 'pause' : null;
  }

  private second({ value, error, index, time }: Deed): void {
    const { window, isEnd } = this.doing as NonNullable<typeof this.doing>;
    if (window === null) return;
    if (isEnd) Object.assign(window, { end: index, endTime: time });
    if (window.fault.evidence !== unmeasured) return;
    const said = error ?? wordsOf(value);
    const targets = window.fault.targets.length > 0 ? window.fault.targets : targetsOf(value);
    const evidence = said === '' ? unmeasured : `the nemesis said: ${said}`;
    window.fault = { ...window.fault, targets, bit: error === null, evidence };
  }

  private record(kind: string, { f, value }: Deed): FaultRecord {
    const said = wordsOf(value);
    const description = said === '' ? f : `${f} ${said}`;
    const id = this.windows.length + 1;
    return { id, kind, targets: targetsOf(value), description, bit: true, evidence: unmeasured };
  }
}

const unmeasured = 'as the nemesis recorded it; whether it took effect was not measured';

/** Nodes: the texts of a list, or the names of an object. */
function targetsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.every(item => typeof item === 'string') ? value : [];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** A partition of many nodes is long, and nobody reads it to the end. */
const longestWords = 200;

function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestWords ? text : `${text.slice(0, longestWords - 3)}...`;
}
