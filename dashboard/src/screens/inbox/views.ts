import type { Schemas } from "@/api/clients";

export type Item = Schemas["EscalationItem"];
type Status = Schemas["EscalationStatus"];

/** What the list is narrowed to; it lives in the address, so a view can be shared. */
export type Filters = {
  view: ViewName;
  q: string;
  reason: string;
  priority: string;
  pattern: string;
};

const WAITING: Status[] = ["open", "acknowledged", "reopened"];

export const VIEWS = {
  waiting: { label: "Needs an answer", status: WAITING, sort: "due" },
  mine: { label: "Mine", status: [...WAITING, "answered"], sort: "due" },
  unassigned: { label: "Unassigned", status: WAITING, sort: "due" },
  overdue: { label: "Late", status: WAITING, sort: "due" },
  user: { label: "Waiting for the user", status: ["answered"], sort: "-opened" },
  resolved: {
    label: "Resolved",
    status: ["resolved", "withdrawn", "expired"],
    sort: "-opened",
  },
  all: { label: "All", status: undefined, sort: "-opened" },
} as const satisfies Record<
  string,
  { label: string; status: readonly Status[] | undefined; sort: Schemas["Sort"] }
>;
export type ViewName = keyof typeof VIEWS;

/** Parses filters from a URL's query, ignoring what it does not know. */
export function filtersOf(query: string): Filters {
  const found = new URLSearchParams(query);
  const view = found.get("view") ?? "waiting";
  return {
    view: Object.hasOwn(VIEWS, view) ? (view as ViewName) : "waiting",
    q: found.get("q") ?? "",
    reason: found.get("reason") ?? "",
    priority: found.get("priority") ?? "",
    pattern: found.get("pattern") ?? "",
  };
}

/** Returns the query of an address that holds *filters*. */
export function addressOf(filters: Filters): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value && !(name === "view" && value === "waiting")) found.set(name, value);
  }
  return found.toString();
}

/** Returns what the escalator is asked for. */
export function questionOf(filters: Filters, me: string | null) {
  const view = VIEWS[filters.view];
  return {
    sort: filters.q ? ("-opened" as const) : view.sort,
    ...(view.status && { status: [...view.status] }),
    ...(filters.view === "mine" && { assignee: me ?? "" }),
    ...(filters.view === "unassigned" && { assignee: "" }),
    ...(filters.view === "overdue" && { due: "overdue" as const }),
    ...(filters.q && { q: filters.q }),
    ...(filters.reason && { reason: [filters.reason as Schemas["Reason"]] }),
    ...(filters.priority && { priority: [filters.priority as Item["priority"]] }),
    ...(filters.pattern && { pattern: filters.pattern }),
  };
}
