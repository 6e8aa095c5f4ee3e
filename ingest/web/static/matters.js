// Fields that only some kinds of work need are shown for those alone; whatever is filled in stays in sight.

export function onlyWhereItMatters(form) {
  for (const field of form.querySelectorAll("[data-solo]")) {
    const category = field.closest("[data-scheda]")?.querySelector("select[name$='/category']")?.value;
    const filled = field.querySelector("input:checked") || field.querySelector("select")?.value;
    field.hidden = !field.dataset.solo.split(" ").includes(category) && !filled;
  }
}
