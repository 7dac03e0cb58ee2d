import type { Cause, Status } from "./data";

/** A cause, as the remedy it asks for. */
export const CAUSES: Record<Cause, { label: string; tone: string; remedy: string }> = {
  documentation: { label: "Documentation", tone: "brand", remedy: "Write it down" },
  action: { label: "Action", tone: "good", remedy: "Add an action" },
  bug: { label: "Bug", tone: "bad", remedy: "Fix the bug" },
  person: { label: "People", tone: "warn", remedy: "Keep people for it" },
  unclear: { label: "Unclear", tone: "", remedy: "Look at it" },
};

export const PATTERN_STATUSES: Record<Status, { label: string; tone: string }> = {
  open: { label: "Open", tone: "warn" },
  in_progress: { label: "In progress", tone: "brand" },
  fixed: { label: "Fixed, not proven", tone: "brand" },
  verified: { label: "Verified", tone: "good" },
  regressed: { label: "Came back", tone: "bad" },
  ignored: { label: "Ignored", tone: "" },
};

/** Returns growth as people say it: `+40 %`, `as before`. */
export function growthOf(growth: number): string {
  const percent = Math.round(growth * 100);
  if (percent === 0) return "as before";
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** Returns minutes as people say them. */
export function minutesOf(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined) return "no data yet";
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return `${(minutes / 60).toFixed(minutes < 600 ? 1 : 0)} h`;
}
