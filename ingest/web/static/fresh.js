// A form begins as its page says. A browser that comes back puts in what it remembers, sooner or later and without a word,
// and it would count as saved, or as typed; but only into a form that is sent to the same place as before.

/** Take out what a browser has put in, and let it find no form to put anything into afterwards. */
export function fresh(form) {
  form.reset();
  const place = new URL(form.action);
  place.hash = performance.timeOrigin; // of this page alone, and never sent
  form.action = place;
}
