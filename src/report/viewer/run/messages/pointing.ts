/**
 * Which arrow is meant: the one under the pointer, or the one that has the focus. The arrow keys go to the next and the
 * previous one; Tab stops once.
 */

export function bindPointing(picture: HTMLElement, onMessage: (message: number) => void): void {
  const tell = (target: EventTarget | null): void => {
    const arrow = arrowOf(target);
    if (arrow === null) return;
    for (const other of picture.querySelectorAll('.message.chosen')) other.classList.remove('chosen');
    arrow.classList.add('chosen');
    onMessage(Number(arrow.dataset['message']));
  };
  picture.addEventListener('pointerover', event => tell(event.target));
  picture.addEventListener('focusin', event => tell(event.target));
  picture.addEventListener('keydown', event => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const arrow = arrowOf(event.target);
    if (step === 0 || arrow === null) return;
    event.preventDefault();
    const all = [...picture.querySelectorAll<SVGGElement>('.message')];
    const next = all[all.indexOf(arrow) + step];
    if (!next) return;
    arrow.setAttribute('tabindex', '-1');
    next.setAttribute('tabindex', '0');
    next.focus();
  });
}

function arrowOf(target: EventTarget | null): SVGGElement | null {
  return target instanceof Element ? target.closest<SVGGElement>('.message') : null;
}
