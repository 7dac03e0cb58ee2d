import { Time } from "@/parts/clock";
import type { Escalation } from "./data";

const STEPS = ["saved", "delivered", "acknowledged", "answered", "resolved"] as const;
const LABELS: Record<(typeof STEPS)[number], string> = {
  saved: "Saved",
  delivered: "With the team",
  acknowledged: "Seen",
  answered: "Answered",
  resolved: "Resolved",
};

/** What the user has been told, as one line with times. */
export function Receipts({ escalation }: { escalation: Escalation }) {
  const times = timesOf(escalation);
  return (
    <ol className="receipts" aria-label="What has happened so far">
      {STEPS.map((step) => (
        <li key={step} data-done={times[step] ? "true" : undefined}>
          <span>{LABELS[step]}</span>
          {times[step] ? (
            <Time at={times[step]} />
          ) : (
            <span className="faint">not yet</span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Returns when each step was reached first. */
export function timesOf(
  escalation: Pick<Escalation, "opened_at" | "updates">,
): Partial<Record<(typeof STEPS)[number], string>> {
  const found: Partial<Record<string, string>> = { saved: escalation.opened_at };
  for (const { change, from, to, at } of escalation.updates) {
    const step = change === "delivered" ? "delivered" : from !== to ? to : null;
    if (step && !found[step]) found[step] = at;
  }
  return found;
}
