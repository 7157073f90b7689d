/**
 * Keys of a page, and the list of them behind `?`.
 */
import { element } from './dom.ts';

export interface Shortcut<C> {
  /** As `KeyboardEvent.key` says it. */
  readonly keys: readonly string[];
  readonly does: string;
  /** Left out where the key belongs to a part of the page, and is only told. */
  readonly act?: (context: C) => void;
}

/** A button `#show-keys` shows the list too. */
export function bindShortcuts<C>(shortcuts: readonly Shortcut<C>[], context: C): void {
  const help = helpDialog(shortcuts);
  document.body.append(help);
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') {
      help.showModal();
      return;
    }
    // A panel that has a use for a key of its own has taken it.
    if (help.open || event.defaultPrevented) return;
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut?.act) return;
    event.preventDefault();
    shortcut.act(context);
  });
  document.querySelector('#show-keys')?.addEventListener('click', () => help.showModal());
}

/** A checkbox or a button takes no text. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

function helpDialog(shortcuts: readonly Pick<Shortcut<never>, 'keys' | 'does'>[]): HTMLDialogElement {
  const rows = shortcuts.map(({ keys, does }) =>
    element('tr', {}, element('td', {}, ...keys.map(key => element('kbd', {}, key))), element('td', {}, does)),
  );
  const close = element('button', { type: 'button' }, 'close');
  const dialog = element('dialog', { 'aria-label': 'keyboard' }, element('table', {}, ...rows), close);
  close.addEventListener('click', () => dialog.close());
  return dialog;
}
