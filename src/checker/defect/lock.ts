/**
 * Defects of a lock: held twice at a time, or released by somebody who does not hold it.
 */
import { formatNanos } from '../../base/time.ts';
import type { Operation } from '../../history/operation.ts';
import { type Defect, type FindDefect, mayHaveHappened, type Phrases, place } from './defect.ts';

export function lockDefects({ told, named }: Phrases): FindDefect {
  return (part, suspects) => {
    const acquires = part.filter(({ f, outcome }) => f === 'acquire' && outcome === 'ok');
    for (const late of suspects.filter(({ f }) => f === 'acquire')) {
      for (const other of acquires) {
        if (other === late || other.return > late.return) continue;
        const released = firstRelease(part, other);
        if (released && released.call < late.return) continue;
        if ((firstRelease(part, late)?.call ?? Infinity) < late.return) continue;
        const until = released
          ? `did not ask to release it before ${formatNanos(released.callTime)} (${named(released)})`
          : 'never asked to release it';
        const text = `${told(late)}. That is impossible: process ${place(other)} held it, by ${named(other)} at ${formatNanos(other.returnTime)}, and ${until}.`;
        const shape = other.process === late.process ? 'acquired-twice' : 'two-holders';
        return { shape, text, operations: [other, late, ...(released ? [released] : [])] };
      }
    }
    for (const late of suspects.filter(({ f }) => f === 'release')) {
      const defect = notHeld(part, late);
      if (defect) return defect;
    }
    return null;
  };

  /** It had released the lock as often as it may have acquired it. */
  function notHeld(part: readonly Operation[], late: Operation): Defect | null {
    const own = part.filter(one => one.process === late.process && mayHaveHappened(one));
    const acquires = own.filter(({ f, call }) => f === 'acquire' && call < late.return);
    const releases = own.filter(one => one.f === 'release' && one.outcome === 'ok' && one.return < late.call);
    if (releases.length < acquires.length) return null;
    const [acquire, release] = [acquires.at(-1), releases.at(-1)];
    const why =
      acquire && release
        ? `had released it by ${named(release)}, and had not asked for it since ${named(acquire)}`
        : 'had not asked for it by then';
    const text = `${told(late)}. That is impossible: process ${place(late)} did not hold it; it ${why}.`;
    const operations = [...(acquire ? [acquire] : []), ...(release ? [release] : []), late];
    return { shape: 'released-unheld', text, operations };
  }
}

/** The first moment at which the hold may have ended. */
function firstRelease(part: readonly Operation[], acquire: Operation): Operation | undefined {
  return part.find(
    one => one.f === 'release' && mayHaveHappened(one) && one.process === acquire.process && one.return > acquire.call,
  );
}
