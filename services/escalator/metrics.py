"""The escalator's own instruments.

Decisions by topic and reason are `handrail_records_total` of shared/metrics.py.
"""

from prometheus_client import Counter, Gauge, Histogram

OPENED = Counter(
    "handrail_escalator_opened_total",
    "Escalations opened, by why nothing answered",
    ["reason"],
)
CHANGED = Counter(
    "handrail_escalator_status_changes_total",
    "Changes of an escalation's status, by the new one",
    ["status"],
)
LEVELS = Counter(
    "handrail_escalator_levels_notified_total",
    "Levels that were told that nobody has taken an escalation",
)
TOLD_SECONDS = Histogram(
    "handrail_escalator_told_seconds",
    "From the user's message to the hand-off they read, by what it said",
    ["told"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 30, 60, 300),
)
FAILED = Counter(
    "handrail_escalator_failed_deliveries_total",
    "Ways to a destination that were given up, by cause and what kind that is",
    ["cause", "kind"],
)
UNDELIVERED = Counter(
    "handrail_escalator_undelivered_total",
    "Escalations that no destination took, fallbacks included, by the kind of failure",
    ["kind"],
)
PROMISES = Counter(
    "handrail_escalator_promises_total",
    "Times told to users that are settled: `kept`, `broken` or `rescheduled`, and why",
    ["kind", "state", "because"],
)
RATED = Counter(
    "handrail_escalator_ratings_total",
    "Escalations whose user said how satisfied they are, by the score from 1 to 5",
    ["score"],
)
REPUBLISHED = Counter(
    "handrail_escalator_apps_republished_total",
    "Apps published again because the first time failed or the service started",
)
SIGN_INS = Counter(
    "handrail_escalator_sign_ins_total",
    "Sign-ins and sign-outs of people, by the way and what came of it",
    ["way", "outcome"],
)
FOLDED = Counter(
    "handrail_escalator_notifications_held_total",
    "Notifications that wait for others, by what they wait with: `pattern`, `app`, "
    "`account`, `alone` (for a pattern), `storm`, `known-issue`, `silence`",
    ["with"],
)
DIGESTS = Counter(
    "handrail_escalator_digests_total",
    "Digests asked for, by what their escalations have in common",
    ["group"],
)
DIGEST_ESCALATIONS = Counter(
    "handrail_escalator_digest_escalations_total",
    "Escalations that digests list",
)
SILENCED = Counter(
    "handrail_escalator_silenced_total",
    "Escalations that a silence keeps from people's notifications",
)
KNOWN_ISSUES = Counter(
    "handrail_escalator_known_issues_total",
    "Escalations by what was said of a known issue: `joined` or `split`",
    ["outcome"],
)
GAP_NOTES = Counter(
    "handrail_escalator_gap_notes_total",
    "Notes to users of a closed gap, by outcome: `user_told_fixed`, `withdrawn` or "
    "`unknown_escalation`",
    ["outcome"],
)
REDACTED = Counter(
    "handrail_escalator_redacted_total",
    "Finds blacked out before people read them, by kind",
    ["kind"],
)

UNACCOUNTED = Gauge(
    "handrail_escalator_unaccounted",
    "Things that should have happened, did not, and could not be repaired yet",
)
REPAIRED = Counter(
    "handrail_escalator_repaired_total",
    "Things that should have happened and were made to, by their kind",
    ["kind"],
)
HEARTBEATS = Counter(
    "handrail_escalator_heartbeats_total",
    "Calls of ESCALATOR_AUDIT_HEARTBEAT_URL, by outcome: `taken` or `failed`",
    ["outcome"],
)
