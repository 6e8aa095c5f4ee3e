// A full house: waits as long as it was asked to, says so, and tries again by itself. The page stays where it is, and
// what was sent with it, until something other than "not now" is the answer.

const form = document.getElementById("ancora");
const line = document.getElementById("conto");
const said = line.dataset;
const LONG = 90; // seconds of waiting that are told in minutes
const LONGEST = 30; // seconds between two tries where nobody said how long
const NOT_NOW = [408, 429, 500, 502, 503, 504];
let tries = 0;
let count = 0;
let stopped = false;

async function again() {
  line.textContent = said.adesso;
  try {
    const answer = await fetch(form ? form.action : location.href, {
      method: form ? "POST" : "GET", body: form && new URLSearchParams(new FormData(form)), cache: "no-store",
      credentials: "same-origin", signal: AbortSignal.timeout(20000),
    });
    if (NOT_NOW.includes(answer.status)) wait(Number(answer.headers.get("retry-after")) || 0);
    else await go(answer);
  } catch {
    wait(0);
  }
}

async function go(answer) {
  if (!form) return location.reload();
  if (answer.redirected) return location.assign(answer.url);
  const page = await answer.text(); // the answer itself: a receipt, or what is wrong; sent once, shown once
  document.open();
  document.write(page);
  document.close();
}

function wait(asked) {
  if (stopped) return;
  let seconds = Math.ceil((asked || Math.min(LONGEST, 2 ** tries)) + Math.random() * 2);
  tries += 1;
  const say = () => {
    const minutes = Math.round(seconds / 60);
    line.textContent = seconds > LONG ? said.minuti.replace("{minutes}", minutes) : said.testo.replace("{seconds}", seconds);
  };
  say();
  count = setInterval(() => {
    seconds -= 1;
    if (seconds > 0) return say();
    clearInterval(count);
    again();
  }, 1000);
}

function stoppable() {
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn btn-outline-primary";
  stop.textContent = said.ferma;
  stop.addEventListener("click", () => {
    stopped = true;
    clearInterval(count);
    line.textContent = said.fermo;
    line.tabIndex = -1;
    line.focus();
    stop.remove();
  });
  line.parentElement.querySelector(".azioni").append(stop);
}

stoppable();
wait(Number(said.attesa));
