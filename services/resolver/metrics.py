"""The resolver's instruments, all of them."""

from prometheus_client import Counter, Gauge, Histogram

DECISIONS = Counter(
    "handrail_resolver_decisions_total",
    "Records decided, by kind of outcome and its reason",
    ["outcome", "reason"],
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
EVENTS_ACCEPTED = Counter(
    "handrail_resolver_events_accepted_total",
    "Events taken by the HTTP door, by credential",
    ["credential"],
)
STREAMS = Gauge(
    "handrail_resolver_reply_streams",
    "Reply streams open on this instance",
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
