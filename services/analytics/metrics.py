"""What analytics counts of itself."""

from prometheus_client import Counter, Gauge, Histogram

FACTS = Counter(
    "handrail_analytics_facts_total",
    "Facts stored and counted",
    ["topic"],
)
DUPLICATES = Counter(
    "handrail_analytics_duplicates_total",
    "Facts dropped because the store had them already",
    ["topic"],
)
TRANSACTION_SECONDS = Histogram(
    "handrail_analytics_transaction_seconds",
    "Time to store and count a batch, tries included",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
TRANSACTIONS_REPEATED = Counter(
    "handrail_analytics_transactions_repeated_total",
    "Transactions begun again, by why",
    ["reason"],
)
GAP_NOTES = Counter(
    "handrail_analytics_gap_notes_total",
    "Notes to users of closed gaps, by outcome: `sent`, `dropped` where the gap broke "
    "again, or why the user is left out",
    ["outcome"],
)
REDACTED = Counter(
    "handrail_analytics_redacted_total",
    "Finds blacked out before facts are stored, by kind",
    ["kind"],
)
ENCODER_FAILURES = Counter(
    "handrail_analytics_encoder_failures_total",
    "Encoders that did not load; the next in line groups",
    ["encoder"],
)
GROUPED = Counter(
    "handrail_analytics_grouped_total",
    "Escalations that joined or founded a pattern, or had nothing to compare",
    ["outcome"],
)
PATTERNS = Gauge(
    "handrail_analytics_patterns",
    "Patterns of all apps, merged ones included",
)
OUTCOMES_LAG = Gauge(
    "handrail_analytics_outcomes_lag_seconds",
    "How long the oldest news of a conversation waits to be judged",
)
OUTCOMES_CHANGED = Counter(
    "handrail_analytics_outcomes_changed_total",
    "Outcomes that were written, for the first time or again",
)
GROUPING_LAG = Gauge(
    "handrail_analytics_grouping_lag_seconds",
    "How long the oldest escalation has waited for its pattern",
)
