/**
 * The arrows move over the grid; to the tabulator it is one stop.
 */

export function moveByArrows(grid: HTMLElement): void {
  // The grid is drawn anew when the view changes: whichever comes first then is the stop.
  const settle = (): void => {
    const buttons = [...grid.querySelectorAll<HTMLElement>('button.cell')];
    if (buttons.some(({ tabIndex }) => tabIndex === 0)) return;
    const last = buttons.findLast(button => button.closest('td')?.classList.contains('last'));
    const stop = last ?? buttons.at(-1);
    if (stop) stop.tabIndex = 0;
  };
  settle();
  new MutationObserver(settle).observe(grid, { childList: true });
  grid.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches('button.cell')) return;
    for (const button of grid.querySelectorAll<HTMLElement>('button.cell')) button.tabIndex = -1;
    target.tabIndex = 0;
  });
  grid.addEventListener('keydown', event => {
    const step = steps[event.key];
    const { target } = event;
    if (!step || !(target instanceof HTMLElement) || !target.matches('button.cell')) return;
    event.preventDefault();
    next(grid, { from: target, step })?.focus();
  });
}

type Step = readonly [rows: number, columns: number];

const steps: Readonly<Record<string, Step>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The nearest cell with runs in that direction. */
function next(
  grid: HTMLElement,
  { from, step }: { readonly from: HTMLElement; readonly step: Step },
): HTMLElement | null {
  const rows = [...grid.querySelectorAll<HTMLTableRowElement>('tr.combination')];
  const cell = from.closest('td');
  let row = rows.findIndex(one => cell !== null && one.contains(cell));
  let column = cell?.cellIndex ?? -1;
  for (;;) {
    row += step[0];
    column += step[1];
    const there = rows[row]?.cells[column];
    if (!there) return null;
    const button = there.querySelector<HTMLElement>('button.cell');
    if (button) return button;
  }
}
