/**
 * Everything that one object may be by now: all configurations that explain what has returned so far.
 *
 * It is fed with the calls and returns of operations whose outcome is known, in order, and is exact: it is empty when, and
 * only when, no order explains them. The caller sees to it that the outcome is known at the call (`part.ts`).
 *
 * Why it is enough to decide at returns: if an order is right, then so is one in which everything is done directly before
 * the return of something that was not done yet, which comes last (done there, in the given order, is everything up to
 * it). Observers are done as soon as they are possible: they change nothing. A blind operation that nobody waits for is
 * hidden directly before another blind one, so it is only marked as free then; at its own return a free one counts as
 * done. What is covered (`antichain.ts`) is dropped. Each step keeps every order that is right, or one that is as good.
 *
 * How it can mislead: it may need very many configurations. Then it says so, and must not be asked again.
 */
import { Antichain, layout, strideOf } from './antichain.ts';
import { Options, slotOf } from './options.ts';
import { type Offer, Scene } from './scene.ts';
import { impossible, kinds, type Table } from './table.ts';
import { nothing, type UsedRow } from './used-rows.ts';

/** Memory for a step, shared by all frontiers of a thread. */
export class Bench {
  readonly results = new Antichain();
  readonly agenda = new Antichain();
  readonly options = new Options();
  from = new Int32Array(strideOf(1));
  to = new Int32Array(strideOf(1));
  /** No step may keep more configurations. */
  readonly most: number;
  /** A table is tidied when it has more entries than this, and twice what was alive. */
  readonly fewEntries: number;

  constructor(most: number, fewEntries: number) {
    this.most = most;
    this.fewEntries = fewEntries;
  }

  fit(words: number): void {
    if (this.from.length >= strideOf(words)) return;
    this.from = new Int32Array(strideOf(words));
    this.to = new Int32Array(strideOf(words));
  }
}

/** A frontier without its table, while nothing is open. */
export interface Rest {
  readonly configurations: readonly { readonly state: unknown; readonly used: UsedRow }[];
  readonly offers: readonly Offer[];
}

/** Nothing has happened yet. */
export function beginning(state: unknown): Rest {
  return { configurations: [{ state, used: nothing }], offers: [] };
}

export type Step = 'alive' | 'impossible' | 'too many';

export class Frontier {
  private readonly bench: Bench;
  readonly scene: Scene;
  private data: Int32Array;
  count = 1;

  constructor(bench: Bench, scene: Scene, data: Int32Array) {
    this.bench = bench;
    this.scene = scene;
    this.data = data;
    this.count = data.length / strideOf(scene.words);
  }

  copy(): Frontier {
    return new Frontier(this.bench, this.scene.copy(), this.data.slice(0, this.count * strideOf(this.scene.words)));
  }

  /** A completed operation is called: its slot. */
  call(operationClass: number, returnAt: number): number {
    const { words } = this.scene;
    const slot = this.scene.open(operationClass, returnAt);
    if (this.scene.words !== words) this.widen(words);
    const stride = strideOf(this.scene.words);
    for (let begin = 0; begin < this.count * stride; begin += stride) this.meet(this.data, begin, slot);
    return slot;
  }

  /** An operation is called of which nobody knows whether it happens; it is no observer. */
  offer(operationClass: number): void {
    this.scene.offer(this.scene.table.infoId(operationClass));
  }

  returned(slot: number): Step {
    if (!this.allDone(slot)) {
      const step = this.explain(slot);
      if (step !== 'alive') return step;
    } else {
      const stride = strideOf(this.scene.words);
      for (let begin = 0; begin < this.count * stride; begin += stride) this.clear(this.data, begin, slot);
    }
    this.scene.close(slot);
    if (this.scene.table.infos.length > 0) this.withdrawCommon();
    return 'alive';
  }

  /** With what it still needs into another table. */
  moveTo(table: Table): void {
    const { table: old } = this.scene;
    if (table === old) return;
    const moved = this.scene.moveTo(table);
    const stride = strideOf(this.scene.words);
    for (let begin = 0; begin < this.count * stride; begin += stride) {
      this.data[begin + layout.state] = table.stateId(old.stateOf(this.data[begin + layout.state]!));
      this.data[begin + layout.used] = movedRow(old.rows.row(this.data[begin + layout.used]!), moved, table);
    }
  }

  /** As little as can be kept of it. Null while an operation is in a slot. */
  rest(): Rest | null {
    const { scene, data } = this;
    const { table } = scene;
    if (!scene.isEmpty) return null;
    const stride = strideOf(scene.words);
    const configurations = Array.from({ length: this.count }, (_, index) => ({
      state: table.stateOf(data[index * stride + layout.state]!),
      used: table.rows.row(data[index * stride + layout.used]!),
    }));
    return { configurations, offers: scene.offers() };
  }

  /** What was at rest goes on, in another table. */
  static resume(bench: Bench, table: Table, { configurations, offers }: Rest): Frontier {
    const scene = new Scene(table);
    const moved: number[] = [];
    for (const { info, operation, count } of offers) {
      moved[info] = table.infoId(table.classId(operation));
      scene.offer(moved[info], count);
    }
    const data = new Int32Array(configurations.length * strideOf(1));
    configurations.forEach(({ state, used }, index) => {
      data[index * strideOf(1) + layout.state] = table.stateId(state);
      data[index * strideOf(1) + layout.used] = movedRow(used, moved, table);
    });
    return new Frontier(bench, scene, data);
  }

  /** Goes on from every configuration until the operation in this slot is done. */
  private explain(slot: number): Step {
    const { bench, scene } = this;
    const { results, agenda } = bench;
    const stride = strideOf(scene.words);
    bench.fit(scene.words);
    results.begin(scene);
    agenda.begin(scene);
    const { kind, post } = scene.table.classes[scene.classAt(slot)]!;
    for (let index = 0; index < this.count; index++) {
      const to = this.load(index * stride);
      if (this.isDone(to, slot)) this.finish(to, slot);
      else {
        agenda.add(to);
        // To do it where it changes nothing frees all the others too: then passing is never better.
        if (this.isFree(to, slot) && kind === kinds.blind && post !== to[layout.state]) this.finish(to, slot);
      }
    }
    for (let index = 0; index < agenda.count; index++) {
      if (!agenda.read(index, bench.from)) continue;
      this.expand(slot);
      if (agenda.count + results.count > bench.most) return 'too many';
    }
    this.take(results);
    return this.count === 0 ? 'impossible' : 'alive';
  }

  /** Everything that may come next in the configuration `from`. */
  private expand(slot: number): void {
    const { bench, scene } = this;
    const { classes } = scene.table;
    const own = classes[scene.classAt(slot)]!;
    if (own.kind === kinds.blind) this.finish(this.apply(slot * 2, own.post), slot);
    else if (own.kind === kinds.guarded) {
      const next = scene.table.next(bench.from[layout.state]!, scene.classAt(slot));
      for (const successor of scene.table.successors(next)) this.finish(this.apply(slot * 2, successor), slot);
    }
    const { listed } = bench.options;
    bench.options.list(scene, bench.from, slot);
    for (let at = 0; at < listed.length; at += 2) {
      const to = this.apply(listed[at]!, listed[at + 1]!);
      if (this.isDone(to, slot)) this.finish(to, slot);
      else bench.agenda.add(to);
    }
  }

  /** `from` after this choice, which leaves this state. */
  private apply(choice: number, successor: number): Int32Array {
    const { bench, scene } = this;
    const { table, words } = scene;
    const { from, to } = bench;
    to.set(from);
    const subject = choice >> 1;
    let isBlind: boolean;
    if (choice & 1) {
      isBlind = table.infos[subject]!.kind === kinds.blind;
      to[layout.used] = table.rows.plus(to[layout.used]!, subject);
    } else {
      isBlind = table.classes[scene.classAt(subject)]!.kind === kinds.blind;
      this.clear(to, 0, subject);
      to[layout.done + (subject >> 5)] = to[layout.done + (subject >> 5)]! | (1 << (subject & 31));
    }
    to[layout.state] = successor;
    for (let word = 0; word < words; word++) {
      const waiting = ~to[layout.done + word]!;
      const blind = scene.blind[word]! & waiting;
      const free = layout.done + words + word;
      if (isBlind) to[free] = to[free]! | blind;
      const met = (scene.observers[word]! & waiting) | (blind & ~to[free]!);
      for (let bits = met; bits !== 0; bits &= bits - 1) this.meet(to, 0, slotOf(bits, word));
    }
    return to;
  }

  /** An open operation that is not done meets the state of the configuration that begins here. */
  private meet(data: Int32Array, begin: number, slot: number): void {
    const { scene } = this;
    const operationClass = scene.classAt(slot);
    const { kind, post } = scene.table.classes[operationClass]!;
    const state = data[begin + layout.state]!;
    const bit = 1 << (slot & 31);
    if (kind === kinds.observer) {
      if (scene.table.next(state, operationClass) === impossible) return;
      const word = begin + layout.done + (slot >> 5);
      data[word] = data[word]! | bit;
    } else if (kind === kinds.blind && post === state) {
      const word = begin + layout.done + scene.words + (slot >> 5);
      data[word] = data[word]! | bit;
    }
  }

  /** It is one of the results, and the slot is given back. */
  private finish(configuration: Int32Array, slot: number): void {
    this.clear(configuration, 0, slot);
    this.bench.results.add(configuration);
  }

  private clear(data: Int32Array, begin: number, slot: number): void {
    const mask = ~(1 << (slot & 31));
    const done = begin + layout.done + (slot >> 5);
    const free = done + this.scene.words;
    data[done] = data[done]! & mask;
    data[free] = data[free]! & mask;
  }

  private load(begin: number): Int32Array {
    const { to } = this.bench;
    const stride = strideOf(this.scene.words);
    for (let at = 0; at < stride; at++) to[at] = this.data[begin + at]!;
    return to;
  }

  private isDone(configuration: Int32Array, slot: number): boolean {
    return (configuration[layout.done + (slot >> 5)]! & (1 << (slot & 31))) !== 0;
  }

  private isFree(configuration: Int32Array, slot: number): boolean {
    return (configuration[layout.done + this.scene.words + (slot >> 5)]! & (1 << (slot & 31))) !== 0;
  }

  private allDone(slot: number): boolean {
    const stride = strideOf(this.scene.words);
    const at = layout.done + (slot >> 5);
    const bit = 1 << (slot & 31);
    for (let begin = 0; begin < this.count * stride; begin += stride) {
      if ((this.data[begin + at]! & bit) === 0) return false;
    }
    return true;
  }

  private take(results: Antichain): void {
    const stride = strideOf(this.scene.words);
    const { from } = this.bench;
    if (this.data.length < results.count * stride || this.data.length > 8 * results.count * stride) {
      this.data = new Int32Array(results.count * stride);
    }
    this.count = 0;
    for (let index = 0; index < results.count; index++) {
      if (!results.read(index, from)) continue;
      for (let at = 0; at < stride; at++) this.data[this.count * stride + at] = from[at]!;
      this.count++;
    }
  }

  /** What every configuration has used can be forgotten, as if it had never been called. */
  private withdrawCommon(): void {
    const { rows } = this.scene.table;
    const stride = strideOf(this.scene.words);
    let common: UsedRow = rows.row(this.data[layout.used]!);
    for (let index = 1; index < this.count && common.length > 0; index++) {
      common = rows.common(common, this.data[index * stride + layout.used]!);
    }
    if (common.length === 0) return;
    for (let begin = 0; begin < this.count * stride; begin += stride) {
      this.data[begin + layout.used] = rows.minus(this.data[begin + layout.used]!, common);
    }
    for (let at = 0; at < common.length; at += 2) this.scene.withdraw(common[at]!, common[at + 1]!);
  }

  private widen(words: number): void {
    const stride = strideOf(words);
    const wider = strideOf(this.scene.words);
    const data = new Int32Array(this.count * wider);
    for (let index = 0; index < this.count; index++) {
      const own = this.data.subarray(index * stride, (index + 1) * stride);
      data.set(own.subarray(0, layout.done + words), index * wider);
      data.set(own.subarray(layout.done + words), index * wider + layout.done + this.scene.words);
    }
    this.data = data;
  }
}

/** Its number in the other table. `moved`: by info class, its number there. */
function movedRow(row: UsedRow, moved: readonly number[], table: Table): number {
  const pairs: [number, number][] = [];
  for (let at = 0; at < row.length; at += 2) pairs.push([moved[row[at]!]!, row[at + 1]!]);
  return table.rows.intern(pairs.toSorted(([one], [other]) => one - other).flat());
}
