/**
 * The streaming checker against the definition: it raises its alarm for the first event after which no order explains what
 * is known by then, and no other; as soon as it is asked.
 */
import { eventsOf } from './histories.mjs';

/** It is asked at every event and forgets what it can, or now and then, or in the end. */
const configurations = Infinity;
const ways = [
  { configurations, interval: 1, entries: 0, keys: 0 },
  { configurations, interval: 3, entries: 8 },
  { configurations, interval: 1_000, keys: 0 },
];

export function streamJudge({ program, model, counts }) {
  const { LinearizabilityStream } = program;
  return {
    /** What is wrong with it, in words, or null. `first` of the whole history; `way`: any number. */
    judge({ operations, first, way }) {
      counts.judged++;
      const options = ways[way % ways.length];
      const stream = new LinearizabilityStream(model, options);
      for (const event of eventsOf(operations)) {
        const alarm = stream.add(event);
        if (alarm === null && options.interval === 1 && event.index === first)
          return `says nothing at event ${first}, where it is impossible`;
        if (alarm !== null) return alarmFault(alarm, first);
      }
      const alarm = stream.check();
      if (alarm !== null) return alarmFault(alarm, first);
      if (stream.givenUp.size > 0 || stream.stopped !== null) return 'gives up';
      return first === null ? null : `says nothing, but it is impossible at event ${first}`;
    },
  };

  function alarmFault({ index, isFirst }, first) {
    counts.alarms++;
    if (index !== first)
      return `says that it is impossible at event ${index}, but ${first === null ? 'it never is' : `it is at ${first}`}`;
    return isFirst ? null : 'does not know that its alarm is the first';
  }
}
