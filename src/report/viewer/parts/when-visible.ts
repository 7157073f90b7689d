/**
 * Work that waits until somebody looks: what is costly and off the screen is done when it comes into view, or when the page
 * is printed, and never twice for the same state.
 */

/** Calls `update` when `node` comes near the screen for the first time. The result says that what it shows is out of date. */
export function whenVisible(node: Element, update: () => void): () => void {
  let visible = false;
  let outOfDate = true;
  const run = (): void => {
    if (!outOfDate) return;
    outOfDate = false;
    update();
  };
  const observer = new IntersectionObserver(
    entries => {
      visible = entries.at(-1)?.isIntersecting ?? false;
      if (visible) run();
    },
    { rootMargin: '200px' },
  );
  observer.observe(node);
  window.addEventListener('beforeprint', run);
  return () => {
    outOfDate = true;
    if (visible) run();
  };
}
