/**
 * Measures whether a packet gets from one node to another, with packets of the nodes' own kernels and nothing else.
 *
 *     hub ──echo request, in the name of n2──> n1
 *     hub <──echo reply, addressed to n2────── n1        a real packet of the link n1 -> n2: its rules are asked here
 *     hub ──echo request, in our own name────> n2
 *     hub <──echo reply, addressed to us────── n2        so it got through
 *
 * A rule that stops it is seen at once. Silence is asked again some times, since datagrams may be lost, and then means no.
 *
 * How it can mislead: a probe is not delayed, does not wait for bandwidth, and is not counted; it tells whether, not how
 * fast.
 */
import type { Clock } from '../../../../base/time.ts';

/** How long an answer is waited for, and how often. */
const patienceMs = 250;
const attempts = 4;

/** By its host number; null is the hub itself. */
type End = number | null;

/** Has the kernel of `to` send an answer to `asWhom`, with this number. */
export interface Question {
  readonly to: number;
  readonly asWhom: End;
  readonly number: number;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly ask: (question: Question) => void;
  /** Whether the rules of the link let this one pass. */
  readonly passes: (from: number, to: number) => boolean;
}

interface Probe {
  readonly from: End;
  readonly to: number;
  /** The first half of the way is done. */
  arrived: boolean;
  attemptsLeft: number;
  cancel: () => void;
  readonly resolve: (through: boolean) => void;
}

export class Prober {
  private readonly options: ProberOptions;
  private readonly open = new Map<number, Probe>();
  private lastNumber = 0;

  constructor(options: ProberOptions) {
    this.options = options;
  }

  /** From one node to another, or from the hub when `from` is null. */
  probe(from: End, to: number): Promise<boolean> {
    return new Promise(resolve => {
      this.attempt({ from, to, arrived: false, attemptsLeft: attempts, cancel: () => undefined, resolve });
    });
  }

  /** An answer has come in from a node. */
  answered(answer: { readonly from: number; readonly to: End; readonly number: number }): void {
    const probe = this.open.get(answer.number);
    if (!probe) return;
    if (probe.from === null || probe.arrived) {
      if (answer.from === probe.to && answer.to === null) this.settle(answer.number, true);
    } else if (answer.from === probe.from && answer.to === probe.to) {
      if (!this.options.passes(probe.from, probe.to)) this.settle(answer.number, false);
      else {
        probe.arrived = true;
        this.options.ask({ to: probe.to, asWhom: null, number: answer.number });
      }
    }
  }

  /** Whoever waits is told no. */
  close(): void {
    for (const number of this.open.keys()) this.settle(number, false);
  }

  /** With a new number, so that a late answer to an earlier attempt is nobody's. */
  private attempt(probe: Probe): void {
    const number = ++this.lastNumber;
    this.open.set(number, probe);
    probe.arrived = false;
    probe.attemptsLeft--;
    probe.cancel = this.options.clock.schedule(patienceMs, () => {
      if (probe.attemptsLeft === 0) this.settle(number, false);
      else {
        this.open.delete(number);
        this.attempt(probe);
      }
    });
    if (probe.from === null) this.options.ask({ to: probe.to, asWhom: null, number });
    else this.options.ask({ to: probe.from, asWhom: probe.to, number });
  }

  private settle(number: number, through: boolean): void {
    const probe = this.open.get(number);
    if (!probe) return;
    this.open.delete(number);
    probe.cancel();
    probe.resolve(through);
  }
}
