// Cards: children, jobs, documents: added, taken away and put back without leaving the page.

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

/** Return where each card of a list stands, in the order in which they are sent. */
export function places(form, list) {
  const start = `${list}/`;
  const found = new Set();
  for (const { name } of form.elements) {
    if (name?.startsWith(start)) found.add(Number(name.slice(start.length).split("/")[0]));
  }
  return [...found].filter(Number.isInteger).sort((one, other) => one - other);
}

function add(list, changed) {
  const { schede: place } = list.dataset;
  const template = list.querySelector(":scope > template");
  const next = 1 + Math.max(-1, ...places(list.closest("form"), place));
  const fresh = document.createElement("template");
  fresh.innerHTML = template.innerHTML
    .replace(new RegExp(`${place}/[NM]`, "g"), `${place}/${next}`)
    .replace(new RegExp(`${place.replaceAll("/", "-")}-[NM]`, "g"), `${place.replaceAll("/", "-")}-${next}`);
  const card = fresh.content.firstElementChild;
  template.before(card);
  number(list);
  changed();
  card.querySelector("input, select")?.focus();
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
    card.querySelector(".numero").textContent = index + 1;
  });
}
