/**
 * How the picture is drawn: in order, or to the scale of time. There is no choice where the history has no times.
 */
import { element } from '../../parts/dom.ts';
import type { Context } from '../panel.ts';
import type { View } from '../state.ts';

export interface AxisToggle {
  readonly element: HTMLElement | null;
  update(): void;
}

export function axisToggle({ report, state }: Context): AxisToggle {
  if (!report.data.hasTimes) return { element: null, update: () => {} };
  const choice = (axis: View['axis'], label: string): HTMLButtonElement => {
    const button = element('button', { type: 'button', 'data-axis': axis }, label);
    button.addEventListener('click', () => state.set({ axis }));
    return button;
  };
  const buttons = [choice('order', 'in order'), choice('time', 'to the scale of time')];
  const update = (): void => {
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(button.dataset['axis'] === state.view.axis));
  };
  update();
  return {
    element: element('div', { class: 'axes', role: 'group', 'aria-label': 'horizontal axis' }, ...buttons),
    update,
  };
}
