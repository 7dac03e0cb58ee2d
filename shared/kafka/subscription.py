"""The one way a service subscribes: FastStream, in batches, acknowledged by hand."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import structlog
from aiokafka import (
    AIOKafkaConsumer,
    ConsumerRebalanceListener,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.coordinator.assignors.sticky.sticky_assignor import (
    StickyPartitionAssignor,
)
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import LogicSubscriber
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared import metrics
from shared.kafka.connection import connection
from shared.kafka.working.runtime import Runtime
from shared.settings import KafkaSettings
from shared.topics import Topic

log = structlog.get_logger()

BATCH_TIMEOUT_MS = 500
"""How long an empty poll takes. Records end it at once, see `PatientConsumer`."""
FETCH_WAIT_MS = 500
"""How long a fetch of all partitions waits at the broker; the first record ends it."""
PART_FETCH_WAIT_MS = 20
"""And one that leaves partitions out, because records of them lie here untaken while a
batch is worked: aiokafka has one fetch a broker under way, and they join only the next.
At 100 a hand-off took twice as long (1,155 to 546 ms, p50 at 30 events/s)."""
LAG_SECONDS = 5.0
"""How often the distance to the ends of the partitions is measured."""
GATHER_BYTES = 256 * 1024
GATHER_WAIT_MS = 250
"""Where nobody waits for a service, its fetches wait for so much, or so long: at 30
events a second a batch costs nearly as much as one of ten times as many records."""
GATHER_PART_WAIT_MS = 100
"""And where partitions are left out: under load, a service that reads nine topics made
fifty fetches a second, whose hundred idle partitions took a fifth of its CPU time."""
HEARTBEAT_SECONDS = 3.0
"""At most; three of them fit into a session, so that one lost is not the end."""
REBALANCE_TIMEOUT_MS = 60_000
DRAIN_SECONDS = 20.0
"""A running batch may take this long after a SIGTERM or a rebalance."""
FETCH_BYTES = 2 * 1024 * 1024

_SASL = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


class PatientConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """Waits in `getmany` until there is something.

    FastStream sleeps for the time of the poll after each one that came back empty, and
    what arrives meanwhile waits for nothing: 5 ms a hop on average where polls took
    20 ms, and a hundred wake-ups a second in a service that has nothing to do.

    Its fetches wait long at the broker where they ask for every partition: each names
    all of them, which takes a client and a broker milliseconds, so an idle service asks
    twice a second and not fifty times. It commits where it took records, not every
    partition that it owns: the broker writes a record for each.
    """

    def __init__(self, *topics: str, **options: Any) -> None:  # noqa: ANN401 - aiokafka's own
        super().__init__(*topics, **options)
        self._taken: dict[TopicPartition, int] = {}
        """Positions after the last records that were taken."""

    async def start(self) -> None:
        """Connect. Raises KafkaError."""
        await super().start()
        let_full_fetches_wait(self._fetcher)

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord[Any, Any]]]:
        """Return the records of the first poll that has some. Raises KafkaError."""
        while True:
            found: dict[TopicPartition, list[ConsumerRecord[Any, Any]]]
            found = await super().getmany(
                *partitions, timeout_ms=timeout_ms, max_records=max_records
            )
            if found:
                self._taken = {place: await self.position(place) for place in found}
                return found

    async def commit(self, offsets: dict[TopicPartition, Any] | None = None) -> None:
        """Commit *offsets*, or what the last `getmany` took. Raises KafkaError.

        What it took of partitions that have gone since is their next owner's.
        """
        if offsets is None:
            owned = self.assignment()
            offsets = {
                place: after for place, after in self._taken.items() if place in owned
            }
        if offsets:
            await super().commit(offsets)


def let_full_fetches_wait(fetcher: Fetcher) -> None:
    """Have *fetcher* decide for each fetch how long it waits at the broker."""
    # aiokafka has one wait for all fetches and no other way to say it.
    plan = fetcher._get_actions_per_node  # noqa: SLF001
    full = fetcher._fetch_max_wait_ms  # noqa: SLF001
    gathers = fetcher._fetch_min_bytes > 1  # noqa: SLF001
    part = GATHER_PART_WAIT_MS if gathers else PART_FETCH_WAIT_MS

    def planned(assignment: Any) -> Any:  # noqa: ANN401 - aiokafka's own
        untaken = bool(fetcher._records)  # noqa: SLF001
        fetcher._fetch_max_wait_ms = part if untaken else full  # noqa: SLF001
        return plan(assignment)

    fetcher._get_actions_per_node = planned  # noqa: SLF001


class PatientBroker(KafkaBroker):
    """FastStream's broker with consumers that wait."""

    async def _connect(self) -> Callable[..., AIOKafkaConsumer]:
        builder = await super()._connect()
        config = self.config.broker_config
        config.builder = partial(PatientConsumer, **builder.keywords)  # type: ignore[attr-defined]
        return config.builder


def build_broker(settings: KafkaSettings, *, service: str) -> KafkaBroker:
    """Return a broker that only consumes: what we publish goes through KafkaPublisher.

    Topics are made by `shared.kafka.provision`, never by a subscriber.
    """
    return PatientBroker(
        # FastStream takes a string to be one server.
        settings.bootstrap_servers.split(","),
        client_id=f"handrail-{service}",
        ack_policy=AckPolicy.MANUAL,
        allow_auto_create_topics=False,
        consumer_only=True,
        graceful_timeout=DRAIN_SECONDS,
        # It would look for the message in a thread, once a batch.
        apply_types=False,
        security=_security(settings),
        logger=None,
    )


def _security(settings: KafkaSettings) -> BaseSecurity | None:
    context = connection(settings)["ssl_context"]
    if settings.security_protocol.startswith("SASL"):
        return _SASL[settings.sasl_mechanism](
            username=settings.username,
            password=settings.password,
            use_ssl=context is not None,
            ssl_context=context,
        )
    return BaseSecurity(ssl_context=context, use_ssl=True) if context else None


async def whole(message: KafkaMessage) -> KafkaMessage:
    """Leave the message alone: the runtime decodes record by record."""
    return message


def subscribe(
    broker: KafkaBroker,
    runtime: Runtime,
    topics: Iterable[Topic],
    *,
    max_records: int,
    session_seconds: int,
    instance_id: str = "",
    gather: bool = False,
) -> "Subscription":
    """Attach *runtime* to *topics* as one consumer group named like the service.

    With an *instance_id* it is a static member (KIP-345): after a crash it need not
    wait for its own session to end before it may read on. With *gather* records may
    wait a little for more.
    """
    listener = DrainOnRevoke(runtime)
    subscriber = broker.subscriber(
        *(topic.name for topic in topics),
        group_id=runtime.service,
        group_instance_id=f"{runtime.service}-{instance_id}" if instance_id else None,
        batch=True,
        max_records=max_records,
        batch_timeout_ms=BATCH_TIMEOUT_MS,
        ack_policy=AckPolicy.MANUAL,
        decoder=whole,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=GATHER_WAIT_MS if gather else FETCH_WAIT_MS,
        fetch_min_bytes=GATHER_BYTES if gather else 1,
        max_partition_fetch_bytes=FETCH_BYTES,
        session_timeout_ms=session_seconds * 1000,
        heartbeat_interval_ms=int(min(HEARTBEAT_SECONDS, session_seconds / 3) * 1000),
        rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
        partition_assignment_strategy=(StickyPartitionAssignor,),
        listener=listener,
    )

    @subscriber
    async def on_batch(message: KafkaMessage) -> None:
        await runtime.on_batch(message)

    return Subscription(subscriber, service=runtime.service)


class DrainOnRevoke(ConsumerRebalanceListener):  # type: ignore[misc]
    """Lets the running batch end before its partitions go to somebody else."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Wait, bounded, for the batch and forget the partitions."""
        if revoked:
            await self._runtime.revoked(DRAIN_SECONDS)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Own the partitions from now on.

        Nothing of them can be fetched before this returns or waits, so it waits for
        nothing: what must be known of them is read by the runtime, until it is there.
        """
        self._runtime.assigned((each.topic, each.partition) for each in assigned)
        log.info("partitions assigned", count=len(assigned))


class Subscription:
    """What health and metrics may ask of the running consumer."""

    def __init__(self, subscriber: LogicSubscriber[Any], *, service: str) -> None:
        self._subscriber = subscriber
        self._service = service
        self._measured: set[TopicPartition] = set()

    @property
    def assigned(self) -> bool:
        """Return whether the group has given this instance its share.

        An instance beyond the number of partitions has none and is still ready.
        """
        consumer = self._consumer
        return consumer is not None and bool(consumer.assignment())

    @property
    def _consumer(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer

    async def measure_lag(self) -> None:
        """Export the distance to the end of each assigned partition."""
        consumer = self._consumer
        if consumer is None:
            return
        total = 0
        assigned = set(consumer.assignment())
        for place in self._measured - assigned:
            # Somebody else's now: what we last saw of it would raise false alarms.
            with contextlib.suppress(KeyError):
                metrics.LAG.remove(self._service, place.topic, str(place.partition))
        self._measured = assigned
        for place in assigned:
            end = consumer.highwater(place)
            if end is None:
                continue
            try:
                async with asyncio.timeout(1):
                    lag = max(0, end - await consumer.position(place))
            except (KafkaError, TimeoutError):
                continue
            total += lag
            metrics.LAG.labels(self._service, place.topic, place.partition).set(lag)
        if total == 0:
            metrics.LAST_PROGRESS.labels(self._service).set_to_current_time()
