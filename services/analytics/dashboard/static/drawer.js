// One escalation with everything its team needs, in a drawer.

import { ago, byId, draw, el, fill, length, time, words } from "./dom.js";

const drawer = byId("drawer");

byId("drawer-close").addEventListener("click", () => drawer.close());
drawer.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
drawer.addEventListener("close", () => {
  if (location.hash.startsWith("#/")) history.replaceState(null, "", location.pathname);
});

export const pill = (status) =>
  el("span", `pill ${String(status).replaceAll(/[^a-z]/g, "")}`, words(status));

/** Return the reason and what it was found in, such as a topic's name. */
export const why = ({ reason, detail }) => [words(reason), detail].filter(Boolean).join(" · ");

/** Show the escalation that `ask` (a promise of the API's answer) brings. */
export async function showEscalation(ask) {
  byId("drawer-title").textContent = "…";
  fill(byId("drawer-body"), []);
  if (!drawer.open) drawer.showModal();
  try {
    const found = await ask;
    byId("drawer-title").replaceChildren(`${found.number ?? "Escalation"} `, pill(found.status));
    fill(byId("drawer-body"), parts(found));
  } catch (problem) {
    byId("drawer-title").textContent = "Escalation";
    fill(byId("drawer-body"), [el("p", "empty", `It cannot be shown: ${problem.message}`)]);
  }
}

function parts(found) {
  return [
    el("p", "lead", found.summary),
    facts([
      ["Reason", why(found)],
      ["Happened", found.occurred_at && time(found.occurred_at)],
      ["Opened", found.opened_at && time(found.opened_at, `${ago(found.opened_at)} ago`)],
      ["Priority", words(found.priority)],
      ["Assigned to", found.assignee],
    ]),
    part("Conversation", transcript(found)),
    part("Tried before people were asked", attempts(found.attempts ?? [])),
    part("User", facts(pairs(found.user))),
    part("Session", facts(pairs(found.session))),
    part("App state at the time", raw(found.app_state)),
    part("Deliveries", deliveries(found.deliveries ?? {})),
    part("History", updates(found.updates ?? [])),
  ].filter(Boolean);
}

function part(title, content) {
  return content && el("section", "", el("h3", "", title), content);
}

function facts(rows) {
  const known = rows.filter(([, value]) => value);
  if (!known.length) return null;
  return el("dl", "facts", ...known.flatMap(([key, value]) => [el("dt", "", key), el("dd", "", value)]));
}

const pairs = (value) =>
  Object.entries(value ?? {}).map(([key, each]) => [words(key), plain(each)]);

function plain(value) {
  if (value === null || typeof value !== "object") return String(value ?? "");
  return Object.entries(value)
    .map(([key, each]) => `${key}: ${typeof each === "object" ? JSON.stringify(each) : each}`)
    .join(", ");
}

function raw(value) {
  if (!value || !Object.keys(value).length) return null;
  return el("pre", "", JSON.stringify(value, null, 2));
}

function transcript({ conversation, conversation_omitted: omitted }) {
  if (!conversation?.length) return el("p", "empty", "Nothing was said.");
  const lines = conversation.map((line) =>
    el(
      "li",
      `said ${line.role === "user" ? "theirs" : "ours"}`,
      el("p", "", line.text),
      ...(line.attachments ?? []).map(file),
      el("small", "", `${words(line.role)} · `, time(line.occurred_at)),
    ),
  );
  const left = omitted ? [el("li", "empty", `${omitted} lines are left out`)] : [];
  return el("ol", "transcript", ...left, ...lines);
}

function file({ name, type, url }) {
  const label = [name || "a file", type].filter(Boolean).join(" · ");
  if (!/^https?:\/\//i.test(url ?? "")) return el("p", "file", label);
  const link = el("a", "file", label);
  Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer" });
  return el("p", "", link);
}

function attempts(tried) {
  if (!tried.length) return el("p", "empty", "Nothing: a person was asked for.");
  return el("ul", "attempts", ...tried.map(attempt));
}

function attempt(each) {
  const needed = `${(each.score ?? 0).toFixed(2)} of ${(each.threshold ?? 0).toFixed(2)} needed`;
  const took = each.duration_ms ? ` · ${length(each.duration_ms)}` : "";
  return el(
    "li",
    "",
    el("div", "row", el("b", "", each.title || each.name), el("span", "muted", words(each.kind)), pill(each.outcome)),
    el("div", "row", scale(each.score ?? 0, each.threshold ?? 0), el("small", "", needed, took)),
    each.detail ? el("p", "detail", each.detail) : null,
    each.arguments ? el("p", "detail", Object.entries(each.arguments).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ")) : null,
  );
}

/** A bar as long as the score, with a mark where it would have been enough. */
function scale(score, threshold) {
  const width = 140;
  const at = (value) => width * Math.min(1, Math.max(0, value));
  const bar = (name, attributes) => draw("rect", { height: 6, y: 3, rx: 3, class: name, ...attributes });
  const svg = draw("svg", { width, height: 12, class: "scale", "aria-hidden": "true" });
  svg.append(
    bar("all", { width }),
    bar(score >= threshold ? "enough" : "short", { width: at(score) }),
    draw("rect", { x: Math.max(0, at(threshold) - 1), width: 2, height: 12, class: "mark" }),
  );
  return svg;
}

function deliveries(all) {
  const rows = Object.entries(all);
  if (!rows.length) return null;
  return el(
    "ul",
    "plain",
    ...rows.map(([id, each]) =>
      el(
        "li",
        "",
        el("div", "row", el("b", "", id), pill(each.status), each.at ? time(each.at) : null),
        each.proof ? el("p", "proof", each.proof) : null,
      ),
    ),
  );
}

function updates(all) {
  if (!all.length) return null;
  return el(
    "ol",
    "plain",
    ...all.map((each) =>
      el(
        "li",
        "",
        el("div", "row", el("b", "", words(each.change)), el("span", "muted", `${each.from} → ${each.to} · ${each.actor}`), time(each.at)),
        each.text ? el("p", "detail", each.text) : null,
      ),
    ),
  );
}
