"""The resolver's instruments, all of them."""

from prometheus_client import Counter, Gauge, Histogram

DECISIONS = Counter(
    "handrail_resolver_decisions_total",
    "Records decided, by kind of outcome and its reason",
    ["outcome", "reason"],
)
MENTIONS = Counter(
    "handrail_resolver_mentions_total",
    "Actions not run at once because the message may only mention them, by why",
    ["reason"],
)
GAP_CASES = Counter(
    "handrail_resolver_gap_cases_total",
    "Questions of gaps that were replayed, by outcome: `resolved`, `unresolved` or "
    "`failed` where the search was not possible",
    ["outcome"],
)
RANKING_SECONDS = Histogram(
    "handrail_resolver_ranking_seconds",
    "Time to rank one request, waiting for its batch included",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5),
)
RANKING_BATCH = Histogram(
    "handrail_resolver_ranking_batch_requests",
    "Requests ranked in one call",
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000),
)
CATALOGUES = Gauge(
    "handrail_resolver_catalogues",
    "Catalogues kept in memory",
)
CATALOGUE_ENTRIES = Gauge(
    "handrail_resolver_catalogue_entries",
    "Texts indexed in the catalogues kept in memory",
)
CATALOGUE_BYTES = Gauge(
    "handrail_resolver_catalogue_bytes",
    "Memory of the catalogues kept, estimated",
)
BUILD_SECONDS = Histogram(
    "handrail_resolver_build_seconds",
    "Time to build one app's matcher from its catalogue",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60),
)
BUILD_FAILURES = Counter(
    "handrail_resolver_build_failures_total",
    "Catalogues that could not be loaded or built",
)
RANKING_FAILURES = Counter(
    "handrail_resolver_ranking_failures_total",
    "Requests that were not ranked and go to people, by why",
    ["reason"],
)
VECTORS_MISSING = Gauge(
    "handrail_resolver_vectors_missing",
    "Texts of catalogues whose embedding is being computed",
)
EVENTS_ACCEPTED = Counter(
    "handrail_resolver_events_accepted_total",
    "Events taken by the HTTP door, by credential",
    ["credential"],
)
STREAMS = Gauge(
    "handrail_resolver_reply_streams",
    "Reply streams open on this instance",
)
REPLIES_KEPT_BYTES = Gauge(
    "handrail_resolver_replies_kept_bytes",
    "Memory of replies seen lately and of those that readers have yet to take",
)
REPLIES_BUDGET = Gauge(
    "handrail_resolver_replies_kept_budget_bytes",
    "What these replies may take together",
)
REPLIES_STORED = Counter(
    "handrail_resolver_replies_stored_total",
    "Replies stored for the HTTP door",
)
ENCODER = Gauge(
    "handrail_resolver_encoder",
    "1 for the encoder in use; `none` is matching by words alone",
    ["encoder"],
)
ENCODER_FAILURES = Counter(
    "handrail_resolver_encoder_failures_total",
    "Encoders that could not be loaded at the start",
    ["encoder"],
)
ACTION_CALLS = Counter(
    "handrail_resolver_action_calls_total",
    "Calls of actions' endpoints, by how they ended; `again` is a try that did not",
    ["outcome"],
)
for _outcome in ("succeeded", "failed", "timed_out", "again"):
    ACTION_CALLS.labels(_outcome)
ACTION_CALL_SECONDS = Histogram(
    "handrail_resolver_action_call_seconds",
    "One try of calling an action's endpoint",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
