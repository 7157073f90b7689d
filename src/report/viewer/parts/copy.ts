/**
 * A button that copies a text.
 */
import { element } from './dom.ts';

/** `text` may be what makes it, when that is work: it is made when it is wanted. */
export function copyButton(label: string, text: string | (() => string)): HTMLButtonElement {
  const button = element('button', { type: 'button' }, label);
  button.addEventListener('click', () => {
    void copy(typeof text === 'string' ? text : text()).then(worked => {
      button.textContent = worked ? 'copied' : 'the browser refused to copy';
    });
  });
  return button;
}

/** Pages from a file may not use the clipboard in every browser; then a selected text field does it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element('textarea', { class: 'copied' });
    field.value = text;
    document.body.append(field);
    field.select();
    const worked = document.execCommand('copy');
    field.remove();
    return worked;
  }
}
