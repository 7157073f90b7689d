/** What a person is shown of an error, on one line. */
import { formatPlace, OrdealError } from '../../src/base/errors.ts';

export function complaint(task: () => unknown): string {
  try {
    task();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    const place = error.place === null ? '' : ` at ${formatPlace(error.place)}`;
    return `${error.code}: ${error.message}${place}${error.hint === null ? '' : `; ${error.hint}`}`;
  }
}
