"""Makes the worker of a service that decides."""

from typing import TypeVar

import structlog

from shared.clock import Clock
from shared.kafka.deciding.decisions import Ledger, States, Verb
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.records import Record

log = structlog.get_logger()

S = TypeVar("S")


def decision_worker(
    verb: Verb[S],
    *,
    states: States[S],
    ledger: Ledger,
    clock: Clock,
    service: str,
    cache_bytes: int,
) -> DecisionWorker[S]:
    """Return a worker that keeps *verb*'s decisions and says what fails."""

    def on_unexpected(record: Record, error: Exception) -> None:
        log.error(
            "record failed unexpectedly",
            topic=record.topic,
            lane=record.lane,
            exc_info=error,
        )

    worker: DecisionWorker[S] = DecisionWorker(
        verb,
        states=states,
        ledger=ledger,
        clock=clock,
        on_unexpected=on_unexpected,
        cache_bytes=cache_bytes,
    )
    worker.cache.export(service)
    return worker
