/** The stable words of events, as people say them. */
export const REASONS: Record<string, string> = {
  no_match: "Nothing matched",
  low_confidence: "Not sure enough",
  answer_rejected: "Answer did not help",
  action_failed: "Action failed",
  action_denied: "Action not approved",
  asked_for_person: "Asked for a person",
  repeated_question: "Asked again",
  policy: "By a rule",
  turn_limit: "Went on too long",
  resolver_error: "Assistant failed",
};

export const STATUSES: Record<string, { label: string; tone: string }> = {
  open: { label: "Open", tone: "warn" },
  acknowledged: { label: "Seen", tone: "brand" },
  answered: { label: "Answered", tone: "good" },
  resolved: { label: "Resolved", tone: "" },
  reopened: { label: "Reopened", tone: "warn" },
  withdrawn: { label: "Withdrawn", tone: "" },
  expired: { label: "Expired", tone: "bad" },
};

export const OUTCOMES: Record<string, string> = {
  no_match: "never near",
  below_threshold: "not sure enough",
  asked: "asked for more",
  succeeded: "succeeded",
  failed: "failed",
  denied: "not approved",
  rejected_by_user: "rejected by the user",
  error: "error",
  timed_out: "timed out",
};

/** Returns the words for *word*; one of a newer version is shown as it is. */
export function wordFor(words: Record<string, string>, word: string): string {
  return words[word] ?? word.replaceAll("_", " ");
}

/** Returns how a person is named in a list. */
export function nameOf(
  user: { name?: string | null; email?: string | null; id?: string | null } | null,
): string {
  return user?.name || user?.email || user?.id || "Anonymous";
}
