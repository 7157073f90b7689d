/**
 * One line of another tool's history, as it says it: before it is known what it means for us.
 *
 * One object is filled again and again, so that reading a million lines makes no garbage. What the line does not say is
 * null, or `undefined` where null would be a value.
 */
import type { Outcome } from './event.ts';

export type RawType = 'invoke' | Outcome;

/** The members, in the order of `memberNames`. */
export const memberNames = [
  'type',
  'process',
  'f',
  'value',
  'time',
  'index',
  'error',
  'node',
  'key',
  'ordeal/header',
  'ordeal/echo',
  'ordeal/event',
] as const;
export type MemberName = (typeof memberNames)[number];

export class RawOperation {
  type: RawType | null = null;
  /** A text when it is no client: `nemesis`. */
  process: number | string | null = null;
  f: string | null = null;
  value: unknown = undefined;
  /** The value is a keyword: of a `fail` or `info` it is the reason. */
  isKeyword = false;
  /** The value is tagged as key and value. */
  isPair = false;
  time: number | null = null;
  index: number | null = null;
  error: string | null = null;
  node: string | null = null;
  key: unknown = undefined;
  /** What our own export adds to the first line. */
  header: unknown = undefined;
  /** What our own export says of a value: whether it only repeats the argument. */
  echo: boolean | null = null;
  /** An event of ours that is no operation. */
  event: unknown = undefined;
  /** Where it begins, from 1. */
  line = 1;
  column = 1;

  clear(): void {
    this.type = null;
    this.process = null;
    this.f = null;
    this.value = undefined;
    this.isKeyword = false;
    this.isPair = false;
    this.time = null;
    this.index = null;
    this.error = null;
    this.node = null;
    this.key = undefined;
    this.header = undefined;
    this.echo = null;
    this.event = undefined;
  }

  copy(): RawOperation {
    return Object.assign(new RawOperation(), this);
  }
}

/** Why a line cannot be taken: which member, and when it is not the line just given, which. */
export interface RawProblem {
  readonly raw: RawOperation;
  readonly member: MemberName;
  readonly message: string;
  readonly hint: string | null;
}
