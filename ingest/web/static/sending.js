// Sending the application, a correction of it or a complaint: one press is enough, five do no harm, and a lost answer is asked for
// again under the same key. Leaving with what is typed and not sent is asked about.

const form = document.getElementById("invio");
const words = form && JSON.parse(document.getElementById("parole").textContent);
const line = document.getElementById("invio-stato");
const LONGEST = 30;
let busy = false;
let tries = 0;
let typed = false;

async function send() {
  line.textContent = words.sending;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
      cache: "no-store", signal: AbortSignal.timeout(20000),
    });
    if (answer.ok) return arrived(answer.url);
    const told = await answer.json().catch(() => ({ safe_to_retry: answer.status >= 500 }));
    if (!told.safe_to_retry) return leave(() => form.submit()); // the page of the problem says what to do
    return again(Number(answer.headers.get("retry-after")) || 0);
  } catch {
    return again(0);
  }
}

/** Who keeps what is typed lets go of it before the next page comes: each listener adds what is to be waited for. */
async function arrived(next) {
  const done = [];
  form.dispatchEvent(new CustomEvent("inviato", { detail: done }));
  await Promise.all(done);
  leave(() => location.assign(next));
}

function leave(act) {
  tries = 0;
  typed = false;
  act();
}

function again(asked) {
  const own = Math.min(LONGEST, 2 ** tries) * (0.5 + Math.random() / 2);
  tries += 1;
  let seconds = Math.ceil(asked ? asked + Math.random() * 2 : own);
  const say = () => {
    line.textContent = navigator.onLine ? words.waiting.replace("{seconds}", seconds) : words.offline;
  };
  say();
  const count = setInterval(() => {
    seconds -= 1;
    if (seconds > 0) return say();
    clearInterval(count);
    return send();
  }, 1000);
}

form?.addEventListener("input", () => { typed = true; });
form?.addEventListener("submit", (event) => {
  if (event.submitter?.name) return leave(() => {}); // a card comes or goes: the page that answers has all that is typed
  event.preventDefault();
  if (busy) return;
  busy = true;
  send();
});
addEventListener("beforeunload", (event) => { if (typed || (busy && tries > 0)) event.preventDefault(); });
