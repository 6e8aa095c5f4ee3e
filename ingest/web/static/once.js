// A form goes off once however often its button is pressed before the answer comes: with the second, the first answer
// would be gone, and perhaps a receipt with it. A page that stays where it is, and one that comes back, can send again.

const PATIENCE = 10000; // milliseconds for an answer; after that a press is a wish

let sent = null;
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.hasAttribute("data-resta")) return; // a script sends it, or a file is asked for
  if (event.target === sent) return event.preventDefault();
  sent = event.target;
  setTimeout(() => { sent = null; }, PATIENCE);
});
addEventListener("pageshow", () => { sent = null; });
