// Stacked bars over time, as SVG. Colours come from classes, so both schemes have theirs.

import { byId, draw, number, words } from "./dom.js";

const HEIGHT = 200;
const FOOT = 22;
const LEFT = 34;
const RIGHT = 14;

/** The smallest round number that is not below `value`. */
function roundUp(value) {
  const scale = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const found = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((each) => each * scale >= value);
  // Half of it is a line too, so it is even.
  return Math.max(4, 2 * Math.ceil((found * scale) / 2));
}

const label = (at, step) =>
  step === "hour"
    ? new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : new Date(at).toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });

/** Draw `trend` (an answer of /v1/trends) and its legend. */
export function drawTrend(trend) {
  const items = new Map(
    [...byId("legend").children].map((item) => [item.dataset.key, item]),
  );
  for (const item of items.values()) item.hidden = true;
  // The page's order of reasons, so that a colour stays where it is.
  const series = [...items.keys()]
    .map((key) => trend.series.find((each) => each.key === key))
    .filter(Boolean);
  const chart = byId("chart");
  byId("trend-empty").hidden = series.length > 0;
  chart.hidden = series.length === 0;
  if (!series.length) return;
  for (const { key, points } of series) {
    const total = points.reduce((sum, point) => sum + point.count, 0);
    items.get(key).querySelector("b").textContent = number(total);
    items.get(key).hidden = false;
  }
  const width = Math.max(280, chart.clientWidth);
  chart.replaceChildren(picture(series, trend.step, width, items));
}

function picture(series, step, width, items) {
  const buckets = series[0].points.map((point) => point.at);
  const sums = buckets.map((_, i) => series.reduce((sum, s) => sum + s.points[i].count, 0));
  const top = roundUp(Math.max(...sums));
  const y = (value) => HEIGHT - FOOT - (value / top) * (HEIGHT - FOOT - 8);
  const slot = (width - LEFT - RIGHT) / buckets.length;
  const bar = Math.min(46, Math.max(2, slot * 0.72));
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    width,
    height: HEIGHT,
    role: "img",
    "aria-label": `Requests that needed people, per ${step}: ${number(
      sums.reduce((a, b) => a + b, 0),
    )} in all`,
  });
  for (const value of [0, top / 2, top]) {
    svg.append(
      draw("line", { x1: LEFT, x2: width, y1: y(value), y2: y(value), class: "grid" }),
      draw("text", { x: LEFT - 8, y: y(value) + 4, class: "axis end" }, number(value)),
    );
  }
  const every = Math.ceil(buckets.length / Math.max(1, Math.floor((width - LEFT) / 64)));
  buckets.forEach((at, i) => {
    const x = LEFT + i * slot + (slot - bar) / 2;
    svg.append(column(series, i, { x, bar, y, at, step, sum: sums[i] }, items));
    if (i % every === 0) {
      const middle = LEFT + (i + 0.5) * slot;
      svg.append(draw("text", { x: middle, y: HEIGHT - 5, class: "axis" }, label(at, step)));
    }
  });
  return svg;
}

function column(series, i, { x, bar, y, at, step, sum }, items) {
  const group = draw("g", { class: "column" });
  const lines = [`${label(at, step)}: ${number(sum)}`];
  group.append(draw("rect", { x, y: 8, width: bar, height: HEIGHT - FOOT - 8, class: "reach" }));
  let below = 0;
  for (const { key, points } of series) {
    const { count } = points[i];
    if (!count) continue;
    const height = Math.max(1, y(below) - y(below + count) - 1);
    const tone = [...items.get(key).classList].find((name) => name.startsWith("tone-"));
    group.append(
      draw("rect", { x, y: y(below + count), width: bar, height, rx: 1.5, class: tone }),
    );
    lines.push(`${words(key)}: ${number(count)}`);
    below += count;
  }
  group.append(draw("title", {}, lines.join("\n")));
  return group;
}
