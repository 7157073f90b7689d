/** Amounts of bytes as people read them. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `0 B`, `22.5 MiB`: at most one digit behind the point. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}
