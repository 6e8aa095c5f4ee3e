// A full house: waits as long as it was asked to, says so, and tries again by itself. The page stays where it is, and
// what was typed with it, until something other than "not now" is the answer.

const form = document.getElementById("ancora");
const line = document.getElementById("conto");
const LONGEST = 30; // seconds between two tries where nobody said how long
const NOT_NOW = [408, 429, 500, 502, 503, 504];
let tries = 0;

async function again() {
  line.textContent = line.dataset.adesso;
  try {
    const answer = await fetch(form ? form.action : location.href, {
      method: form ? "POST" : "GET", body: form && new URLSearchParams(new FormData(form)), cache: "no-store",
      credentials: "same-origin", signal: AbortSignal.timeout(20000),
    });
    if (!NOT_NOW.includes(answer.status)) return go(answer);
    wait(Number(answer.headers.get("retry-after")) || 0);
  } catch {
    wait(0);
  }
}

// Reading is repeated as a page of its own; so is a refusal that says more than "not now".
function go(answer) {
  if (!form) location.reload();
  else if (answer.ok) location.assign(answer.url);
  else form.submit();
}

function wait(asked) {
  let seconds = Math.ceil((asked || Math.min(LONGEST, 2 ** tries)) + Math.random() * 2);
  tries += 1;
  const say = () => { line.textContent = line.dataset.testo.replace("{seconds}", seconds); };
  say();
  const count = setInterval(() => {
    seconds -= 1;
    if (seconds > 0) return say();
    clearInterval(count);
    again();
  }, 1000);
}

wait(Number((form ?? line).dataset.attesa));
