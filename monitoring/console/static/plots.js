// The plots: Apache ECharts on a canvas, fed by the snapshots that console.js reads; beside each, the same as a table.
const place = document.getElementById("plots");
const echarts = await import(place.dataset.charts);

const ROWS = 12; // of a table: about one in twenty seconds
const clockTime = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const inMs = (name) => (point) => (point[name] === null ? null : point[name] * 1000);
const of = (name) => (point) => point[name];
const channel = (name) => (point) => point.channels[name] ?? null;

// Each plot: its lines, and how a point becomes a value. Lines differ by dash and mark, not by colour alone.
const PLOTS = {
  flow: [
    ["acknowledged", of("acks_per_second")],
    ["refused", of("refused_per_second")],
    ["decided", of("decided_per_second")],
  ],
  acks: [
    ["99 in a hundred below", inMs("ack_p99_seconds")],
    ["half below", inMs("ack_p50_seconds")],
  ],
  backlog: [
    ["web", channel("web")],
    ["contact centre", channel("contact_centre")],
    ["patronato", channel("patronato")],
  ],
  oldest: [["oldest due", of("oldest_due_seconds")]],
};
const DASHES = ["solid", "dashed", "dotted"];
const MARKS = ["circle", "rect", "triangle"];

const drawn = Object.fromEntries(Object.keys(PLOTS).map((name) => [name, begun(name)]));
let last = null;

function begun(name) {
  const at = document.querySelector(`[data-plot="${name}"]`);
  const chart = echarts.init(at, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(at);
  return chart;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const said = (name) => style.getPropertyValue(`--${name}`).trim();
  return { lines: [said("accent"), said("wrong"), said("well")], ink: said("ink"), quiet: said("quiet"), rule: said("line"), card: said("card") };
}

function draw(now) {
  last = now;
  const tones = colours();
  for (const [name, lines] of Object.entries(PLOTS)) {
    drawn[name].setOption(option(lines, now.points, tones), { notMerge: true, lazyUpdate: true });
    tell(name, lines, now.points);
  }
}

function option(lines, points, tones) {
  const quiet = { color: tones.quiet, fontSize: 12 };
  const several = lines.length > 1;
  return {
    animation: false,
    grid: { left: 8, right: 12, top: several ? 30 : 12, bottom: 8, containLabel: true },
    legend: { show: several, top: 0, left: 0, textStyle: { color: tones.ink, fontSize: 12 }, itemWidth: 34 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: tones.card,
      borderColor: tones.rule,
      textStyle: { color: tones.ink, fontSize: 12 },
      valueFormatter: (value) => (value === null || value === undefined ? "not known" : number.format(value)),
    },
    xAxis: { type: "time", axisLabel: { ...quiet, hideOverlap: true }, axisLine: { lineStyle: { color: tones.rule } } },
    yAxis: { type: "value", min: 0, axisLabel: quiet, splitLine: { lineStyle: { color: tones.rule } } },
    series: lines.map(([label, value], index) => ({
      name: label,
      type: "line",
      symbol: MARKS[index],
      symbolSize: 5,
      showSymbol: points.length < 40,
      connectNulls: false,
      color: tones.lines[index],
      lineStyle: { width: 2, type: DASHES[index] },
      data: points.map((point) => [point.at * 1000, value(point)]),
    })),
  };
}

// What is drawn, said: the latest and the largest of each line, and a table of some moments.
function tell(name, lines, points) {
  const said = lines.map(([label, value]) => {
    const known = points.map(value).filter((one) => one !== null);
    if (!known.length) return `${label}: not known`;
    return `${label}: now ${shown(value(points.at(-1)))}, at most ${shown(Math.max(...known))}`;
  });
  const figure = document.querySelector(`[data-plot="${name}"]`);
  const title = document.getElementById(`${name}-plot`).textContent;
  figure.setAttribute("aria-label", `${title}, the last five minutes. ${said.join("; ")}.`);
  const step = Math.max(1, Math.ceil(points.length / ROWS));
  const some = points.filter((_, index) => (points.length - 1 - index) % step === 0).reverse();
  head(name, ["Time", ...lines.map(([label]) => label)]);
  const rows = some.map((point) => [clockTime.format(new Date(point.at * 1000)), ...lines.map(([, value]) => shown(value(point)))]);
  document.querySelector(`[data-plot-rows="${name}"]`).replaceChildren(...rows.map(row));
}

function head(name, labels) {
  const at = document.querySelector(`[data-plot-head="${name}"]`);
  if (at.childElementCount) return;
  const line = document.createElement("tr");
  line.append(...labels.map((label, index) => cell("th", label, index ? "count" : "")));
  at.append(line);
  for (const one of line.children) one.scope = "col";
}

function row([time, ...values]) {
  const line = document.createElement("tr");
  const first = cell("th", time);
  first.scope = "row";
  line.append(first, ...values.map((value) => cell("td", value, "count")));
  return line;
}

function cell(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function shown(value) {
  return value === null || value === undefined ? "not known" : number.format(value);
}

document.addEventListener("snapshot", (event) => draw(event.detail));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => last && draw(last));
