/**
 * Scrolling through what is far higher than the page could be. What is visible stays where it is, and is drawn anew for every
 * place; an empty element beside it gives the browser something to scroll.
 *
 * Browsers end at some millions of pixels. Beyond `mostPixels` the bar stands for more than it moves, and the wheel is
 * answered here, so that a turn of it goes as far as everywhere else.
 */
import { element } from '../../parts/dom.ts';

/** Firefox ends at about 17 million, the others at 33. */
const mostPixels = 8_000_000;

export interface VirtualScroll {
  /** Scrolls; has the visible part in it. */
  readonly element: HTMLElement;
  /** How far it is scrolled down, in pixels of the whole height. */
  readonly offset: () => number;
  /** The whole height, of which `height` is visible. */
  setHeights(heights: { readonly total: number; readonly visible: number }): void;
  /** As far as it goes. */
  scrollTo(offset: number): void;
  /** So that these pixels are visible: a small step when they are near, else in the middle. */
  reveal(top: number, bottom: number): void;
}

interface VirtualScrollOptions {
  /** What is visible. */
  readonly content: HTMLElement;
  readonly onScroll: () => void;
}

export function virtualScroll({ content, onScroll }: VirtualScrollOptions): VirtualScroll {
  const spacer = element('div', { class: 'spacer', role: 'presentation' });
  const box = element('div', { class: 'virtual-scroll' }, content, spacer);
  content.classList.add('visible-part');
  let heights = { total: 0, visible: 0 };
  let offset = 0;
  let placed = 0;
  const most = (): number => Math.max(heights.total - heights.visible, 0);
  const room = (): number => Math.min(most(), mostPixels);
  const scrollTo = (wanted: number): void => {
    offset = Math.min(Math.max(wanted, 0), most());
    box.scrollTop = most() === 0 ? 0 : (offset / most()) * room();
    placed = box.scrollTop;
    onScroll();
  };
  box.addEventListener('scroll', () => {
    // Our own doing, or sideways: the place is known more exactly than the bar says it.
    if (Math.abs(box.scrollTop - placed) < 0.5) return;
    placed = box.scrollTop;
    offset = room() === 0 ? 0 : (placed / room()) * most();
    onScroll();
  });
  box.addEventListener(
    'wheel',
    event => {
      if (most() <= mostPixels || event.defaultPrevented || event.ctrlKey || event.deltaY === 0) return;
      const unit = [1, 16, heights.visible][event.deltaMode] ?? 1;
      const next = Math.min(Math.max(offset + event.deltaY * unit, 0), most());
      // At an end the page goes on.
      if (next === offset) return;
      event.preventDefault();
      scrollTo(next);
    },
    { passive: false },
  );
  return {
    element: box,
    offset: () => offset,
    setHeights: next => {
      if (next.total === heights.total && next.visible === heights.visible) return;
      heights = { ...next };
      spacer.style.height = `${room()}px`;
      scrollTo(offset);
    },
    scrollTo,
    reveal: (top, bottom) => {
      const below = offset + heights.visible;
      if (top >= offset && bottom <= below) return;
      const step = 2 * (bottom - top);
      if (top < offset - step || bottom > below + step) scrollTo((top + bottom - heights.visible) / 2);
      else scrollTo(top < offset ? top : Math.min(bottom - heights.visible, top));
    },
  };
}
