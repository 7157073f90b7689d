/** Passes texts on: `tell {to, text}` sends one to another node, `notes` says which have come in since the start. */
import { run, send } from './node.mjs';

const notes = [];

run({
  tell({ body }) {
    send(body.to, { type: 'note', text: body.text });
    return { type: 'tell_ok' };
  },
  note({ body }) {
    notes.push(body.text);
  },
  notes: () => ({ type: 'notes_ok', notes }),
});
