/**
 * What a Raft node may never forget: its term, its vote, its log (figure 2 of the paper: "persistent state").
 *
 * Kept in memory and in a journal. A change is journalled at once and is safe after the next `flush`; the node sends no
 * message before that. Indexes are from 1, as in the paper; index 0 stands for "before the log" and has term 0.
 */
import { assert } from '../../../base/assert.ts';
import type { Journal } from '../journal.ts';

export interface Entry<C> {
  readonly term: number;
  /** Null for the entry with which a leader begins its term. */
  readonly command: C | null;
}

/** One line of the journal. Read back in order, the last word counts. */
export type RaftRecord<C> =
  | { readonly life: number }
  | { readonly term: number; readonly vote: string | null }
  /** The log is cut before `from`, and goes on with these entries. */
  | { readonly from: number; readonly entries: readonly Entry<C>[] };

export class PersistentState<C> {
  private readonly journal: Journal<RaftRecord<C>>;
  private readonly entries: Entry<C>[] = [];
  private currentTerm = 0;
  private currentVote: string | null = null;
  /** Counts the starts of this node, from 1. Names that must be new in each life contain it. */
  readonly life: number;

  constructor(journal: Journal<RaftRecord<C>>) {
    this.journal = journal;
    let life = 0;
    for (const record of journal.found) {
      if ('life' in record) life = record.life;
      else if ('from' in record) this.splice(record.from, record.entries);
      else this.setBallot(record.term, record.vote);
    }
    this.life = life + 1;
    journal.append({ life: this.life });
    journal.flush();
  }

  get term(): number {
    return this.currentTerm;
  }

  /** For whom this node has voted in its current term. */
  get vote(): string | null {
    return this.currentVote;
  }

  get lastIndex(): number {
    return this.entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex);
  }

  termAt(index: number): number {
    return index === 0 ? 0 : this.entryAt(index).term;
  }

  entryAt(index: number): Entry<C> {
    const entry = this.entries[index - 1];
    assert(entry !== undefined, `log index ${index} of ${this.entries.length}`);
    return entry;
  }

  /** At most `limit` entries from this index on. */
  entriesFrom(index: number, limit: number): readonly Entry<C>[] {
    return this.entries.slice(index - 1, index - 1 + limit);
  }

  setTerm(term: number, vote: string | null): void {
    this.setBallot(term, vote);
    this.journal.append({ term, vote });
  }

  /** Cuts the log before `from` and appends. `from` may be the end: then nothing is cut. */
  replaceFrom(from: number, entries: readonly Entry<C>[]): void {
    this.splice(from, entries);
    this.journal.append({ from, entries });
  }

  flush(): void {
    this.journal.flush();
  }

  private setBallot(term: number, vote: string | null): void {
    assert(term >= this.currentTerm, 'a term never goes back');
    this.currentTerm = term;
    this.currentVote = vote;
  }

  private splice(from: number, entries: readonly Entry<C>[]): void {
    assert(from >= 1 && from <= this.entries.length + 1, `log index ${from} would leave a gap`);
    this.entries.length = from - 1;
    for (const entry of entries) this.entries.push(entry);
  }
}
