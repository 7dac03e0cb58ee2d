"""The notifier's instruments."""

from prometheus_client import Counter, Gauge, Histogram

DELIVERIES = Counter(
    "handrail_notifier_deliveries_total",
    "Passes over a delivery, by the state it reached and why",
    ["channel", "outcome", "reason"],
)
DELIVERY_SECONDS = Histogram(
    "handrail_notifier_delivery_seconds",
    "From when the issue happened to the far side's acceptance",
    ["channel"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86400),
)
SEND_SECONDS = Histogram(
    "handrail_notifier_send_seconds",
    "Rendering and sending one message to one recipient",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20, 60),
)
CONFIGURATION_ERRORS = Counter(
    "handrail_notifier_configuration_errors_total",
    "Tries that cannot work before somebody changes a setting",
    ["channel", "reason"],
)
LEASES_LOST = Counter(
    "handrail_notifier_leases_lost_total",
    "Results refused because another owner has the delivery now",
)
SENDING = Gauge(
    "handrail_notifier_sending",
    "Deliveries this instance is sending",
)
QUEUE = Gauge(
    "handrail_notifier_queue",
    "Deliveries by state, dead ones included, over all instances",
    ["status"],
)
OLDEST_SECONDS = Gauge(
    "handrail_notifier_oldest_undelivered_seconds",
    "Age of the oldest delivery that is not over",
)
UNPUBLISHED = Gauge(
    "handrail_notifier_unpublished",
    "Results stored and not yet published, after a crash or while Kafka is away",
)
SIGN_IN_MAILS = Counter(
    "handrail_notifier_sign_in_mails_total",
    "Tries to mail a member the link that signs them in, by what came of it",
    ["outcome"],
)
