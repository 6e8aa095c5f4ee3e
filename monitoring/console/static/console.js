// The first page's numbers: asked every two seconds, written into the headings that the server sent.
import { drawSpark } from "./spark.js";

const EVERY = 2000; // ms
const PATIENCE = 5000; // ms
const UNKNOWN = "–";
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const known = (show) => (value) => (value === null || value === undefined ? UNKNOWN : show(value));
const count = known((value) => whole.format(value));
const rate = known((value) => (value >= 10 || value === 0 ? whole : tenths).format(value));
const size = known((value) => tenths.format(value));
const seconds = known((value) => {
  if (value === 0) return "0 s";
  if (value < 1) return `${tenths.format(value * 1000)} ms`;
  if (value < 120) return `${tenths.format(value)} s`;
  if (value < 7200) return `${whole.format(value / 60)} min`;
  return value < 172800 ? `${whole.format(value / 3600)} h` : `${whole.format(value / 86400)} days`;
});

const FIGURES = {
  acks_per_second: (value) => (value === null ? UNKNOWN : `${rate(value)} /s`),
  ack_p50_seconds: seconds,
  ack_p99_seconds: seconds,
  batch_size: size,
  backlog: count,
  oldest_due_seconds: seconds,
  buried: count,
  silent: count,
};

// Each table: how a row becomes cells. A cell is a text, or [text, class].
const tallied = (row) => [words(row.name), [count(row.count), "count"]];
const ROWS = {
  lanes: (row) => [
    `${words(row.channel)}, ${words(row.kind)}`,
    ...[row.due, row.offered, row.leased, row.waiting].map((value) => [count(value), "count"]),
    [seconds(row.oldest_seconds), "count"],
  ],
  registries: (row, now) => [
    row.registry,
    ...["ok", "ko", "not_known"].map((outcome) => [count(row.outcomes[outcome] ?? 0), "count"]),
    [count(failed(row)), failed(row) > row.calls / 10 ? "count wrong" : "count"],
    [seconds(row.p50_seconds), "count"],
    [seconds(row.p99_seconds), "count"],
    breaker(row.breaker),
    byHand(`registry:${row.registry}`, now),
  ],
  attempts: tallied,
  decisions: tallied,
  submissions: tallied,
  buried: (row) => [[words(row.name), `/worklist?reason=${encodeURIComponent(row.name)}`], [count(row.count), "count"]],
  gauges: (row) => [row.name, [row.unit === "s" ? seconds(row.value) : size(row.value), "count"]],
  pauses: (row) => [
    [row.switch, "/switches"],
    row.who,
    row.until === null ? "no end" : clockTime.format(new Date(row.until)),
    [row.why, "wraps"],
  ],
  refusals: tallied,
  processes: (row, now) => [
    row.process,
    row.up ? ["● up", "well"] : ["▲ down", "wrong"],
    [count(row.in_hand), "count"],
    [count(row.restarts), "count"],
    [row.up && row.started_at ? seconds((Date.parse(now.at) - Date.parse(row.started_at)) / 1000) : UNKNOWN, "count"],
    [String(row.pid), "count"],
  ],
};
const NOTHING = {
  lanes: "Nothing waits.",
  registries: "No registry has been asked yet.",
  attempts: "None.",
  decisions: "None.",
  submissions: "None yet.",
  buried: "Nothing waits for a person.",
  refusals: "None.",
  gauges: "Nothing is known.",
  pauses: "Nothing is held back.",
  processes: "No process has been found.",
};

function byHand(name, now) {
  return now.pauses.some((pause) => pause.switch === name) ? ["▲ paused", "wrong"] : ["on", "well"];
}

function breaker(state) {
  const said = words(state);
  return state === "open" ? [`▲ ${said}`, "wrong"] : [said, state === "closed" ? "well" : ""];
}

function failed(row) {
  const answered = ["ok", "ko", "not_known"];
  return Object.entries(row.outcomes).reduce((sum, [name, times]) => sum + (answered.includes(name) ? 0 : times), 0);
}

function words(code) {
  return code.replaceAll("_", " ").replaceAll("-", " ");
}

function show(now) {
  document.getElementById("at").textContent = clockTime.format(new Date(now.at));
  document.getElementById("age").textContent = `; the ledger ${seconds(Math.round(now.ledger.age_seconds))} before`;
  document.getElementById("trial").hidden = now.civil_text === null;
  document.getElementById("civil").textContent = now.civil_text ?? "";
  say(now.notices);
  for (const place of document.querySelectorAll("[data-figure]")) {
    place.textContent = FIGURES[place.dataset.figure](now.figures[place.dataset.figure]);
  }
  for (const place of document.querySelectorAll("[data-spark]")) {
    drawSpark(place, now.points, place.dataset.spark, FIGURES[place.dataset.spark]);
  }
  for (const place of document.querySelectorAll("[data-rows]")) fill(place, now);
  document.getElementById("forecast").textContent = now.forecast.in_words;
  light(now.lights);
  document.dispatchEvent(new CustomEvent("snapshot", { detail: now }));
}

// A light is a word and a shape before it is a colour.
const SHAPES = { kept: "●", "at-risk": "◐", broken: "▲", "not-known": "○" };

function light(lights) {
  const lines = lights.map((one) => {
    const line = document.createElement("li");
    line.dataset.state = one.state;
    const state = made("span", `${SHAPES[one.state]} ${words(one.state)}`, "state");
    line.append(state, made("b", one.promise), made("span", one.reason, "reason"));
    if (one.alert) line.append(made("small", one.alert));
    return line;
  });
  document.getElementById("lights").replaceChildren(...lines);
}

// Written only when it changes: the place is read aloud.
function say(notices) {
  document.getElementById("notice").dataset.well = String(notices.every((notice) => notice.name === ""));
  const place = document.getElementById("notices");
  const lines = notices.map((notice) => {
    const said = made("p", notice.text);
    if (notice.name) said.append(" ", made("small", notice.name));
    return said;
  });
  const text = (several) => several.map((said) => said.textContent).join("\n");
  if (text([...place.children]) !== text(lines)) place.replaceChildren(...lines);
}

function fill(place, now) {
  const name = place.dataset.rows;
  const rows = now[name].filter((row) => row.count !== 0).map((row) => line(ROWS[name](row, now)));
  if (rows.length) {
    place.replaceChildren(...rows);
  } else {
    const cell = made("td", NOTHING[name], "nothing");
    cell.colSpan = place.closest("table").querySelectorAll("thead th").length;
    const row = document.createElement("tr");
    row.append(cell);
    place.replaceChildren(row);
  }
}

function line([first, ...cells]) {
  const row = document.createElement("tr");
  const heading = Array.isArray(first) ? linked(...first) : made("th", first);
  heading.scope = "row";
  row.append(heading, ...cells.map((cell) => (Array.isArray(cell) ? made("td", ...cell) : made("td", cell))));
  return row;
}

function linked(text, address) {
  const heading = document.createElement("th");
  const link = made("a", text);
  link.href = address;
  heading.append(link);
  return heading;
}

function made(name, text, kind = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

async function ask() {
  try {
    const answer = await fetch("/v1/snapshot", { signal: AbortSignal.timeout(PATIENCE), cache: "no-store" });
    if (answer.status === 401) return location.assign("/login");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch {
    say([{ name: "MonitoringDown", text: "The monitoring process does not answer; the numbers below are its last." }]);
  } finally {
    setTimeout(ask, document.hidden ? 5 * EVERY : EVERY);
  }
}

ask();
