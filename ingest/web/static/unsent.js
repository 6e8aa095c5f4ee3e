// What is sent in one piece, a correction or a complaint, while it is typed: kept in this browser until it has arrived, and
// put back by the next page of it. What another page left while she types here stands behind a button: she sees both.

import { cards, refill, undoable } from "./cards.js";
import { fresh } from "./fresh.js";
import { Keep, UNSENT, held } from "./keep.js";
import { onlyWhereItMatters } from "./matters.js";

const OURS = ["prova", "revisione", "chiave"];

const form = document.getElementById("invio");
fresh(form);
const keep = new Keep(form.dataset.chiave, form.dataset.passo + UNSENT);
const back = document.getElementById("ritrovato");
const beside = document.getElementById("altro");
const others = []; // what else was typed and not sent, the next to be shown first
let touched = false;

const typed = () => {
  const now = new URLSearchParams(new FormData(form));
  OURS.forEach((name) => now.delete(name));
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

function show(one) {
  refill(form, one);
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
