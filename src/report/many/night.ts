/**
 * Nights. They go from noon to noon UTC, so that one which crosses midnight is one, and are named by the date on which they
 * begin.
 */

const halfDayMs = 43_200_000;
export const dayMs = 2 * halfDayMs;

const calendar = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `2026-11-20` of a moment at 03:00 on the 21st. Null of what is no moment. */
export function nightOf(startedAt: string | null): string | null {
  const time = startedAt === null ? Number.NaN : Date.parse(startedAt);
  return Number.isNaN(time) ? null : dateOf(time - halfDayMs);
}

/** The day after this date. */
export function nextDay(date: string): string {
  return dateOf(Date.parse(date) + dayMs);
}

function dateOf(time: number): string {
  const parts = Object.fromEntries(calendar.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21 Nov` of 2026-11-21; anything else as it is. */
export function nightLabel(night: string): string {
  const [, month, day] = /^\d+-(\d\d)-(\d\d)$/.exec(night) ?? [];
  return month === undefined ? night : `${Number(day)} ${months[Number(month) - 1]}`;
}
