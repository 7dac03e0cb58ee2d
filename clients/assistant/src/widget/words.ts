import type { EscalationStatus } from "../types";

/** What a step of the request is called; the sentences come from the server. */
export const STEPS: Record<EscalationStatus, string> = {
  saved: "Saved",
  delivered: "With the team",
  acknowledged: "Seen",
  answered: "Answered",
  resolved: "Resolved",
  delayed: "Delayed",
  withdrawn: "Withdrawn",
  expired: "Expired",
};
