// A correction while it is typed: kept in this browser until it is sent, and put back by the next page of that step.
// What another page left while she is typing here stands behind a button: she sees both, and neither is lost.

import { cards, refill, undoable } from "./cards.js";
import { CORRECTION, Keep, held } from "./keep.js";
import { onlyWhereItMatters } from "./matters.js";

const form = document.getElementById("invio");
const keep = new Keep(form.dataset.chiave, form.dataset.passo + CORRECTION);
const back = document.getElementById("ritrovata");
const beside = document.getElementById("altra");
const others = []; // other corrections of this step that were typed and not sent, the next to be shown first
let touched = false;

const typed = () => {
  const now = new URLSearchParams(new FormData(form));
  ["prova", "revisione", "chiave"].forEach((name) => now.delete(name)); // they are the page's, not hers
  return String(now);
};

/** What was left comes back into the form; beside it, where she has typed or another was put back already. */
async function putBack(name, release) {
  const kept = await keep.read(name);
  if (!kept) return release();
  const found = [kept.typed, ...(kept.others ?? [])].filter((one) => one !== typed() && !others.includes(one));
  if (found.length === 0) return keep.clear(name); // it is what is shown: nothing of it is missing
  if (!touched) {
    show(found.shift());
    back.hidden = false;
  }
  others.push(...found);
  beside.hidden = others.length === 0;
  remember([name]);
}

function show(correction) {
  refill(form, correction);
  form.dispatchEvent(new Event("input"));
}

function remember(instead) {
  keep.put({ typed: typed(), others }, instead);
}

form.addEventListener("input", () => {
  touched = true;
  onlyWhereItMatters(form);
  remember();
});
beside.querySelector("button").addEventListener("click", () => {
  others.push(typed());
  show(others.shift());
});
cards(form, {
  changed: () => form.dispatchEvent(new Event("input")),
  say: undoable(form, JSON.parse(document.getElementById("parole").textContent)),
});
form.addEventListener("inviato", ({ detail }) => { detail.push(keep.clear()); });
onlyWhereItMatters(form);
for (const name of keep.left()) held(name).then((release) => putBack(name, release));
