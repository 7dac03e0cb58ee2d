"""Spans: one trace from the event to the mail, and nothing where they are off."""

import subprocess
import sys
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.escalator.handlers import TOPICS as OF_ESCALATOR
from services.notifier.deliver.traced import TracedVerb
from services.notifier.handlers import on_notification_requested
from services.resolver.handlers import TOPICS as OF_RESOLVER
from shared import topics
from shared.kafka.records import Outgoing, Record, Worker
from shared.kafka.working.intake import Decoder
from shared.tracing import Tracer
from tests.escalator.world import World as Escalator
from tests.notifier.world import TEAM
from tests.notifier.world import World as Notifier
from tests.resolver.world import World as Resolver
from tests.support.factories import message, raw
from tests.support.fakes import NOON, FakeApps, RawRecord, app
from tests.support.harness import Harness, run, said

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01".encode()
REQUESTED = topics.NOTIFICATION_REQUESTED


def decoded(raws: Sequence[RawRecord]) -> list[Record]:
    """Return *raws* as a service reads them."""
    known = {each.name: each for each in (*OF_RESOLVER, *OF_ESCALATOR, REQUESTED)}
    decoder = Decoder(
        known.values(),
        apps=FakeApps({"acme": app()}),
        max_event_bytes=1_000_000,
        now=lambda: NOON,
    )
    intake = decoder.decode([each for each in raws if each.topic in known])
    assert not intake.refused
    return intake.records


def logged(outputs: Sequence[Outgoing], topic: topics.Topic) -> list[Record]:
    """Return those of *outputs* that went to *topic*, as their readers get them."""
    return decoded(
        [
            RawRecord(
                topic=each.topic,
                partition=0,
                offset=place,
                key=each.key,
                value=each.value,
                headers=tuple(each.headers),
            )
            for place, each in enumerate(outputs)
            if each.topic == topic.name
        ]
    )


async def worked(worker: Worker, *records: Record) -> list[Outgoing]:
    (result,) = await worker.work([list(records)])
    assert result.failed is None
    return [output for done in result.done for output in done.outputs]


class Exported:
    """The spans of several services, as one collector has them."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()

    def tracer(self, service: str, *, ratio: float = 1.0) -> Tracer:
        return Tracer(service, SimpleSpanProcessor(self._exporter), ratio=ratio)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.spans]

    def parent_of(self, span: ReadableSpan) -> ReadableSpan | None:
        ids = {each.context.span_id: each for each in self.spans}
        return ids.get(span.parent.span_id) if span.parent else None


async def from_event_to_mail(exported: Exported, *, headers=()) -> None:
    """Work one request through the three services, each with a tracer of its own."""
    resolver, escalator, notifier = Resolver(), Escalator(), Notifier()
    notifier.destinations.put(TEAM)
    resolving = exported.tracer("resolver").traced(resolver.worker)
    escalating = exported.tracer("escalator").traced(escalator.worker)
    sending = TracedVerb(notifier.verb, exported.tracer("notifier"))
    escalator.prefer(routes=[{"destinations": ["team-mail"]}])
    event = raw(message("e-1", conversation_id="c-42"), headers=headers)
    (said_,) = decoded([event])

    unresolved = logged(await worked(resolving, said_), topics.CONVERSATION_UNRESOLVED)
    opened = await worked(escalating, said_, *unresolved)
    (request,) = logged(opened, REQUESTED)
    delivery = await notifier.ask(on_notification_requested(request, NOON))
    await sending.deliver(delivery)
    await notifier.announce()
    await worked(
        escalating,
        *logged(notifier.publisher.published, topics.NOTIFICATION_DELIVERED),
    )


async def test_one_request_is_one_trace_from_the_event_to_the_mail():
    exported = Exported()

    await from_event_to_mail(exported, headers=[("traceparent", PARENT)])

    told = next(each for each in exported.spans if each.name.startswith("deliver"))
    way = []
    span = told
    while span is not None:
        way.append(f"{span.resource.attributes['service.name']}: {span.name}")
        span = exported.parent_of(span)
    assert {f"{each.context.trace_id:032x}" for each in exported.spans} == {TRACE}
    assert way == [
        "handrail-notifier: deliver 1",
        "handrail-escalator: create notification.requested",
        "handrail-escalator: process conversation.unresolved",
        "handrail-resolver: create conversation.unresolved",
        "handrail-resolver: process conversation.events",
    ]
    assert exported.names[-1] == "create conversation.replies"  # the hand-off
    assert "process notification.delivered" in exported.names


async def test_a_request_that_nobody_traced_is_one_trace_too():
    exported = Exported()

    await from_event_to_mail(exported)

    outcomes = {each.attributes.get("handrail.outcome") for each in exported.spans}
    traces = {
        each.context.trace_id
        for each in exported.spans
        if each.name != "process conversation.events" or exported.parent_of(each)
        if "resolver" in each.resource.attributes["service.name"]
        or "notif" in each.name
    }
    assert {"no_match", "opened"} <= outcomes
    assert len(traces) == 1


async def test_a_repeat_belongs_to_the_spans_of_the_first_time():
    first, again = Exported(), Exported()

    for each in (first, again):
        await from_event_to_mail(each, headers=[("traceparent", PARENT)])

    assert [each.context for each in first.spans] == [
        each.context for each in again.spans
    ]


async def test_all_services_leave_out_the_same_traces():
    exported = Exported()
    none = exported.tracer("resolver", ratio=0.0).traced(Resolver().worker)
    (record,) = decoded([raw(message("e-1", conversation_id="c-42"))])

    await worked(none, record)

    assert exported.names == []


async def test_a_batch_has_a_span_with_its_stages_and_links_to_its_records():
    exported, harness = Exported(), Harness()
    runtime, tracer = harness.start(), exported.tracer("test")
    runtime.stages.trace = tracer
    runtime.worker.stage = runtime.stages
    runtime.worker = tracer.traced(runtime.worker)

    await run(runtime, said("e-1", offset=0), said("e-2", offset=1, lane="c-2"))

    (batch,) = [each for each in exported.spans if each.name == "process batch"]
    records = [each for each in exported.spans if each.name.startswith("process conv")]
    stages = [each for each in exported.spans if exported.parent_of(each) is batch]
    assert [each.name for each in stages] == [
        "decode", "store", "work", "publish", "commit",
    ]  # fmt: skip
    assert [link.context for link in batch.links] == [each.context for each in records]
    assert batch.attributes["messaging.batch.message_count"] == 2


async def test_a_batch_that_was_put_back_says_why():
    exported, harness = Exported(), Harness()
    harness.publisher.failing = 1
    runtime, tracer = harness.start(), exported.tracer("test")
    runtime.stages.trace = tracer
    runtime.worker = tracer.traced(runtime.worker)

    await run(runtime, said("e-1", offset=0))

    (batch,) = [each for each in exported.spans if each.name == "process batch"]
    assert not batch.status.is_ok
    assert "kafka_unavailable" in batch.status.description


def test_where_traces_are_off_the_sdk_is_not_even_imported():
    script = (
        "import sys\n"
        "from services.escalator.app import build_app\n"
        "from services.escalator.settings import Settings\n"
        "from shared.foundation.traces import tracer_of\n"
        "assert tracer_of(Settings(), service='escalator') is None\n"
        "print('opentelemetry.sdk' in sys.modules)\n"
    )

    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "False"
