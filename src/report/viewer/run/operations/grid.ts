/**
 * A table of which only the visible rows exist: as many elements as fit, filled anew while a million rows scroll by. Every
 * row is of the same height, whatever is in it, so that the place of each is known without looking.
 */
import type { Report } from '../../../data.ts';
import { element } from '../../parts/dom.ts';
import { virtualScroll } from '../lanes/virtual-scroll.ts';
import { type Column, columns } from './columns.ts';
import type { Order } from './order.ts';

/** In pixels; the style sheet has them too. */
const rowHeight = 26;
const headHeight = 31;
const firstHeight = 470;

/** Longer texts are cut in a cell; the tooltip has more. */
const longestInCell = 200;
const longestInTitle = 1500;

export interface Grid {
  readonly element: HTMLElement;
  /** These rows, in this order. */
  show(ids: Int32Array, order: Order): void;
  /** Marks a row; -1 is none. `reveal`: scrolls there, if it is not visible. */
  mark(place: number, reveal: boolean): void;
}

interface GridOptions {
  readonly report: Report;
  readonly cited: ReadonlyMap<number, unknown>;
  readonly onSelect: (id: number) => void;
  readonly onOrder: (column: Order['column']) => void;
}

export function createGrid({ report, cited, onSelect, onOrder }: GridOptions): Grid {
  let ids = new Int32Array(0);
  let marked = -1;
  let height = firstHeight;
  const head = headRow(onOrder);
  const body = element('div', { class: 'rows', role: 'rowgroup' });
  const content = element('div', {}, element('div', { role: 'rowgroup' }, head.element), body);
  const scroll = virtualScroll({ content, onScroll: () => draw() });
  const box = scroll.element;
  box.classList.add('operation-table');
  box.style.height = `${firstHeight}px`;
  setAttributes(box, { role: 'grid', tabindex: '0', 'aria-label': 'operations', 'aria-colcount': `${columns.length}` });
  const pool: GridRow[] = [];
  const visibleRows = (): number => Math.max(1, Math.floor((height - headHeight) / rowHeight));

  const draw = (): void => {
    const first = Math.floor(scroll.offset() / rowHeight);
    const wanted = Math.min(Math.ceil((height - headHeight) / rowHeight) + 1, ids.length);
    while (pool.length < wanted) pool.push(gridRow(report, body, pool.length));
    body.style.transform = `translateY(${first * rowHeight - scroll.offset()}px)`;
    for (const [at, row] of pool.entries()) {
      const place = first + at;
      const id = at < wanted && place < ids.length ? (ids[place] as number) : -1;
      row.write({ place, id, isMarked: place === marked, isCited: cited.has(id) });
    }
    const active = marked - first;
    if (active >= 0 && active < wanted) box.setAttribute('aria-activedescendant', rowId(active));
    else box.removeAttribute('aria-activedescendant');
  };
  const measure = (): void => {
    height = box.clientHeight;
    content.style.height = `${height}px`;
    scroll.setHeights({ total: ids.length * rowHeight + headHeight, visible: height });
    draw();
  };
  new ResizeObserver(measure).observe(box);

  body.addEventListener('click', event => {
    // Somebody who marks a text in a row wants the text.
    if (!(event.target instanceof Element) || getSelection()?.toString()) return;
    const place = Number(event.target.closest<HTMLElement>('[role=row]')?.dataset['place'] ?? -1);
    const id = ids[place];
    if (id !== undefined) onSelect(id);
  });
  box.addEventListener('keydown', event => {
    if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = marked < 0 ? Math.floor(scroll.offset() / rowHeight) : marked;
    const next = nextPlace(event.key, { from: marked < 0 ? from - 1 : from, page: visibleRows(), rows: ids.length });
    if (next === null) return;
    event.preventDefault();
    const id = ids[next];
    if (id !== undefined) onSelect(id);
  });
  return {
    element: box,
    show: (next, order) => {
      if (next !== ids) scroll.scrollTo(0);
      ids = next as typeof ids;
      box.setAttribute('aria-rowcount', String(ids.length + 1));
      head.show(order);
      measure();
    },
    mark: (place, reveal) => {
      marked = place;
      if (place >= 0 && reveal) scroll.reveal(place * rowHeight, (place + 1) * rowHeight + headHeight);
      draw();
    },
  };
}

/** Null for keys that have no meaning here. */
function nextPlace(
  key: string,
  { from, page, rows }: { readonly from: number; readonly page: number; readonly rows: number },
): number | null {
  const places: Readonly<Record<string, number | undefined>> = {
    ArrowUp: from - 1,
    ArrowDown: from + 1,
    PageUp: from - page,
    PageDown: from + page,
    Home: 0,
    End: rows - 1,
  };
  const place = places[key];
  return place === undefined || rows === 0 ? null : Math.min(Math.max(place, 0), rows - 1);
}

function rowId(at: number): string {
  return `operation-row-${at}`;
}

interface GridRow {
  readonly write: (content: RowContent) => void;
}

interface RowContent {
  readonly place: number;
  /** -1: the row is not needed. */
  readonly id: number;
  readonly isMarked: boolean;
  readonly isCited: boolean;
}

function gridRow(report: Report, body: HTMLElement, at: number): GridRow {
  const cells = columns.map(column => element('div', { role: 'gridcell', class: cellClass(column) }));
  const row = element('div', { role: 'row', id: rowId(at) }, ...cells);
  let shown = -2;
  for (const [index, cell] of cells.entries()) {
    cell.addEventListener('pointerenter', () => {
      const text = shown < 0 ? '' : (columns[index] as Column).text(report, shown, longestInTitle);
      if (cell.scrollWidth > cell.clientWidth || text.length > longestInCell) cell.setAttribute('title', text);
      else cell.removeAttribute('title');
    });
  }
  body.append(row);
  return {
    write: ({ place, id, isMarked, isCited }) => {
      row.hidden = id < 0;
      row.dataset['place'] = String(place);
      row.setAttribute('aria-rowindex', String(place + 2));
      row.setAttribute('aria-selected', String(isMarked));
      row.classList.toggle('odd', place % 2 === 1);
      row.classList.toggle('cited', isCited);
      if (id === shown || id < 0) return;
      shown = id;
      for (const [index, column] of columns.entries()) {
        const cell = cells[index] as HTMLElement;
        const text = column.text(report, id, longestInCell);
        if (cell.textContent !== text) cell.textContent = text;
      }
      (cells[outcomeColumn] as HTMLElement).dataset['outcome'] = String(report.operations.outcome[id]);
    },
  };
}

const outcomeColumn = columns.findIndex(({ name }) => name === 'outcome');

function cellClass({ isNumber }: Column): string {
  return isNumber ? 'number' : 'text';
}

interface Head {
  readonly element: HTMLElement;
  readonly show: (order: Order) => void;
}

function headRow(onOrder: (column: Order['column']) => void): Head {
  const cells = columns.map(column => {
    const { name, title, order } = column;
    if (order === undefined) return { cell: element('div', headAttributes(column), name), column };
    const button = element('button', { type: 'button', title: `${title}; sorts the rows` }, name);
    button.addEventListener('click', () => onOrder(order));
    return { cell: element('div', headAttributes(column), button), column, button };
  });
  return {
    element: element('div', { role: 'row', class: 'head', 'aria-rowindex': '1' }, ...cells.map(({ cell }) => cell)),
    show: ({ column, direction }) => {
      for (const { cell, column: own, button } of cells) {
        if (!button) continue;
        const isOrder = own.order === column;
        cell.setAttribute('aria-sort', isOrder ? direction : 'none');
        button.textContent = isOrder ? `${own.name} ${direction === 'ascending' ? '▲' : '▼'}` : `${own.name} ↕`;
      }
    },
  };
}

function headAttributes(column: Column): { readonly role: string; readonly class: string; readonly title: string } {
  return { role: 'columnheader', class: cellClass(column), title: column.title };
}

function setAttributes(node: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}
