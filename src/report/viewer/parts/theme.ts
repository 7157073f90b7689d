/**
 * Light or dark: what the system says, until the reader chooses. Paper is always light.
 */
import { themeChanged } from './canvas.ts';

type Theme = 'light' | 'dark';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const isPrinted = matchMedia('print');
let chosen: Theme | null = null;

export function watchTheme(): void {
  systemIsDark.addEventListener('change', apply);
  isPrinted.addEventListener('change', apply);
  apply();
}

/** Light becomes dark, dark becomes light. */
export function toggleTheme(): void {
  chosen = themeNow() === 'dark' ? 'light' : 'dark';
  apply();
}

function themeNow(): Theme {
  if (isPrinted.matches) return 'light';
  return chosen ?? (systemIsDark.matches ? 'dark' : 'light');
}

function apply(): void {
  document.documentElement.dataset['theme'] = themeNow();
  themeChanged();
}
