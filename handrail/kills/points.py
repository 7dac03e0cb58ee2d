"""Which process is killed at which point."""

from collections.abc import Mapping

from shared.failpoints import FailPoint

NOTIFIERS = {
    FailPoint.DELIVERY_KEPT,
    FailPoint.DELIVERY_ACCEPTED,
    FailPoint.DELIVERY_RECORDED,
    FailPoint.DELIVERY_ANNOUNCED,
}
ANALYTICS = {FailPoint.GROUPING, FailPoint.GROUPED, FailPoint.PATTERNS_TOLD}
SERVICE: Mapping[FailPoint, str] = {
    **dict.fromkeys(FailPoint, "escalator"),
    **dict.fromkeys(NOTIFIERS, "notifier"),
    **dict.fromkeys(ANALYTICS, "analytics"),
}
"""The process that passes a point in an escalation's life."""


def passes(point: FailPoint, number: int) -> int:
    """Return at which pass the process dies the *number*-th time.

    Not always the first: there it would meet the same record again and again. A point
    that is passed once in a life is not waited for longer.
    """
    return 1 + number % (2 if point is FailPoint.MERGING else 3)
