// A sparkline: five minutes of one figure, as an SVG path. The largest value touches the top; nothing is smoothed.
const NS = "http://www.w3.org/2000/svg";
const WIDTH = 104;
const HEIGHT = 32;
const SECONDS = 300;

export function drawSpark(place, points, name, shown) {
  const known = points.filter((point) => point[name] !== null);
  const top = Math.max(...known.map((point) => point[name]), 0);
  const end = points.length ? points[points.length - 1].at : 0;
  const x = (point) => round(WIDTH * (1 - (end - point.at) / SECONDS));
  const y = (point) => round(HEIGHT - 1 - (top ? (HEIGHT - 2) * (point[name] / top) : 0));
  const runs = unbroken(points, name).map((run) => run.map((point) => [x(point), y(point)]));
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
  svg.append(titled(`${place.dataset.label}, last five minutes: at most ${known.length ? shown(top) : "nothing"}`));
  svg.append(element("path", { class: "base", d: `M0 ${HEIGHT}H${WIDTH}` }));
  for (const run of runs) {
    svg.append(element("path", { class: "under", d: `${line(run)}V${HEIGHT}H${run[0][0]}Z` }), element("path", { d: line(run) }));
  }
  place.replaceChildren(svg);
}

// What was not known leaves a gap, so that silence never looks like calm.
function unbroken(points, name) {
  const runs = [[]];
  for (const point of points) {
    if (point[name] === null) runs.push([]);
    else runs[runs.length - 1].push(point);
  }
  return runs.filter((run) => run.length > 1);
}

function line(run) {
  return run.map(([x, y], place) => `${place ? "L" : "M"}${x} ${y}`).join("");
}

function titled(text) {
  const title = element("title", {});
  title.textContent = text;
  return title;
}

function element(name, attributes) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
