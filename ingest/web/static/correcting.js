// A correction while it is typed: kept in this browser until it is sent, and put back by the next page of that step.

import { cards, refill, undoable } from "./cards.js";
import { Keep, held } from "./keep.js";
import { onlyWhereItMatters } from "./matters.js";

const form = document.getElementById("invio");
const keep = new Keep(form.dataset.chiave, `${form.dataset.passo}-correzione`);
const typed = () => String(new URLSearchParams(new FormData(form)));
let touched = false;

async function putBack(name, release) {
  const kept = await keep.take(name, () => !touched);
  if (!kept) return release();
  refill(form, kept.typed);
  onlyWhereItMatters(form);
  form.dispatchEvent(new Event("input"));
}

form.addEventListener("input", () => {
  touched = true;
  onlyWhereItMatters(form);
  keep.put({ typed: typed() });
});
cards(form, {
  changed: () => form.dispatchEvent(new Event("input")),
  say: undoable(form, JSON.parse(document.getElementById("parole").textContent)),
});
form.addEventListener("inviato", ({ detail }) => { detail.push(keep.clear()); });
onlyWhereItMatters(form);
for (const name of keep.left()) held(name).then((release) => putBack(name, release));
