// The page's heart: asks the four APIs, shows what they say, asks again.

import { drawTrend } from "./chart.js";
import { ago, byId, el, fill, length, number, percent, time, words } from "./dom.js";
import { pill, showEscalation, why } from "./drawer.js";
import { SHOWN, showPatterns, showSteps } from "./patterns.js";

const KEPT_AS = "handrail.key";
const SIGNED_IN = "handrail.signed-in";
const REFRESH_MS = 1000 * Number(document.body.dataset.refreshSeconds);
const PERIODS = {
  day: { hours: 24, step: "hour" },
  week: { hours: 7 * 24, step: "day" },
  month: { hours: 30 * 24, step: "day" },
};
const WAITING = "status=open&status=acknowledged&status=reopened";

// Where the four services stand: beside this page, whose own prefix may be /analytics.
const ROOT = location.pathname.replace(/(analytics\/)?[^/]*$/, "");
const bases = { escalator: `${ROOT}escalator`, notifier: `${ROOT}notifier`, analytics: `${ROOT}analytics` };
let key = sessionStorage.getItem(KEPT_AS);
// A hint alone: the cookie, which no script can read, says who it is.
let signedIn = localStorage.getItem(SIGNED_IN) !== null;
let timer = null;
let last = null;
let alone = false;

class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(service, path) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(bases[service] + path, { headers, cache: "no-store" });
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const body = isJson ? await response.json() : {};
  if (!response.ok) throw new Refused(response.status, body.detail ?? `${service} answered ${response.status}`);
  return body;
}

async function refresh() {
  clearTimeout(timer);
  if (!key && !signedIn) return;
  if (!document.hidden) {
    const { hours, step } = PERIODS[document.querySelector("[name=period]:checked").value];
    // Whole hours: exact, and answered from counters alone.
    const from = new Date(Math.floor(Date.now() / 3.6e6 - hours) * 3.6e6).toISOString();
    const found = await Promise.allSettled([
      ask("analytics", `/v1/summary?from=${from}`),
      ask("analytics", `/v1/trends?from=${from}&step=${step}&by=reason`),
      ask("escalator", "/v1/escalations?limit=30"),
      ask("escalator", `/v1/escalations?limit=200&${WAITING}`),
      ask("notifier", "/v1/deliveries?limit=50"),
      ask("notifier", "/v1/dead-letters?limit=200"),
      ask("analytics", `/v1/patterns?from=${from}&limit=${SHOWN}`),
      ask("analytics", `/v1/next-steps?from=${from}`),
    ]);
    if (!(await understand(found))) return;
    show(found.map((each) => each.value));
  }
  timer = setTimeout(refresh, REFRESH_MS);
}

/** Say what went wrong, if anything; false when there is nothing more to do. */
async function understand(found) {
  const errors = found.map((each) => each.reason).filter(Boolean);
  const status = new Set(errors.map((each) => each.status));
  if (status.has(401)) {
    leave(key ? "This key is not known (any more)." : "Your session is over.");
    return false;
  }
  if (found[0].reason?.status === 404 && !alone) {
    // Asked directly, analytics still has its own numbers to show.
    alone = true;
    bases.analytics = "";
    await refresh();
    return false;
  }
  if (alone) {
    notice("This page is served by analytics alone, so escalations and deliveries are missing. Open it at the address of the gateway, which has all four services.");
  } else if (status.has(403)) {
    notice("This key may not read. Make one with the scope read.");
  } else if (errors.length) {
    notice(`Not everything answers now, trying again: ${[...new Set(errors.map((each) => each.message))].join(" · ")}`);
  } else {
    notice("");
  }
  return true;
}

function show([summary, trend, escalations, waiting, deliveries, dead, patterns, steps]) {
  if (summary) last = Date.now();
  if (trend) drawTrend(trend);
  if (summary) showSummary(summary);
  if (escalations) showEscalations(escalations);
  if (waiting) showOldest(waiting);
  if (deliveries) showDeliveries(deliveries);
  if (steps) showSteps(steps);
  if (patterns) showPatterns(patterns, (id) => ask("analytics", `/v1/patterns/${encodeURIComponent(id)}?limit=1`));
  if (dead) {
    const count = dead.items.length;
    tile("dead", `${number(count)}${dead.next_cursor ? "+" : ""}`, count ? "waiting for a redrive" : "nothing was given up", count > 0);
  }
}

function tile(id, value, note = "", warn = false) {
  const card = byId(`tile-${id}`);
  card.querySelector(".number").textContent = value;
  card.querySelector(".note").textContent = note || "\u00a0";
  card.classList.toggle("warn", warn);
}

function showSummary({ requests, resolved, escalations, deliveries, ms }) {
  const { delivered, failed, waiting = 0 } = deliveries;
  const asked = delivered + failed + waiting;
  const left = waiting ? `${number(waiting)} waiting` : "";
  const quick = ms.delivered_p50 === null ? `${number(delivered)} of ${number(asked)}` : `half within ${length(ms.delivered_p50)}`;
  tile("requests", number(requests), `${number(requests - resolved)} needed people`);
  tile("resolved", percent(resolved, requests), "without people");
  tile("open", number(escalations.open), `${number(escalations.resolved)} resolved`);
  tile("delivered", percent(delivered, asked), left || quick, failed + waiting > 0);
}

function showEscalations({ items }) {
  byId("escalations-empty").hidden = items.length > 0;
  fill(byId("escalations"), items.slice(0, 30).map(escalationRow));
}

function showOldest({ items, next_cursor: more }) {
  const oldest = items.reduce(
    (least, each) => (!least || each.opened_at < least.opened_at ? each : least),
    null,
  );
  const age = oldest && `${more ? "> " : ""}${ago(oldest.opened_at)}`;
  tile("oldest", age ?? "–", oldest?.number ?? "nobody waits");
}

function escalationRow(each) {
  const id = each.escalation_id ?? each.id;
  const link = el(
    "a",
    "entry",
    el("span", "row", el("b", "", each.number), pill(each.status), el("span", "muted push", time(each.opened_at, ago(each.opened_at)))),
    el("span", "summary", each.summary),
    el("span", "summary muted", why(each)),
  );
  link.href = `#/escalations/${encodeURIComponent(id)}`;
  return el("li", "", link);
}

function showDeliveries({ items }) {
  byId("deliveries-empty").hidden = items.length > 0;
  fill(byId("deliveries"), items.slice(0, 30).map(deliveryRow));
}

function deliveryRow(each) {
  const at = each.accepted_at ?? each.closed_at ?? each.created_at;
  const proofs = (each.recipients ?? []).filter((one) => one.status === "accepted").map((one) => one.detail);
  const said = each.status === "delivered" ? proofs.join(" · ") : each.last_error || words(each.reason);
  const what = [each.number, words(each.kind), each.channel].filter(Boolean).join(" · ");
  return el(
    "li",
    "entry",
    el("span", "row", el("b", "", each.destination_id), pill(each.status), el("span", "muted push", time(at, ago(at)))),
    el("span", "muted", what),
    said ? el("span", "proof", said) : null,
  );
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

function enter(given) {
  key = given;
  sessionStorage.setItem(KEPT_AS, key);
  open();
}

function open() {
  notice("");
  byId("ask").hidden = true;
  byId("board").hidden = byId("controls").hidden = false;
  refresh();
  follow();
}

function leave(why = "") {
  clearTimeout(timer);
  key = null;
  signedIn = false;
  sessionStorage.removeItem(KEPT_AS);
  localStorage.removeItem(SIGNED_IN);
  byId("board").hidden = byId("controls").hidden = true;
  byId("ask").hidden = false;
  notice(why);
  byId("key").focus();
}

async function signOut() {
  if (signedIn) {
    const headers = { "X-Handrail": "1" };
    await fetch(`${bases.escalator}/v1/sessions`, { method: "DELETE", headers });
  }
  leave();
}

/** Do what the address asks for: `#key=…` and `#signed-in` enter, `#/escalations/<id>` opens one. */
function follow() {
  if (location.hash === "#signed-in") {
    history.replaceState(null, "", location.pathname);
    localStorage.setItem(SIGNED_IN, "1");
    signedIn = true;
    open();
    return;
  }
  const given = location.hash.match(/^#key=(.+)$/);
  if (given) {
    // The key must not stay in the address, where it would be copied along.
    history.replaceState(null, "", location.pathname);
    enter(decodeURIComponent(given[1]));
    return;
  }
  const wanted = location.hash.match(/^#\/escalations\/(.+)$/);
  if (wanted && (key || signedIn)) showEscalation(ask("escalator", `/v1/escalations/${wanted[1]}`));
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  enter(byId("key").value.trim());
  byId("key").value = "";
});
byId("leave").addEventListener("click", signOut);
byId("periods").addEventListener("change", refresh);
addEventListener("hashchange", follow);
document.addEventListener("visibilitychange", refresh);
setInterval(() => {
  if (!last) return;
  const age = Date.now() - last;
  byId("fresh").textContent = age < 2000 ? "Updated just now" : `Updated ${Math.round(age / 1000)} s ago`;
}, 1000);

if (location.hash.startsWith("#key=") || location.hash === "#signed-in") follow();
else if (key) enter(key);
else if (signedIn) open();
else leave();
