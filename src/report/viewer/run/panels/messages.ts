/**
 * The messages between the members in the visible time, as a diagram. Only where the network is the harness itself are they
 * known.
 *
 * How it can mislead: a message arrived when it was handed to the node; the node may have read it later.
 */

import { countOf, showCount, showForeign, showTime } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { whenVisible } from '../../parts/when-visible.ts';
import { centreOf } from '../messages/centre.ts';
import { type Diagram, drawDiagram, type Flight, type OperationMark } from '../messages/diagram.ts';
import { type Lifelines, lifelinesOf } from '../messages/lifelines.ts';
import { messageDetail, messageFacts, messageSentence } from '../messages/message-words.ts';
import { operationClient } from '../messages/operation-client.ts';
import { bindPointing } from '../messages/pointing.ts';
import {
  chooseMessages,
  type Drawn,
  indexMessages,
  type MessageIndex,
  messagesBetween,
  typeCounts,
} from '../messages/select-messages.ts';
import { type TypeFilter, typeFilter } from '../messages/type-filter.ts';
import { operationWords } from '../operation-words.ts';
import type { Context } from '../panel.ts';

/** More arrows cannot be told apart. */
const mostArrows = 300;

interface Parts {
  readonly index: MessageIndex;
  readonly filter: TypeFilter;
  readonly clients: HTMLInputElement;
  readonly said: HTMLElement;
  readonly picture: HTMLElement;
}

export function messages(context: Context): HTMLElement | null {
  const { report, state } = context;
  const { length } = report.messages;
  if (length === 0) return null;
  const index = indexMessages(report.messages, report.data.header.nodes);
  const detail = element(
    'aside',
    { class: 'message-detail', 'aria-live': 'polite' },
    element('p', { class: 'aside' }, prompt),
  );
  const parts: Parts = {
    index,
    filter: typeFilter(() => refresh()),
    clients: element('input', { type: 'checkbox', id: 'messages-clients' }),
    said: element('p', { class: 'aside' }),
    picture: element('div', { class: 'messages-picture' }),
  };
  parts.clients.checked = true;
  const panel = frame(
    {
      id: 'messages',
      title: 'Messages between the members',
      hint: 'Time runs down, to scale. An arrow leaves its sender when the message was sent and ends where and when it arrived; a broken red one with a ✗ was lost on the way; a dashed one that fades was still under way at the end.',
      state,
    },
    element(
      'div',
      { class: 'controls' },
      parts.filter.element,
      element('label', { class: 'chip' }, parts.clients, ' clients too'),
    ),
    parts.said,
    element('div', { class: 'diagram-and-detail' }, parts.picture, detail),
  );
  const refresh = whenVisible(panel, () => update(context, parts));
  parts.clients.addEventListener('change', refresh);
  new ResizeObserver(refresh).observe(parts.picture);
  bindPointing(parts.picture, at => {
    const facts = messageFacts(report.messages, index, at);
    fill(detail, ...messageDetail(facts, report.data.hasTimes));
  });
  state.subscribe((_, changed) => {
    if (['from', 'to', 'operation', 'anomaly'].some(name => changed.has(name as 'from'))) refresh();
  });
  return panel;
}

const prompt = 'Point at an arrow, or go from arrow to arrow with Tab and then ↓ and ↑.';

function update(context: Context, { index, filter, clients, said, picture }: Parts): void {
  const { report, state } = context;
  const { from, to } = state.view;
  const width = picture.clientWidth;
  if (width === 0) return;
  const found = messagesBetween({ messages: report.messages, index }, { from, to, withClients: clients.checked });
  filter.show(typeCounts(found, index));
  const wanted = found.filter(message => !filter.hidden.has(index.typeOf(message)));
  const centre = centreOf(report, state.view);
  const drawn = chooseMessages(report.messages, wanted, { from, to, centre: centre.time, most: mostArrows });
  fill(said, ...words(context, { drawn, found: found.length, around: centre.words }));
  if (drawn.shown.length === 0) fill(picture);
  else fill(picture, drawDiagram(diagramOf(context, { index, drawn, width })));
}

function diagramOf(
  { report, state }: Context,
  { index, drawn, width }: { readonly index: MessageIndex; readonly drawn: Drawn; readonly width: number },
): Diagram {
  const { data, messages: all } = report;
  const lifelines = lifelinesOf({ messages: all, index, nodes: data.header.nodes }, drawn.shown);
  const flights = drawn.shown.map((at): Flight => {
    const facts = messageFacts(all, index, at);
    return {
      id: at,
      from: lifelines.lineOf.get(all.from[at] as number) ?? 0,
      to: lifelines.lineOf.get(all.to[at] as number) ?? 0,
      sent: facts.sent,
      arrived: facts.arrived,
      fate: facts.fate,
      label: facts.type,
      sentence: messageSentence(facts, data.hasTimes),
    };
  });
  const { from, to } = drawn;
  const operation = markOf({ report, state }, { index, lifelines, from, to });
  return { from, to, width, hasTimes: data.hasTimes, lifelines, flights, faults: data.faults, operation };
}

interface MarkOptions {
  readonly index: MessageIndex;
  readonly lifelines: Lifelines;
  readonly from: number;
  readonly to: number;
}

function markOf({ report, state }: Context, { index, lifelines, from, to }: MarkOptions): OperationMark | null {
  const { operations, messages: all } = report;
  const id = state.view.operation;
  if (id === null || id >= operations.length) return null;
  const call = operations.callTime[id] as number;
  const end = operations.returnTime[id] as number;
  if (call > to || end < from) return null;
  const client = operationClient({ operations, messages: all, index }, id);
  const line = client === null ? null : (lifelines.lineOf.get(client) ?? null);
  return { call, end, words: `#${id} ${operationWords(operations, id, 24)}`, line };
}

interface Said {
  readonly drawn: Drawn;
  /** In the visible time, whatever the filter hides. */
  readonly found: number;
  readonly around: string;
}

function words({ report, state }: Context, { drawn, found, around }: Said): readonly (Node | string)[] {
  const { hasTimes, leftOut } = report.data;
  const lost =
    leftOut.messages === 0
      ? ''
      : ` ${countOf(leftOut.messages, 'message')} of the run not in this report, so a silence may be none.`;
  const hidden = found - drawn.total;
  const filtered = hidden === 0 ? '' : ` ${showCount(hidden)} more are hidden by the choice of types.`;
  const button = (label: string, from: number, to: number): HTMLElement => {
    const made = element('button', { type: 'button' }, label);
    made.addEventListener('click', () => state.set({ from, to }));
    return made;
  };
  if (drawn.total === 0) {
    const nearest = nearestTo(report.messages.sent, (state.view.from + state.view.to) / 2);
    const half = (state.view.to - state.view.from) / 2;
    if (hidden > 0) return [`None to draw.${filtered}${lost}`];
    const where = `No message in the visible time.${lost} The nearest was sent at ${showTime(nearest, hasTimes)}: `;
    return [where, button('go there', nearest - half, nearest + half)];
  }
  if (drawn.shown.length === drawn.total)
    return [`${countOf(drawn.total, 'message')} in the visible time.${filtered}${lost}`];
  const range = `${showTime(drawn.from, hasTimes)} to ${showTime(drawn.to, hasTimes)}`;
  return [
    `${showCount(drawn.total)} messages in the visible time; the ${drawn.shown.length} around ${showForeign(around)} are drawn, ${range}.${filtered}${lost} `,
    button(`closer around ${showForeign(around)}`, drawn.from, drawn.to),
  ];
}

function nearestTo(sent: Float64Array, time: number): number {
  let best = sent[0] ?? 0;
  for (const other of sent) if (Math.abs(other - time) < Math.abs(best - time)) best = other;
  return best;
}
