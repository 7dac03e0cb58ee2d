// What keeps coming back: what to do next, and the patterns with what would end them.

import { byId, el, fill, number, words } from "./dom.js";
import { pill } from "./drawer.js";

export const SHOWN = 6;
const LINES = 3;
const NEAR = 0.8; // of its threshold: so near a passage is worth extending
const FINDINGS = ["Error codes", "Versions", "Failed actions"];
const QUOTES = "In the users' words";
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
  return [...documentation(remedy), ...action(remedy), ...bug(remedy)].slice(0, LINES);
}

function documentation({ closest_passage: passage, outline }) {
  const title = passage?.title || passage?.document;
  const near = title && passage.score >= NEAR * passage.threshold;
  const first = passage?.rejected ? `Rewrite “${title}”: it was shown, and did not help.` : near ? `Extend “${title}”, which is near already.` : null;
  const answers = list(outline).map(({ heading, asked }) => `Answer “${heading}”${asked > 1 ? ` (asked ${asked} times)` : ""}.`);
  return first ? [first, ...answers] : answers;
}

function action({ available_action: wanted, nearest }) {
  if (!wanted?.name) return [];
  const [near] = list(nearest);
  const twin = near ? [`Or give the action “${near.title || near.name}” more examples, if it is the one that they mean.`] : [];
  return [`Define the action ${wanted.name}: ${wanted.description ?? ""}`, ...twin];
}

function bug({ shared_state: shared, report }) {
  const found = list(shared).map(({ path, value, inside, outside }) => `Look at ${path} = ${value}: ${Math.round(100 * inside)} % of its users have it, ${Math.round(100 * outside)} % of the others.`);
  let section = "";
  for (const line of String(report ?? "").split("\n")) {
    if (line.startsWith("## ")) section = line.slice(3).trim();
    else if (line.startsWith("- ") && FINDINGS.includes(section)) found.push(`${section}: ${line.slice(2)}.`);
    else if (line.startsWith("- ") && section === QUOTES) found.push(`Reproduce ${line.slice(2)}.`);
  }
  return found;
}

const list = (value) => (Array.isArray(value) ? value : []);
