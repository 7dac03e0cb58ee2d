"""Instruments all services share; every one of them is listed here."""

from prometheus_client import Counter, Gauge, Histogram

RECORDS = Counter(
    "handrail_records_total",
    "Records worked, by outcome",
    ["service", "topic", "outcome"],
)
DEAD_LETTERS = Counter(
    "handrail_dead_letters_total",
    "Records sent to a dead-letter topic",
    ["service", "topic", "reason"],
)
FIELDS_MENDED = Counter(
    "handrail_event_fields_mended_total",
    "Fields of events from outside that were not taken as they came, by what was done",
    ["service", "field", "done"],
)
RETRIES = Counter(
    "handrail_retries_total",
    "Records tried again within a batch",
    ["service", "reason"],
)
PARKED = Gauge(
    "handrail_parked_records",
    "Records parked behind a failure on this instance's partitions, as stored",
    ["service"],
)
PARKED_MEMORY = Gauge(
    "handrail_parked_memory_bytes",
    "Memory of parked records and their lanes, estimated",
    ["service"],
)
BATCHES_REREAD = Counter(
    "handrail_batches_reread_total",
    "Batches put back because a store or the broker failed",
    ["service", "reason"],
)
PRODUCERS_REPLACED = Counter(
    "handrail_producers_replaced_total",
    "Kafka producers replaced because a batch of theirs had failed",
    ["service"],
)
TABLE_UNREADABLE = Counter(
    "handrail_table_unreadable_total",
    "Records of a compacted topic that could not be read, and changed nothing",
    ["topic"],
)
TABLE_RESTARTS = Counter(
    "handrail_table_restarts_total",
    "Readers of a compacted topic that ended and were replaced",
    ["topic"],
)
BREAKER_OPEN = Gauge(
    "handrail_breaker_open",
    "1 while consumption is stopped because nearly everything fails",
    ["service"],
)
EVENT_AGE = Histogram(
    "handrail_event_age_seconds",
    "From when it happened to when it was worked",
    ["service", "topic"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)
BATCH_SIZE = Histogram(
    "handrail_batch_records",
    "Records in a batch",
    ["service"],
    buckets=(1, 5, 25, 100, 250, 500, 1000, 2500),
)
STAGE_SECONDS = Histogram(
    "handrail_stage_seconds",
    "Time of a batch in each stage: decode, work (store is within it), publish, commit",
    ["service", "stage"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 30),
)
LAG = Gauge(
    "handrail_consumer_lag_records",
    "Records between the end of a partition and this consumer",
    ["service", "topic", "partition"],
)
LAST_PROGRESS = Gauge(
    "handrail_last_progress_timestamp_seconds",
    "When a batch was last acknowledged, or nothing was waiting",
    ["service"],
)
TIMERS = Counter(
    "handrail_timers_total",
    "Timers fired",
    ["service", "kind"],
)
UNREADABLE = Counter(
    "handrail_rows_unreadable_total",
    "Stored rows that this version could not read; each waits and is tried again",
    ["collection"],
)
STATES_BYTES = Gauge(
    "handrail_states_cached_bytes",
    "Memory of the conversation states at hand, estimated",
    ["service"],
)
STATES_BUDGET = Gauge(
    "handrail_states_cached_budget_bytes",
    "What the conversation states at hand may take together",
    ["service"],
)
STATES = Gauge(
    "handrail_states_cached",
    "Conversations whose state is at hand",
    ["service"],
)
HTTP_REQUESTS = Counter(
    "handrail_http_requests_total",
    "HTTP requests answered",
    ["service", "method", "route", "status"],
)
