/**
 * Defects of a lock: held twice at a time.
 */
import { formatNanos } from '../../base/time.ts';
import type { Operation } from '../../history/operation.ts';
import { type FindDefect, mayHaveHappened, type Phrases, place } from './defect.ts';

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
    return null;
  };
}

/** The first moment at which the hold may have ended. */
function firstRelease(part: readonly Operation[], acquire: Operation): Operation | undefined {
  return part.find(
    one => one.f === 'release' && mayHaveHappened(one) && one.process === acquire.process && one.return > acquire.call,
  );
}
