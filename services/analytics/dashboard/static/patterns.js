// What keeps coming back: what to do next, and the patterns with what would end them.

import { byId, el, fill, number, words } from "./dom.js";
import { pill } from "./drawer.js";

export const SHOWN = 6;
const LINES = 3;
const TITLES = ["heading", "title", "question", "text", "label", "name"];
const remedies = new Map();

export function showSteps({ items, note }) {
  byId("steps").hidden = items.length === 0;
  fill(byId("steps"), items.map((each) => el("li", "step", el("span", "", each.sentence), each.first_step ? el("small", "", `Begin with: ${each.first_step}`) : null)));
  byId("steps-note").textContent = note;
}

/** Show the largest patterns; `open` asks for one whole, and only when it has changed. */
export async function showPatterns({ items }, open) {
  byId("patterns-empty").hidden = items.length > 0;
  const wanted = items.map(stateOf);
  for (const known of remedies.keys()) if (!wanted.includes(known)) remedies.delete(known);
  draw(items);
  const missing = items.filter((each) => !remedies.has(stateOf(each)));
  if (!missing.length) return;
  const found = await Promise.allSettled(missing.map((each) => open(each.pattern_id)));
  found.forEach(({ value }, place) => {
    if (value) remedies.set(stateOf(missing[place]), firstLines(value.remedy));
  });
  draw(items);
}

const stateOf = (each) => `${each.pattern_id} ${each.size} ${each.status} ${each.cause}`;

function draw(items) {
  fill(byId("patterns"), items.map(row));
}

function row(each) {
  const near = each.near_misses[0];
  return el(
    "li",
    "entry",
    el("span", "row", el("b", "", each.label || "(no words)"), pill(each.cause), each.status === "open" ? null : pill(each.status), el("span", "muted push", counted(each))),
    each.because ? el("span", "muted", each.because) : null,
    near ? el("span", "muted", `Nearly answered: ${near.title || near.name} (${words(near.kind).toLowerCase()}, ${near.score.toFixed(2)})`) : null,
    ...(remedies.get(stateOf(each)) ?? []).map((line) => el("span", "remedy", line)),
  );
}

function counted({ size, users, growth }) {
  const people = users ? ` · ${number(users)} ${users === 1 ? "user" : "users"}` : "";
  const moved = Math.round(100 * growth);
  const grown = Math.abs(moved) < 5 ? "" : ` · ${moved > 0 ? "▲" : "▼"} ${Math.abs(moved)} %`;
  return `${number(size)} ${size === 1 ? "request" : "requests"}${people}${grown}`;
}

/** The first lines of a remedy: of documentation, of an action or of a bug. */
export function firstLines(remedy) {
  if (!remedy) return [];
  const passage = remedy.closest_passage;
  const title = passage?.title ?? passage?.document ?? passage?.name;
  const action = remedy.available_action;
  const known = action?.parameters ?? action?.inputSchema ?? {};
  const needs = Array.isArray(known) ? known.map((one) => one.name) : Object.keys(known.properties ?? known);
  return [
    ...(title ? [`Extend “${title}”.`] : []),
    ...lines(remedy.outline),
    ...(action ? [`Define the action ${action.name}${action.description ? `: ${action.description}` : "."}`] : []),
    ...(needs.length ? [`It needs ${needs.join(", ")}.`] : []),
    ...lines(remedy.report),
  ].slice(0, LINES);
}

function lines(value) {
  if (typeof value === "string") {
    return value.split("\n").map((line) => line.replace(/^[\s#*-]+|\s+$/g, "")).filter(Boolean);
  }
  if (Array.isArray(value)) return value.flatMap(lines);
  if (value && typeof value === "object") return lines(value[TITLES.find((name) => value[name])]);
  return [];
}
