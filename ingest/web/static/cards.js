// Cards: children, jobs, documents: added, taken away and put back without leaving the page.

import { button } from "./status.js";

/** `changed()` is called after each change; `say(text, undo)` shows that a card was taken away. */
export function cards(form, { changed, say }) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-aggiungi], [data-togli]");
    if (!button) return;
    event.preventDefault();
    if ("aggiungi" in button.dataset) add(button.closest("[data-schede]"), changed);
    else remove(button.closest("[data-scheda]"), changed, say);
  });
}

/** Return what says above a form that a card was taken away, with a button that puts it back. */
export function undoable(form, words) {
  let taken = null;
  return (card, back) => {
    taken?.remove();
    taken = document.createElement("p");
    taken.className = "avviso";
    const undo = button(words.undo, () => { taken.remove(); back(); });
    taken.append(`${words.removed} `, undo);
    form.before(taken);
    undo.focus();
  };
}

/** Return where each card of a list stands, in the order in which they are sent. */
export function places(form, list) {
  return placesIn([...form.elements].map(({ name }) => name), list);
}

function placesIn(names, list) {
  const start = `${list}/`;
  const found = names.filter((name) => name?.startsWith(start)).map((name) => Number(name.slice(start.length).split("/")[0]));
  return [...new Set(found)].filter(Number.isInteger).sort((one, other) => one - other);
}

/** Let a form show what was typed into another page of it: its cards, and what stands in each field. */
export function refill(form, body) {
  const typed = new URLSearchParams(body);
  const names = [...typed.keys()];
  form.querySelectorAll(":scope > [data-schede]").forEach((list) => fit(list, names));
  for (const field of form.elements) put(field, typed);
  for (const folded of form.querySelectorAll("details")) folded.open ||= [...folded.querySelectorAll("input, select")].some(isFilled);
}

function fit(list, names) {
  const wanted = placesIn(names, list.dataset.schede);
  const there = new Map([...list.querySelectorAll(":scope > [data-scheda]")].map((card) => [Number(card.id.split("-").at(-1)), card]));
  there.forEach((card, place) => wanted.includes(place) || card.remove());
  wanted.forEach((place) => there.has(place) || insert(list, place));
  number(list);
  list.querySelectorAll(":scope > [data-scheda] [data-schede]").forEach((inner) => fit(inner, names));
}

function put(field, typed) {
  if (!field.name || ["hidden", "submit"].includes(field.type)) return;
  if (["checkbox", "radio"].includes(field.type)) {
    field.checked = typed.getAll(field.name).includes(field.value);
    return;
  }
  const value = typed.get(field.name) ?? "";
  field.value = value;
  if (field.value !== value && field.options) field.add(new Option(value, value, true, true));
}

function isFilled(field) {
  return ["checkbox", "radio"].includes(field.type) ? field.checked : field.value !== "";
}

function add(list, changed) {
  const card = insert(list, 1 + Math.max(-1, ...places(list.closest("form"), list.dataset.schede)));
  number(list);
  changed();
  card.querySelector("input, select")?.focus();
}

function insert(list, next) {
  const { schede: place } = list.dataset;
  const template = list.querySelector(":scope > template");
  const fresh = document.createElement("template");
  fresh.innerHTML = template.innerHTML
    .replace(new RegExp(`${place}/[NM]`, "g"), `${place}/${next}`)
    .replace(new RegExp(`${place.replaceAll("/", "-")}-[NM]`, "g"), `${place.replaceAll("/", "-")}-${next}`);
  const card = fresh.content.firstElementChild;
  template.before(card);
  return card;
}

function remove(card, changed, say) {
  const list = card.parentElement;
  const mark = document.createComment("");
  card.replaceWith(mark);
  number(list);
  changed();
  say(card, () => {
    mark.replaceWith(card);
    number(list);
    changed();
    card.focus();
  });
}

function number(list) {
  list.querySelectorAll(":scope > [data-scheda]").forEach((card, index) => {
    card.querySelectorAll(":scope > legend .numero, :scope > p .numero").forEach((place) => { place.textContent = index + 1; });
  });
}
