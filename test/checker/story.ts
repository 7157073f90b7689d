/**
 * Histories for tests, told event by event. Each event takes 0.1 s, so that times in explanations are easy to follow.
 */
import { present } from '../../src/base/assert.ts';
import type { Key, NodeName } from '../../src/base/names.ts';
import { historyFromEvents } from '../../src/history/assemble.ts';
import type { EventDraft, HistoryEvent, HistoryHeader, Outcome, PhaseName } from '../../src/history/event.ts';
import type { History } from '../../src/history/history.ts';

export interface Told {
  readonly key?: Key;
  readonly input?: unknown;
  /** @default ok */
  readonly outcome?: Outcome | 'open';
  readonly output?: unknown;
  readonly error?: string;
  /** @default a new one each time */
  readonly process?: number;
}

export class Story {
  readonly events: HistoryEvent[] = [];
  private readonly header: HistoryHeader;
  private nextProcess = 0;
  private nextFault = 1;

  constructor(workload: string, nodes: readonly NodeName[] = ['n1', 'n2', 'n3'], model: string | null = null) {
    this.header = {
      ordeal: 1,
      system: 'told',
      workload,
      model,
      seed: '1',
      nodes,
      startedAt: '2024-01-01T00:00:00.000Z',
    };
  }

  /** A whole operation. `open` has no completion. */
  run(node: NodeName | null, f: string, told: Told = {}): this {
    const process = this.begin(node, f, told);
    return told.outcome === 'open' ? this : this.end(process, told);
  }

  /** The process, for `end`. */
  begin(node: NodeName | null, f: string, told: Told = {}): number {
    const process = told.process ?? this.nextProcess++;
    this.push({ type: 'invoke', process, node, f, key: told.key ?? null, value: told.input ?? null });
    return process;
  }

  end(process: number, told: Told = {}): this {
    const type = told.outcome === 'open' ? 'info' : (told.outcome ?? 'ok');
    return this.push({
      type,
      process,
      ...(told.output === undefined ? {} : { value: told.output }),
      ...(told.error === undefined ? {} : { error: told.error }),
    });
  }

  phase(name: PhaseName): this {
    return this.push({ type: 'phase', name });
  }

  /** Its id, for `endFault`. */
  beginFault(kind: string, targets: readonly NodeName[]): number {
    const id = this.nextFault++;
    this.push({ type: 'fault', phase: 'begin', fault: { id, kind, targets, description: targets.join(' ') } });
    return id;
  }

  endFault(id: number, bite: { readonly bit?: boolean; readonly evidence?: string } = { bit: true }): this {
    const begin = present(
      this.events.find(event => event.type === 'fault' && event.fault.id === id && event.phase === 'begin'),
    );
    return begin.type === 'fault'
      ? this.push({ type: 'fault', phase: 'end', fault: { ...begin.fault, ...bite } })
      : this;
  }

  replica(node: NodeName, state: Readonly<Record<string, unknown>>): this {
    return this.push({ type: 'replica', node, state });
  }

  history(): History {
    return historyFromEvents(this.header, this.events);
  }

  private push(draft: EventDraft): this {
    const index = this.events.length;
    this.events.push({ ...draft, index, time: index * 1e8 });
    return this;
  }
}
