/**
 * A canvas that is as wide as its container and as sharp as the screen, and draws again when either changes.
 *
 * Colours come from the style sheet, so that dark mode, print and high contrast are decided in one place.
 */

export interface Paint {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The value of a custom property: `colour('ok')` is `--ok`. */
  readonly colour: (name: string) => string;
}

export interface Canvas {
  /** To be put into the page. */
  readonly element: HTMLCanvasElement;
  /** Draws in the next frame, however often it is asked for. */
  redraw(): void;
  /** In CSS pixels. */
  setHeight(height: number): void;
}

export interface CanvasOptions {
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly draw: (paint: Paint) => void;
}

export const font = '12px system-ui, sans-serif';

export function createCanvas({ height: firstHeight, label, draw }: CanvasOptions): Canvas {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  canvas.tabIndex = 0;
  let height = firstHeight;
  let wanted = false;
  const paint = (): void => {
    wanted = false;
    const width = canvas.clientWidth;
    if (width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [pixels, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== pixels || canvas.height !== rows) [canvas.width, canvas.height] = [pixels, rows];
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = font;
    draw({ context, width, height, colour });
  };
  const redraw = (): void => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(paint);
  };
  const setHeight = (wish: number): void => {
    height = wish;
    canvas.style.height = `${wish}px`;
    redraw();
  };
  setHeight(height);
  new ResizeObserver(redraw).observe(canvas);
  onThemeChange(() => paint());
  return { element: canvas, redraw, setHeight };
}

const colours = new Map<string, string>();

/** The value of a custom property of the style sheet. */
export function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}

const themeListeners = new Set<() => void>();

function onThemeChange(listener: () => void): void {
  themeListeners.add(listener);
}

/** To be called when the colours of the style sheet have changed. Draws at once: a page that is printed does not wait. */
export function themeChanged(): void {
  colours.clear();
  for (const listener of themeListeners) listener();
}
