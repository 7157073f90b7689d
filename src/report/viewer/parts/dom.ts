/**
 * Elements of the page. Text is always set as text: there is no way here to hand markup to the parser, so nothing that a
 * store said can become an element, an attribute with a meaning, or a script.
 */

type Child = Node | string | null | undefined | false;

type Attributes = {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  readonly href?: string;
  readonly type?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly role?: string;
  readonly tabindex?: number;
  readonly for?: string;
  readonly colspan?: number;
  readonly open?: boolean;
  readonly disabled?: boolean;
  readonly selected?: boolean;
  readonly scope?: 'col' | 'row';
  readonly download?: string;
  readonly [aria: `aria-${string}`]: string | undefined;
  readonly [data: `data-${string}`]: string | undefined;
};

/** `element('p', { class: 'hint' }, 'text', child)`. Children that are null, undefined or false are left out. */
export function element<N extends keyof HTMLElementTagNameMap>(
  name: N,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[N] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries<Value>(attributes)) setAttribute(node, key, value);
  append(node, children);
  return node;
}

/** The same for a drawing: `svg('rect', { x: 1, y: 2, class: 'bar' })`. */
export function svg<N extends keyof SVGElementTagNameMap>(
  name: N,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[N] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries<Value>(attributes)) setAttribute(node, key, value);
  append(node, children);
  return node;
}

/** Puts these in place of all that was in it. */
export function fill(node: Element, ...children: readonly Child[]): void {
  node.replaceChildren(...children.filter(child => isThere(child)));
}

function append(node: Element, children: readonly Child[]): void {
  node.append(...children.filter(child => isThere(child)));
}

function isThere(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false;
}

/** Only an address within this page, or relative to it, may be a link. */
const safeAddress = /^(#|\.{0,2}\/|[\w%.-]+(\/|$))/;

type Value = string | number | boolean | undefined;

function setAttribute(node: Element, name: string, value: Value): void {
  if (value === undefined || value === false) return;
  if (/^on/i.test(name)) throw new Error(`${name} is a handler: use addEventListener`);
  if (name === 'href' && !safeAddress.test(String(value))) return;
  node.setAttribute(name, value === true ? '' : String(value));
}
