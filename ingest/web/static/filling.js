// A step of the form: saves as she types, says so, and loses nothing when server, network or session go away.

import { cards, refill, undoable } from "./cards.js";
import { fresh } from "./fresh.js";
import { Keep, held } from "./keep.js";
import { onlyWhereItMatters } from "./matters.js";
import { Remarks } from "./remarks.js";
import { Saving } from "./saving.js";
import { Status, button, link } from "./status.js";

const OURS = ["prova", "revisione", "azione"];
const LONG = 90; // seconds of waiting that are told in minutes
const MATTERS = ["children", "work", "income"]; // to the months that seem due

const form = document.getElementById("passo");
const words = JSON.parse(document.getElementById("parole").textContent);
const { passo: step, chiave: key } = form.dataset;
const address = new URL(form.action).pathname;
const status = new Status(words);
const remarks = new Remarks(form, words);
fresh(form);
const keep = new Keep(key, step);
let place = "";

const typed = () => {
  const now = new URLSearchParams(new FormData(form));
  OURS.forEach((name) => now.delete(name));
  return String(now);
};

const saving = new Saving({
  address, typed, keep, tell, proof: form.elements.prova.value, base: form.elements.revisione.value,
});

function tell(state, told = {}) {
  if (state === "saved") {
    form.elements.revisione.value = told.revision;
    remarks.found(told.problems);
    registered = Boolean(told.entry);
    status.show(registered ? "registered" : "saved", { time: told.saved_at_told });
    if (onwards && !saving.unsaved) leave(form.dataset.dopo);
    if (MATTERS.includes(step)) months();
  } else if (state === "settled") {
    if (found && !registered) status.show("kept");
    found = false;
    resting.splice(0).forEach((done) => done());
  } else if (state === "ended") {
    const back = link(words.again, `/riprendi?torna=${address.split("/").at(-1)}#${place}`);
    back.addEventListener("click", () => { leaving = keep.lasts; });
    status.show("ended", {}, back);
  } else if (state === "stale") {
    status.show("stale", {}, button(words.compare, compare));
  } else if (state === "offline") {
    status.show(keep.lasts ? "offline" : "offline_memory");
  } else if (state === "waiting" && keep.lasts && told.seconds > LONG) {
    waitsLong(Math.round(told.seconds / 60));
  } else {
    status.show(state, { seconds: told.seconds, title: told.title });
  }
}

/** A pause we were told of: in minutes, so that the button stays where it is under her finger. */
function waitsLong(minutes) {
  if (status.said !== `waiting ${minutes}`) status.show("waiting", { minutes }, button(words.retry, () => saving.now()), "waiting_long");
  status.said = `waiting ${minutes}`;
}

/** The page of the two versions holds what was not taken; so does the history, and nothing is sent again by itself. */
async function compare() {
  const sent = document.createElement("form");
  Object.assign(sent, { method: "post", action: address, hidden: true });
  const carried = [...new URLSearchParams(saving.typed()), ["prova", form.elements.prova.value], ["revisione", saving.base]];
  for (const [name, value] of carried) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    sent.append(field);
  }
  form.after(sent);
  leaving = true;
  await keep.clear();
  sent.submit();
}

async function months() {
  const there = document.getElementById("spettanti");
  try {
    const answer = await fetch(there.dataset.da, { cache: "no-store", headers: { "x-domanda": form.elements.prova.value }, signal: AbortSignal.timeout(10000) });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    there.replaceChildren(...page.getElementById("spettanti").childNodes);
  } catch { /* the next save asks again */ }
}

function changed() {
  onwards = false;
  onlyWhereItMatters(form);
  saving.soon();
}

/** Once for each wish: a second call would break off the first one's way to the page, and fetch it again. */
function leave(where) {
  onwards = false;
  leaving = true;
  location.assign(where);
}

let leaving = false;
let onwards = false; // she wants to go on as soon as everything is saved
let found = false; // what an earlier page kept stands in the form, and is not saved yet
let registered = false;
const resting = []; // who waits until all is saved

/**
 * What earlier pages of this step could not send comes back into the form, and she can type on at once. One is settled
 * before the next; what is refused stays in the form, where she can put it right. If she is typing, hers is saved
 * first, and then set beside what was found.
 */
function findWhatWasKept() {
  let turn = Promise.resolve();
  for (const name of keep.left()) {
    held(name).then((release) => { turn = turn.then(() => putBack(name, release)); });
  }
}

/** Resolves as soon as all that she typed here is saved. */
const rest = () => (saving.atRest ? Promise.resolve() : new Promise((done) => { resting.push(done); }));

async function putBack(name, release) {
  let kept;
  do {
    await rest();
    kept = await keep.take(name, () => saving.atRest);
  } while (!kept && !saving.atRest);
  if (!kept) return release();
  refill(form, kept.typed);
  onlyWhereItMatters(form);
  found = Boolean(kept.unsettled) || saving.unsaved;
  if (await saving.goOn(kept)) await keep.clear();
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("focusin", ({ target }) => { place = target.id; });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  onwards = event.submitter?.value === "avanti";
  const first = Number(saving.base) === 0 && saving.saved === typed();
  if (first) saving.saved = null;
  if ((await saving.now()) && onwards) leave(form.dataset.dopo);
});
cards(form, { changed, say: undoable(form, words) });
addEventListener("beforeunload", (event) => { if (saving.unsaved && !leaving) event.preventDefault(); });
addEventListener("visibilitychange", () => { if (document.hidden) saving.now(); });
onlyWhereItMatters(form);
findWhatWasKept();
